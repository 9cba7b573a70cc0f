"""What conditions can look at, explained leaf by leaf: `ruleLeaves`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry

from domain.actor import Role
from domain.errors import NotFound
from domain.language import Text, in_language
from domain.programme.conditions.attributes import leaf_of
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Measure, Subject
from domain.programme.conditions.member_attributes import attribute_in, leaves_of_programme
from domain.programme.conditions.uses import Use, tests_of, uses
from domain.programme.terms import Programme
from schema.condition_inputs import ConditionInput, tested_by
from schema.context import Info
from schema.enums import enum
from schema.roles import field
from schema.scalars import Json

enum(
    Subject,
    "Whose property a leaf looks at.",
    name="LeafSubject",
    LINE="A line of the order.",
    ORDER="The order.",
    MEMBER="Who the member is.",
    STANDING="Where the member stands: tier, segments, count of orders.",
    HISTORY="What the member bought before.",
    TIME="When it happens, in the programme's time zone.",
    ACTIVITY="The activity.",
)
enum(
    Kind,
    "The type of what a leaf finds.",
    name="LeafKind",
    INT="A whole number.",
    TEXT="A text.",
    FLAG="Yes or no.",
    DATE="A day.",
    TEXTS="Any number of texts.",
)
enum(
    Measure,
    "What a number counts.",
    name="LeafMeasure",
    MONEY="Minor units of the programme's currency.",
    POINTS="Points.",
    HOUR="Full hours of the local clock, 0 to 23.",
    DAYS="Days.",
    MONTHS="Full months.",
    YEARS="Full years.",
    SCORE="0 to 10.",
)
enum(
    Use,
    "A place for a condition.",
    name="LeafUse",
    LINES="`lines` of a rule: which lines count.",
    WHEN="`when` of a rule: for which orders.",
    ACTIVITIES="`when` of a rule for activities.",
    SEGMENTS="`where` of a segment.",
)


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf, as this programme has it. `of`: the kind of activity that has the attribute."""

    leaf: Leaf
    programme: Programme | None
    attribute: str | None = None
    of: str | None = None


@strawberry.type(description="A value that a text can have.")
class LeafValue:
    """A code and its name."""

    value: str = strawberry.field(description="What conditions say.")
    name: str = strawberry.field(description="What people read, in the caller's language.")


@strawberry.type(description="Something that a condition can look at.")
class RuleLeaf:
    """Read off a LeafRow."""

    attribute: str | None = strawberry.field(
        description="The attribute that `name` is to be told; null for a leaf of every programme."
    )

    @field(description="The field of ConditionInput.")
    def name(root: strawberry.Parent[LeafRow]) -> str:
        return root.leaf.name if root.attribute is None else _field_of(root)

    @field(description="Of an attribute: the code of the kind of activity that has it.")
    def activity_kind(root: strawberry.Parent[LeafRow]) -> str | None:
        return root.of

    @field(description="Whose property it is.")
    def subject(root: strawberry.Parent[LeafRow]) -> Subject:
        return root.leaf.subject

    @field(description="The type of what it finds.")
    def kind(root: strawberry.Parent[LeafRow]) -> Kind:
        return root.leaf.kind

    @field(description="What its number counts; null where it counts things, or is no number.")
    def measure(root: strawberry.Parent[LeafRow]) -> Measure | None:
        return root.leaf.measure

    @field(description="The input type of its tests.")
    def takes(root: strawberry.Parent[LeafRow]) -> str:
        if root.attribute is not None:
            return f"{_field_of(root)[0].upper()}{_field_of(root)[1:]}Input"
        return tested_by(root.leaf).__name__

    @field(description="The fields of that type, which hold together; at most 9.")
    def tests(root: strawberry.Parent[LeafRow]) -> list[str]:
        return list(tests_of(root.leaf))

    @field(description="Where it can be asked; at most 4.")
    def uses(root: strawberry.Parent[LeafRow]) -> list[Use]:
        return list(uses(root.leaf))

    @field(description="How it is read aloud, in the caller's language; … stands for the test.")
    def words(root: strawberry.Parent[LeafRow], info: Info) -> str:
        said = in_language(root.leaf.says, info.context.language)
        if root.leaf.subject is Subject.HISTORY:
            said = said.replace("{}", "", 1)
        return said.replace("{}", "…")

    @field(
        description="The only texts it can have, at most 100; empty where any will do.",
        graphql_type=list[LeafValue],
    )
    def values(root: strawberry.Parent[LeafRow], info: Info) -> list[LeafValue]:
        language = info.context.language
        return [
            LeafValue(value=value, name=in_language(name, language).strip("“”"))
            for value, name in _values(root)
        ]

    @field(description="A condition, as a variable takes it.", graphql_type=Json)
    def example(root: strawberry.Parent[LeafRow]) -> dict[str, Any]:
        return _example(root)

    @field(description="The same as text in a GraphQL document.")
    def example_text(root: strawberry.Parent[LeafRow]) -> str:
        return literal(_example(root))


def literal(json: Any) -> str:
    """JSON without enums as GraphQL writes it: names stand bare."""
    if isinstance(json, Mapping):
        return f"{{{', '.join(f'{name}: {literal(value)}' for name, value in json.items())}}}"
    if isinstance(json, list | tuple):
        return f"[{', '.join(literal(each) for each in json)}]"
    return orjson.dumps(json).decode()


def _field_of(root: LeafRow) -> str:
    return "memberAttribute" if root.of is None else "activityAttribute"


def _values(root: LeafRow) -> Iterator[tuple[str, Text]]:
    if root.leaf.values is not None:
        yield from root.leaf.values.items()
    elif root.leaf.name == "memberTier" and root.programme:
        yield from ((tier.code, tier.name) for tier in root.programme.tiers)


def _example(root: LeafRow) -> dict[str, Any]:
    example: Mapping[str, Any] = root.leaf.example
    if root.leaf.name == "memberTier" and root.programme:
        example = {"in": [root.programme.tiers[-1].code]}
    name = root.attribute if root.of and root.attribute else root.leaf.name
    return ConditionInput.of_json({name: dict(example)})


def _rows(programme: Programme | None) -> Iterator[LeafRow]:
    known = leaves_of_programme(programme) if programme else LEAVES
    for name, leaf in known.items():
        yield LeafRow(leaf, programme, attribute_in(name))
    for kind in programme.activities if programme else ():
        for attribute in kind.attributes:
            yield LeafRow(leaf_of(kind.code, attribute), programme, attribute.name, kind.code)


@strawberry.type(description="What can be asked about conditions.")
class RuleLeavesQueries:
    """Mixed into Query."""

    @field(
        Role.LOYALTY,
        description="All that conditions can look at: rules, segments. Those of every programme,"
        " then the attributes that this one declares; bounded by it.",
        graphql_type=list[RuleLeaf],
    )
    def rule_leaves(root: strawberry.Parent[None], info: Info) -> Sequence[LeafRow]:
        try:
            programme = info.context.programme.programme
        except NotFound:
            programme = None
        return list(_rows(programme))
