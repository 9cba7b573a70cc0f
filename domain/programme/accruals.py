"""What judging an order gives: parts that sum to the whole, and reasons for what did not apply.

Structs, since an order makes many: they are made six times as fast as frozen dataclasses.
"""

from enum import StrEnum
from typing import Any

import msgspec

from domain.programme.conditions.live import Miss

Inputs = dict[str, int]
LineShares = tuple[tuple[int, int], ...]
Use = tuple[str, str, int]
"""Points that count against a limit: whose (a rule's code, a wallet's key), the period, how many.

In the period BALANCE is what a wallet has: it is never counted up, but read.
"""
BALANCE = "BALANCE"


class PartKind(StrEnum):
    """How a part was reckoned."""

    PER_AMOUNT = "PER_AMOUNT"
    PER_ITEM = "PER_ITEM"
    PER_ORDER = "PER_ORDER"
    MULTIPLIER = "MULTIPLIER"
    TIER = "TIER"
    OFFER = "OFFER"
    WELCOME = "WELCOME"
    REFERRAL = "REFERRAL"
    SURVEY = "SURVEY"
    BIRTHDAY = "BIRTHDAY"
    ANNIVERSARY = "ANNIVERSARY"
    ACTIVITY = "ACTIVITY"
    EXPIRED = "EXPIRED"
    POOL = "POOL"
    PAID = "PAID"


RULE_KINDS = frozenset(
    {PartKind.PER_AMOUNT, PartKind.PER_ITEM, PartKind.PER_ORDER, PartKind.MULTIPLIER}
)
"""Parts of these kinds name an earning rule; those of others may bear the same code by chance."""


class Part(msgspec.Struct, frozen=True):
    """Points of one rule. `lines`: each line's share, by number; they sum to `points`.

    `rule` is the rule's code (a tier's, an offer's id). `inputs` are the numbers that it was
    reckoned from: PER_AMOUNT amount, each, rate; PER_ITEM count, rate; PER_ORDER rate;
    MULTIPLIER, TIER and POOL base, factor (basis points); ACTIVITY rate; of what a refund changes
    (its points are then less than 0, or more) had: what it was before; where the wallet took no
    more, cap: what it would have been else. EXPIRED is what was not taken, for it had expired by
    itself; PAID are points that pay an order: paid, worth. `desired`: what it would have been,
    where a limit cut it. `period`: the limit's period that it counts in.
    """

    rule: str
    kind: PartKind
    unit: str
    points: int
    inputs: Inputs
    lines: LineShares = ()
    desired: int | None = None
    period: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The part as an explanation is kept."""
        kept: dict[str, Any] = {
            "rule": self.rule,
            "kind": self.kind,
            "points": self.points,
            "inputs": self.inputs,
        }
        if self.lines:
            kept["lines"] = self.lines
        if self.desired is not None:
            kept["desired"] = self.desired
        return kept


def part_of(kept: dict[str, Any], unit: str) -> Part:
    """The part that `as_json` kept; the unit stands beside it, on the transaction."""
    return Part(
        kept["rule"],
        PartKind(kept["kind"]),
        unit,
        kept["points"],
        kept["inputs"],
        tuple((number, points) for number, points in kept.get("lines", ())),
        kept.get("desired"),
    )


class Why(StrEnum):
    """Why a rule gave nothing."""

    NOT_IN_FORCE = "NOT_IN_FORCE"
    CURRENCY = "CURRENCY"
    CONDITION = "CONDITION"
    NO_LINE = "NO_LINE"
    TOO_LITTLE = "TOO_LITTLE"
    NOT_BEST = "NOT_BEST"
    LIMIT = "LIMIT"
    CAP = "CAP"
    BUDGET = "BUDGET"
    NOBODY = "NOBODY"


class Reason(msgspec.Struct, frozen=True):
    """Why a rule (for an offer, its id) gave nothing; in no language yet.

    `miss`: the test that failed. `had`: of TOO_LITTLE what the goods came to, in minor units, or
    None when it was not an amount that lacked. `better`: of NOT_BEST the rule that gave more.
    """

    rule: str
    why: Why
    miss: Miss | None = None
    had: int | None = None
    better: str | None = None


class Accrual(msgspec.Struct, frozen=True):
    """The judgement of one order. `qualifying` counts towards the tier, `caps` against wallets'."""

    parts: tuple[Part, ...] = ()
    reasons: tuple[Reason, ...] = ()
    qualifying: int = 0
    caps: tuple[Use, ...] = ()

    def uses(self) -> list[Use]:
        """All that counts against limits of rules and caps of wallets."""
        limits = [
            (part.rule, part.period, part.points) for part in self.parts if part.period is not None
        ]
        return [*limits, *self.caps]

    def totals(self) -> dict[str, int]:
        """Points by unit; only units that earned."""
        sums: dict[str, int] = {}
        for part in self.parts:
            sums[part.unit] = sums.get(part.unit, 0) + part.points
        return {unit: points for unit, points in sums.items() if points}

    def of_unit(self, unit: str) -> list[Part]:
        """The parts of one unit."""
        return [part for part in self.parts if part.unit == unit]
