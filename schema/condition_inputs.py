"""Conditions as they are sent: `all`, `any`, `not`, and every leaf of the one table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import strawberry

from domain.errors import InvalidInput
from domain.language import in_language
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Measure, Subject
from domain.programme.problems import Invalid
from schema.condition_tests import (
    ActivityAttributeInput,
    DateTestInput,
    FlagTestInput,
    HistoryMoneyTestInput,
    HistoryTestInput,
    IntTestInput,
    MemberAttributeInput,
    MoneyTestInput,
    PointsTestInput,
    TextTestInput,
)
from schema.written import Path, given_parts, written

_JOINTS = ("all", "any")
_WORDS = (*_JOINTS, "not")
_MEMBER = "member."
_OTHERS: Mapping[Kind, type] = {
    Kind.TEXT: TextTestInput,
    Kind.TEXTS: TextTestInput,
    Kind.FLAG: FlagTestInput,
    Kind.DATE: DateTestInput,
}
_NUMBERS: Mapping[Measure | None, type] = {
    Measure.MONEY: MoneyTestInput,
    Measure.POINTS: PointsTestInput,
}
_UNITS: Mapping[Measure, str] = {
    Measure.MONEY: "In minor units.",
    Measure.POINTS: "In points.",
    Measure.HOUR: "In full hours of the local clock, 0 to 23.",
    Measure.DAYS: "In days.",
    Measure.MONTHS: "In full months.",
    Measure.YEARS: "In full years.",
    Measure.SCORE: "0 to 10.",
}


def tested_by(leaf: Leaf) -> type:
    """The input that a leaf is held against."""
    if leaf.kind is not Kind.INT:
        return _OTHERS[leaf.kind]
    if leaf.subject is Subject.HISTORY:
        return HistoryMoneyTestInput if leaf.measure is Measure.MONEY else HistoryTestInput
    return _NUMBERS.get(leaf.measure, IntTestInput)


def _description(leaf: Leaf) -> str:
    said = in_language(leaf.says, "en")
    if leaf.subject is Subject.HISTORY:
        said = said.replace("{}", "", 1)
    told = [f"{said[0].upper()}{said[1:]}.".replace("{}", "…")]
    if leaf.measure:
        told.append(_UNITS[leaf.measure])
    if leaf.values:
        told.append(f"One of {', '.join(leaf.values)}.")
    return " ".join([*told, f"Looks at the {leaf.subject.lower()}."])


def _with_leaves(kind: Any) -> Any:
    for leaf in LEAVES.values():
        kind.__annotations__[leaf.name] = strawberry.Maybe[tested_by(leaf)]
        setattr(kind, leaf.name, strawberry.field(name=leaf.name, description=_description(leaf)))
    return kind


@strawberry.input(
    one_of=True,
    description="What must hold: exactly one of these; `ruleLeaves` explains each with an example."
    " What is not known of a member makes a test neither true nor false, and `not` leaves it so."
    " At most 8 levels deep.",
)
@_with_leaves
class ConditionInput:
    """A tree, read by `domain.programme.conditions.parse`."""

    all: strawberry.Maybe[list["ConditionInput"]] = strawberry.field(
        description="Each of these holds; 1 to 100."
    )
    any: strawberry.Maybe[list["ConditionInput"]] = strawberry.field(
        description="One of these holds, or more; 1 to 100."
    )
    not_: strawberry.Maybe["ConditionInput"] = strawberry.field(
        name="not", description="This does not hold; what is unknown stays unknown."
    )
    member_attribute: strawberry.Maybe[MemberAttributeInput] = strawberry.field(
        description="What the programme asks of members under a name of its own."
    )
    activity_attribute: strawberry.Maybe[ActivityAttributeInput] = strawberry.field(
        description="What is said of the activity; in rules for activities alone."
    )

    def as_json(self, path: Path = ()) -> dict[str, Any]:
        """The JSON that `domain.programme.conditions.parse` takes."""
        for part, value in given_parts(self):
            if part.name == "memberAttribute":
                return {f"{_MEMBER}{value.name}": _tests(value, (*path, part.name))}
            if part.name == "activityAttribute":
                if value.name in LEAVES or value.name in _WORDS or value.name.startswith(_MEMBER):
                    message = f"No attribute of an activity can be called {value.name}."
                    raise InvalidInput(message, (*path, part.name, "name"))
                return {value.name: _tests(value, (*path, part.name))}
        return written(self, path)

    @staticmethod
    def of_json(condition: Mapping[str, Any]) -> dict[str, Any]:
        """The contrary, as JSON."""
        ((name, inner),) = condition.items()
        if name in _JOINTS:
            return {name: [ConditionInput.of_json(part) for part in inner]}
        if name == "not":
            return {name: ConditionInput.of_json(inner)}
        if name in LEAVES:
            return {name: inner}
        if name.startswith(_MEMBER):
            return {"memberAttribute": {"name": name.removeprefix(_MEMBER), **inner}}
        return {"activityAttribute": {"name": name, **inner}}

    @staticmethod
    def through(_condition: object, path: Path) -> Path:
        """See `condition_path`."""
        return condition_path(path)


def _tests(attribute: Any, path: Path) -> dict[str, Any]:
    tests = written(attribute, path)
    del tests["name"]
    return tests


def condition_path(path: Path) -> Path:
    """A path through a condition's JSON, as it leads through the input."""
    match path:
        case ("all" | "any" as joint, index, *inner):
            return (joint, index, *condition_path(tuple(inner)))
        case ("not", *inner):
            return ("not", *condition_path(tuple(inner)))
        case (name, *inner) if name not in LEAVES and name not in _JOINTS:
            kind = "memberAttribute" if name.startswith(_MEMBER) else "activityAttribute"
            return (kind, *(inner or ["name"]))
        case _:
            return path


@contextmanager
def condition_at(*path: str) -> Iterator[None]:
    """What is refused of the condition that stands here, with a path through the input.

    Takes `Invalid`, with a path from the condition's top, and `InvalidInput`, from the input's.
    """
    try:
        yield
    except Invalid as invalid:
        first = invalid.problems[0]
        message = f"{first.message} {first.hint}"
        raise InvalidInput(message, (*path, *condition_path(first.path))) from None
    except InvalidInput as refused:
        if refused.path[: len(path)] == path:
            refused.path = (*path, *condition_path(refused.path[len(path) :]))
        raise
