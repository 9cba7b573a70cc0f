"""Discount rules as they are sent: what is taken off the price of an order."""

import datetime as dates
from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from domain.errors import InvalidInput
from schema.condition_inputs import ConditionInput
from schema.programme_kinds import LimitPeriod
from schema.scalars import MinorUnits
from schema.text_inputs import TextInput
from schema.written import Path, given_parts

_AMOUNT, _PERCENT, _DELIVERY = "amountOffMinor", "percentOffBasisPoints", "freeDelivery"
_KINDS = {_AMOUNT: "AMOUNT_OFF", _PERCENT: "PERCENT_OFF", _DELIVERY: "FREE_DELIVERY"}
_VALUES = {_AMOUNT: "minor", _PERCENT: "basisPoints"}


@strawberry.input(one_of=True, description="What a discount takes off.")
class DiscountEffectInput:
    """Exactly one; in a document it is told by its `kind`."""

    amount_off_minor: strawberry.Maybe[MinorUnits] = strawberry.field(
        description="So many minor units, or as much as the goods cost."
    )
    percent_off_basis_points: strawberry.Maybe[int] = strawberry.field(
        description="This share of the goods: 500 is 5%."
    )
    free_delivery: strawberry.Maybe[bool] = strawberry.field(
        description="True: all that is charged for delivery."
    )

    def as_json(self, path: Path) -> dict[str, Any]:
        """The same, as a document has it."""
        ((part, value),) = given_parts(self)
        if value is False:
            raise InvalidInput("Say true, or what else is taken off.", (*path, part.name))
        given = {_VALUES[part.name]: value} if part.name in _VALUES else {}
        return {"kind": _KINDS[part.name], **given}

    @staticmethod
    def of_json(effect: Mapping[str, Any]) -> dict[str, Any]:
        """The contrary, as JSON."""
        name = _named(effect)
        return {name: effect[_VALUES[name]] if name in _VALUES else True}

    @staticmethod
    def through(effect: Mapping[str, Any], _path: Path) -> Path:
        """A path in an effect's JSON, as it leads through the input."""
        return (_named(effect),)


@strawberry.input(description="At most so much money from a discount, for a member.")
class MoneyLimitInput:
    """Checked in review."""

    minor: MinorUnits = strawberry.field(description="How much, in minor units.")
    per: LimitPeriod = strawberry.field(description="In which time.")


@strawberry.input(description="What is taken off the price of orders, without a voucher.")
class DiscountInput:
    """Checked in review."""

    code: str = strawberry.field(
        description="What explanations call it; the same in all versions, and no other's."
    )
    name: list[TextInput] = strawberry.field(description="What members read.")
    effect: DiscountEffectInput = strawberry.field(description="What it takes off.")
    text: list[TextInput] | None = strawberry.field(
        default=UNSET, description="Said in place of the words that are made of it."
    )
    lines: ConditionInput | None = strawberry.field(
        default=UNSET, description="Which lines get it: `line...` leaves alone; absent: all."
    )
    when: ConditionInput | None = strawberry.field(
        default=UNSET, description="For which orders: all leaves but `line...`; absent: all."
    )
    limit: MoneyLimitInput | None = strawberry.field(
        default=UNSET, description="At most so much; absent: no limit."
    )
    budget_minor: MinorUnits | None = strawberry.field(
        default=UNSET,
        description="So many minor units in all, for everybody, in whatever version its code"
        " stands; absent: no end.",
    )
    valid_from: dates.date | None = strawberry.field(
        default=UNSET, description="From this local day on; absent: from the version's beginning."
    )
    valid_until: dates.date | None = strawberry.field(
        default=UNSET, description="Before this local day; absent: no end."
    )


def _named(effect: Mapping[str, Any]) -> str:
    return next(name for name, kind in _KINDS.items() if kind == effect["kind"])
