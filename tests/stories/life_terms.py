"""Programmes to live by, and what orders earn in them, reckoned in a few lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.factories.programme import a_programme, a_rule
from tests.stories.life_model import TIERS, Waiting, midnight_after

BONUS, BONUS_FROM_MINOR, BONUS_A_MONTH = 50, 5000, 120
THRESHOLDS = dict(zip(TIERS, (0, 100, 300), strict=True))
FACTORS = dict(zip(TIERS, (10_000, 12_500, 15_000), strict=True))


@dataclass(frozen=True)
class Terms:
    """What differs between the programmes: how long points live, wait, and can be owed."""

    name: str
    months: int | None = None
    waits_days: int | None = None
    waits_for_delivery: bool = False
    cancel_days: int | None = None
    debt_limit: int | None = None

    def document(self) -> dict[str, Any]:
        """As it is published."""
        unit: dict[str, Any] = {"transfers": {"dayTriesMax": 1000}}
        if self.months is not None:
            unit["expiry"] = {"months": self.months}
        if self.waits_days is not None:
            unit["pending"] = {"days": self.waits_days}
        if self.waits_for_delivery:
            unit["pending"] = {"onDelivery": True, "cancelDays": self.cancel_days}
        bonus = {
            "effect": {"kind": "PER_ORDER", "points": BONUS},
            "group": "CAMPAIGN",
            "when": {"orderAmount": {"atLeast": BONUS_FROM_MINOR}},
            "limit": {"points": BONUS_A_MONTH, "per": "MONTH"},
        }
        made = a_programme(timeZone="UTC", rules=[a_rule(), a_rule("large-order", **bonus)])
        made["units"][0] |= unit
        if self.debt_limit is not None:
            for tier in made["tiers"]:
                tier["debtLimit"] = self.debt_limit
        return made

    def ends(self, at: datetime) -> datetime | None:
        """When points end whose life begins at this instant."""
        return None if self.months is None else midnight_after(at, self.months)

    def waiting(self, points: int, at: datetime, of: str) -> Waiting | None:
        """How what an order earns waits; None: it does not."""
        if self.waits_days is not None:
            released = at + timedelta(days=self.waits_days)
            return Waiting(points, released, self.ends(released), of, is_cancelled=False)
        if self.waits_for_delivery:
            assert self.cancel_days is not None
            return Waiting(points, at + timedelta(days=self.cancel_days), None, of, True)
        return None


PROGRAMMES = (
    Terms("points live a month", months=1),
    Terms("points wait three days, and little can be owed", 2, waits_days=3, debt_limit=25),
    Terms(
        "points wait for the delivery, and nothing can be owed",
        waits_for_delivery=True,
        cancel_days=10,
        debt_limit=0,
    ),
)


@dataclass
class Bought:
    """An order: its lines (price of a piece, pieces), and what it was judged by."""

    who: int
    reference: str
    lines: list[tuple[int, int]]
    at: datetime
    tier: str
    used: int
    returned: dict[int, int] = field(default_factory=dict)
    counted_on: int = 0  # of what had gone by itself
    is_delivered: bool = False

    @property
    def month(self) -> str:
        """In which its bonus counts against the limit."""
        return self.at.strftime("%Y-%m")

    def left(self) -> dict[int, int]:
        """Pieces that did not come back, by number of the line."""
        pieces = {
            number: quantity - self.returned.get(number, 0)
            for number, (_, quantity) in enumerate(self.lines, 1)
        }
        return {number: quantity for number, quantity in pieces.items() if quantity}

    def earned(self, pieces: Mapping[int, int]) -> dict[str, int]:
        """What so many pieces of its lines earn, by rule."""
        amount = sum(self.lines[number - 1][0] * quantity for number, quantity in pieces.items())
        base = amount // 100
        bonus = BONUS if amount >= BONUS_FROM_MINOR else 0
        return {
            "base": base,
            "tier": base * (FACTORS[self.tier] - 10_000) // 10_000,
            "bonus": min(bonus, max(0, BONUS_A_MONTH - self.used)),
        }


def reached(qualifying: int) -> str:
    """The tier that so many points lead to."""
    return [tier for tier in TIERS if THRESHOLDS[tier] <= qualifying][-1]
