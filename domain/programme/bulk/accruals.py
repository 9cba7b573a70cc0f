"""Judging many orders at once: what `rules.accrual` gives, by rule and unit, as int64 columns.

Each order is judged with the standing that it is given. What hangs on the orders before it (used
limits, tiers, qualifying points) is for who sweeps through a member's orders in time: `period_of`
in days.py tells in which period an order counts, `Accruals.used_by` how much.
"""

from dataclasses import dataclass

import numpy as np

from domain.programme.accruals import PartKind
from domain.programme.bulk.columns import IntArray, Orders, Standings
from domain.programme.bulk.view import ManyOrders
from domain.programme.caps import key_of
from domain.programme.compiling import Compiled
from domain.programme.reckoning import Points, reckoned


@dataclass(frozen=True, slots=True)
class Accruals:
    """Points of each order by rule, 0 where it gives none, in the order of an Accrual's parts.

    Rules that apply to none of the orders are left out; of what tiers add `rule` is empty.
    `qualifying` counts towards the tier.
    """

    points: list[Points[IntArray]]
    qualifying: IntArray

    def of_unit(self, unit: str) -> IntArray:
        """Points of one unit, of each order."""
        found = [each.points for each in self.points if each.unit == unit]
        return sum(found, np.zeros_like(self.qualifying))

    def used_by(self, programme: Compiled) -> dict[str, IntArray]:
        """What counts against limits and caps: by rule's code, by wallet's key (caps.key_of)."""
        limited = {rule.code for rule in programme.programme.rules if rule.limit is not None}
        of_rules = {
            each.rule: each.points
            for each in self.points
            if each.rule in limited and each.kind not in (PartKind.TIER, PartKind.OFFER)
        }
        of_units = {key_of(unit.code): self.of_unit(unit.code) for unit in programme.capped}
        return of_rules | of_units


def accruals(programme: Compiled, orders: Orders, standings: Standings) -> Accruals:
    """What the orders earn. A sum of points times a factor must be less than 2**63."""
    found = reckoned(programme, ManyOrders(programme, orders, standings))
    nothing = np.zeros(len(orders.at), np.int64)
    return Accruals(found.points, nothing + found.qualifying)
