"""Rules of earning as they are sent."""

import datetime as dates
from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from schema.condition_inputs import ConditionInput
from schema.programme_kinds import Group, LimitPeriod
from schema.scalars import MinorUnits, Points
from schema.text_inputs import TextInput
from schema.written import Path, given_parts, written

_KINDS = {"perAmount": "PER_AMOUNT", "perItem": "PER_ITEM", "perOrder": "PER_ORDER"}
_MULTIPLIER, _BY = "MULTIPLIER", "multiplierBasisPoints"


@strawberry.input(description="Points for what the lines come to together.")
class PerAmountInput:
    """Checked in review."""

    points: Points = strawberry.field(description="So many ...")
    each_minor: MinorUnits = strawberry.field(
        description="... for each whole so many minor units: 100 is a euro."
    )


@strawberry.input(description="Points for each piece.")
class PerItemInput:
    """Checked in review."""

    points: Points = strawberry.field(description="How many.")


@strawberry.input(description="Points for the order as such.")
class PerOrderInput:
    """Checked in review."""

    points: Points = strawberry.field(description="How many.")


@strawberry.input(one_of=True, description="What a rule gives.")
class RuleEffectInput:
    """Exactly one; in a document it is told by its `kind`."""

    per_amount: strawberry.Maybe[PerAmountInput] = strawberry.field(
        description="Points for what the lines come to."
    )
    per_item: strawberry.Maybe[PerItemInput] = strawberry.field(
        description="Points for each piece."
    )
    per_order: strawberry.Maybe[PerOrderInput] = strawberry.field(
        description="Points for the order."
    )
    multiplier_basis_points: strawberry.Maybe[int] = strawberry.field(
        description="Base points times this: 20000 doubles. Multipliers do not multiply each other."
    )

    def as_json(self, path: Path) -> dict[str, Any]:
        """The same, as a document has it."""
        ((part, value),) = given_parts(self)
        if part.name == _BY:
            return {"kind": _MULTIPLIER, "basisPoints": value}
        return {"kind": _KINDS[part.name], **written(value, (*path, part.name))}

    @staticmethod
    def of_json(effect: Mapping[str, Any]) -> dict[str, Any]:
        """The contrary, as JSON."""
        inner = {name: value for name, value in effect.items() if name != "kind"}
        name = _named(effect)
        return {name: inner["basisPoints"] if name == _BY else inner}

    @staticmethod
    def through(effect: Mapping[str, Any], path: Path) -> Path:
        """A path in an effect's JSON, as it leads through the input."""
        name = _named(effect)
        return (name,) if name == _BY else (name, *path)


@strawberry.input(description="At most so many points from a rule, for a member.")
class RuleLimitInput:
    """Checked in review."""

    points: Points = strawberry.field(description="How many.")
    per: LimitPeriod = strawberry.field(description="In which time.")


@strawberry.input(description="A way to earn by orders.")
class RuleInput:
    """Checked in review."""

    code: str = strawberry.field(
        description="What explanations call it; the same in all versions, and no other rule's."
    )
    name: list[TextInput] = strawberry.field(description="What members read.")
    unit: str = strawberry.field(description="The code of what it gives.")
    effect: RuleEffectInput = strawberry.field(description="What it gives.")
    text: list[TextInput] | None = strawberry.field(
        default=UNSET, description="Said in place of the words that are made of it."
    )
    group: Group = strawberry.field(default=Group.BASE, description="How it stands to others.")
    lines: ConditionInput | None = strawberry.field(
        default=UNSET, description="Which lines count: `line...` leaves alone; absent: all."
    )
    when: ConditionInput | None = strawberry.field(
        default=UNSET, description="For which orders: all leaves but `line...`; absent: all."
    )
    limit: RuleLimitInput | None = strawberry.field(
        default=UNSET, description="At most so many; absent: no limit."
    )
    valid_from: dates.date | None = strawberry.field(
        default=UNSET, description="From this local day on; absent: from the version's beginning."
    )
    valid_until: dates.date | None = strawberry.field(
        default=UNSET, description="Before this local day; absent: no end."
    )


def _named(effect: Mapping[str, Any]) -> str:
    return next((name for name, kind in _KINDS.items() if kind == effect["kind"]), _BY)
