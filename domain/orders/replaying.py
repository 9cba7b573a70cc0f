"""Orders of the past judged by two versions of the programme: what each would have given. Pure.

By the standing that each order was judged by then, and limits counted anew by either version, so
that both begin with the same. Offers are left out: they are no part of a version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.orders import converting, judging
from domain.orders.payments import payment_of
from domain.orders.price import facts
from domain.orders.remembering import remembered
from domain.programme.changes import ChangeEffect
from domain.programme.facts import OrderFacts, Standing
from domain.programme.rules import Compiled, accrual
from domain.programme.terms import EarnOn
from domain.tiers.rules import named


@dataclass(frozen=True, slots=True)
class Replayed:
    """Points by unit that a member's orders give by either version, and what counts for tiers."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    qualifying: tuple[int, int] = (0, 0)

    @property
    def effect(self) -> ChangeEffect:
        """WORSE if there is less of one unit, whatever there is more of."""
        units = {*self.before, *self.after}
        more = [self.after.get(unit, 0) - self.before.get(unit, 0) for unit in units]
        more.append(self.qualifying[1] - self.qualifying[0])
        if any(points < 0 for points in more):
            return ChangeEffect.WORSE
        return ChangeEffect.BETTER if any(more) else ChangeEffect.NEUTRAL


@dataclass(slots=True)
class Given:
    """What orders came to, what they gave by unit, and what of it counts towards a tier."""

    spent_minor: int
    points: dict[str, int]
    qualifying: int


def replayed(
    orders: Sequence[Any], before: Compiled, after: Compiled, joined_at: datetime
) -> Replayed:
    """A member's orders (rows, the oldest first) by both versions."""
    was, now = (given(orders, version, joined_at) for version in (before, after))
    return Replayed(was.points, now.points, (was.qualifying, now.qualifying))


def given(orders: Sequence[Any], version: Compiled, joined_at: datetime) -> Given:
    """What a member's orders (rows, the oldest first) give by a version."""
    used: dict[tuple[str, str], int] = {}
    found = Given(0, {}, 0)
    for row in orders:
        seen, standing = _seen(row, version, joined_at, used)
        accrued = accrual(version, seen, standing, explain=False)
        for rule, period, points in accrued.uses():
            used[rule, period] = used.get((rule, period), 0) + points
        found.spent_minor += sum(line.amount_minor for line in seen.lines)
        found.qualifying += accrued.qualifying
        for unit, points in accrued.totals().items():
            found.points[unit] = found.points.get(unit, 0) + points
    return found


def _seen(
    row: Any, version: Compiled, joined_at: datetime, used: Mapping[tuple[str, str], int]
) -> tuple[OrderFacts, Standing]:
    programme = version.programme
    order, document = judging.order_of(row), row["document"]
    payment = replace(payment_of(document), earns=programme.earn_on is EarnOn.GOODS)
    rate = converting.rate_of(order.currency, programme)
    kept = document.get("standing")
    stood = remembered(kept) if kept else Standing(programme.tiers[0].code)
    standing = replace(stood, tier=named(programme, stood.tier), joined_at=joined_at, used=used)
    return converting.converted(facts(order, payment), rate), standing
