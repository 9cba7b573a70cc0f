"""Canaries: unique values for every input that the SDL has, and the requests that carry them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
)

from schema.root import sdl

CRASH = "crash"  # what tests/api/planted makes a statement fail over
LEAK = "leak"  # and what it prints

_DEEPEST = 5
_NOW = datetime.now(UTC).isoformat().replace("+00:00", "Z")
_FIXED: dict[str, Any] = {
    "Boolean": True,
    "CurrencyCode": "EUR",
    "Date": "2026-01-31",
    "DateTime": _NOW,
    "Float": 1.0,
    "Int": 1,
    "LocalTime": "10:00",
    "MinorUnits": 100,
    "Points": 20,
}
# Where a value has to lead on for anything further down to run.
_LEADS_ON = {"unit": "POINTS"}
# And in an input, for what it asks to be done and told of: a rehearsal is undone.
_LET_RUN = {"unit": "POINTS", "dryRun": False}


@dataclass
class Mint:
    """Makes canaries: none is like another. `made` are all of them."""

    choose: random.Random
    made: set[str] = field(default_factory=set)

    def value(self, name: str, kind: str = "") -> str:
        """One that looks like what the name says."""
        mark = f"{self.choose.getrandbits(48):012x}"
        if "phone" in name.lower():
            canary = f"+3069{self.choose.randrange(10**8):08d}"
        elif "mail" in name.lower():
            canary = f"canary{kind}{mark}@canary.example"
        else:
            canary = f"canary{kind}{mark}"
        self.made.add(canary)
        return canary


@dataclass(frozen=True)
class Shot:
    """A document with canaries in its variables, and what they are."""

    document: str
    variables: dict[str, Any]
    canaries: frozenset[str]
    name: str


class Inputs:
    """Every argument of every field that can be reached, as the SDL has them now."""

    def __init__(self, mint: Mint) -> None:
        self.schema: GraphQLSchema = build_schema(sdl())
        self.mint = mint
        self.places = list(self._places())

    def well(self, kind: str = "") -> Iterator[Shot]:
        """Each field with all its inputs given, every text a canary."""
        for place in self.places:
            for turn in range(self._turns(place)):
                yield self._shot(place, turn, kind)

    def ill(self) -> list[tuple["Place", int, tuple[Any, ...]]]:
        """Each leaf of each input, to be replaced by what it cannot be."""
        found = []
        for place in self.places:
            for turn in range(self._turns(place)):
                variables = self._shot(place, turn, "").variables
                found += [(place, turn, path) for path in _leaves(variables)]
        self.mint.choose.shuffle(found)
        return found

    def mutant(self, place: "Place", turn: int, path: tuple[Any, ...]) -> Shot:
        """That leaf replaced: a canary where none fits, or in a shape that does not."""
        shot = self._shot(place, turn, "")
        holder: Any = shot.variables
        for step in path[:-1]:
            holder = holder[step]
        canary = self.mint.value(str(path[-1]))
        was = holder[path[-1]]
        shapes = [canary, [canary], {canary: 1}, {"canary": canary}, f"{canary}\n" * 300]
        holder[path[-1]] = self.mint.choose.choice(shapes[isinstance(was, str) :])
        return Shot(shot.document, shot.variables, shot.canaries | {canary}, shot.name)

    def inline(self, kind: str = "") -> Iterator[Shot]:
        """Each field with its inputs in the text of the document."""
        for place in [each for each in self.places if not each.path]:
            before = set(self.mint.made)
            values = self._values(place, 0, kind)
            given = [
                f"{name}: {literal(values[f'a0_{name}'], argument.type)}"
                for name, argument in place.of.args.items()
            ]
            text = f"{place.root} {{ {place.name}({', '.join(given)}) {_selected(place.of)} }}"
            yield Shot(text, {}, frozenset(self.mint.made - before), place.name)

    def _turns(self, place: "Place") -> int:
        # Of some inputs one field is to be given: each in its turn.
        def most(of: GraphQLInputType, inside: frozenset[str] = frozenset()) -> int:
            type_ = get_named_type(of)
            if not isinstance(type_, GraphQLInputObjectType) or type_.name in inside:
                return 1
            within = inside | {type_.name}
            below = max(most(each.type, within) for each in type_.fields.values())
            return max(below, len(type_.fields) if type_.is_one_of else 1)

        arguments = [each.type for _, of in place.steps for each in of.args.values()]
        return max(map(most, arguments), default=1)

    def _shot(self, place: "Place", turn: int, kind: str) -> Shot:
        before = set(self.mint.made)
        variables = self._values(place, turn, kind)
        types = {
            f"a{depth}_{name}": argument.type
            for depth, (_, of) in enumerate(place.steps)
            for name, argument in of.args.items()
        }
        declared = ", ".join(f"${name}: {type_}" for name, type_ in types.items())
        text = _selected(place.of)
        for depth, (name, of) in reversed(list(enumerate(place.steps))):
            arguments = ", ".join(f"{each}: $a{depth}_{each}" for each in of.args)
            text = f"{{ {name}{f'({arguments})' if arguments else ''} {text} }}"
        document = f"{place.root} Canary{f'({declared})' if declared else ''} {text}"
        return Shot(document, variables, frozenset(self.mint.made - before), place.name)

    def _values(self, place: "Place", turn: int, kind: str) -> dict[str, Any]:
        last = len(place.steps) - 1
        return {
            f"a{depth}_{name}": _LEADS_ON[name]
            if depth < last and name in _LEADS_ON
            else self._value(argument.type, name, turn, kind)
            for depth, (_, of) in enumerate(place.steps)
            for name, argument in of.args.items()
        }

    def _value(
        self,
        of: GraphQLInputType,
        name: str,
        turn: int,
        kind: str,
        inside: frozenset[str] = frozenset(),
    ) -> Any:
        type_: Any = get_nullable_type(of)
        if isinstance(type_, GraphQLList):
            return [self._value(type_.of_type, name, turn, kind, inside)]
        if isinstance(type_, GraphQLEnumType):
            return next(iter(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            fields = list(type_.fields.items())
            if type_.name in inside:  # of what goes round in itself something that does not
                fields = [(key, of) for key, of in fields if get_named_type(of.type) is not type_]
            if type_.is_one_of:
                fields = [fields[turn % len(fields)]]
            within = inside | {type_.name}
            return {
                key: _LET_RUN[key]
                if key in _LET_RUN
                else self._value(each.type, key, turn, kind, within)
                for key, each in fields
            }
        return _FIXED[type_.name] if type_.name in _FIXED else self.mint.value(name, kind)

    def _places(self) -> Iterator["Place"]:
        roots = {
            "query": self.schema.query_type,
            "mutation": self.schema.mutation_type,
            "subscription": self.schema.subscription_type,
        }
        for root, type_ in roots.items():
            assert type_
            seen, level = {type_.name}, [((), type_)]
            for _ in range(_DEEPEST):
                beyond: list[Any] = []
                for path, parent in level:
                    for name, of in parent.fields.items():
                        if of.args:
                            yield Place(root, path, name, of)
                        below = get_named_type(of.type)
                        if (
                            isinstance(below, GraphQLObjectType)
                            and below.name not in seen
                            and root == "query"
                        ):
                            seen.add(below.name)
                            beyond.append(((*path, (name, of)), below))
                level = beyond


@dataclass(frozen=True)
class Place:
    """A field that takes arguments, and the way to it."""

    root: str
    path: tuple[tuple[str, GraphQLField], ...]
    name: str
    of: GraphQLField

    @property
    def steps(self) -> tuple[tuple[str, GraphQLField], ...]:
        """The way, the field itself being last."""
        return (*self.path, (self.name, self.of))


def literal(value: Any, of: GraphQLInputType) -> str:
    """A value as it stands in a document."""
    type_: Any = get_nullable_type(of)
    if isinstance(type_, GraphQLList):
        return f"[{', '.join(literal(each, type_.of_type) for each in value)}]"
    if isinstance(type_, GraphQLInputObjectType):
        parts = [f"{name}: {literal(value[name], type_.fields[name].type)}" for name in value]
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    is_bare = isinstance(type_, GraphQLEnumType) or not isinstance(value, str)
    return str(value) if is_bare else f'"{value}"'


def _selected(of: GraphQLField) -> str:
    type_ = get_named_type(of.type)
    if isinstance(type_, GraphQLObjectType) and "userErrors" in type_.fields:
        return "{ userErrors { code message path } }"
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) or hasattr(type_, "types"):
        return "{ __typename }"
    return ""


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        if path:
            yield path
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(below, (*path, step))
    else:
        yield path
