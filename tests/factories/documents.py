"""Documents by chance: valid by the schema, with aliases, fragments, conditions and variables."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_non_null_type,
)

DEPTH = 6
# Arguments for which not every text will do.
WRITTEN = {
    "Date": '"2026-11-24"',
    "DateTime": '"2026-11-24T10:00:00Z"',
    "PeriodInput": '{from: "2026-01-01", until: "2027-01-01"}',
}
# Their answers are other every time, or would need inputs that make sense.
LEFT_OUT = {"orderQuote", "member", "pageInfo", "card"}


@dataclass
class Made:
    """A document and values for its variables."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)


class Documents:
    """Makes queries of one schema. `ids` are what arguments of type ID are given."""

    def __init__(self, schema: GraphQLSchema, chance: random.Random, ids: Sequence[str]) -> None:
        self._schema = schema
        self._chance = chance
        self._ids = ids
        self._fragments: list[str] = []
        self._variables: dict[str, tuple[str, Any]] = {}

    def make(self) -> Made:
        """The next one."""
        self._fragments, self._variables = [], {}
        root = self._schema.query_type
        assert root is not None
        body = self._selection(root, DEPTH)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self._variables.items())
        head = f"query Random({declared})" if declared else "query Random"
        values = {name: value for name, (_, value) in self._variables.items()}
        return Made("\n".join([f"{head} {body}", *self._fragments]), values)

    def _selection(self, type_: Any, depth: int) -> str:
        if is_abstract_type(type_):
            parts = [self._spread(kind, depth - 1) for kind in self._some_kinds(type_)]
            return f"{{ __typename {' '.join(parts)} }}"
        fields = [name for name, of in type_.fields.items() if self._possible(name, of, depth)]
        count = self._chance.randint(1, min(7, len(fields))) if fields else 0
        parts = [self._field(name, type_.fields[name], depth) for name in self._of(fields, count)]
        if self._chance.random() < 0.2 or not parts:
            parts.append("__typename")
        if len(parts) > 2 and self._chance.random() < 0.2:
            parts[:2] = [self._wrapped(type_, " ".join(parts[:2]))]
        return f"{{ {' '.join(parts)} }}"

    def _field(self, name: str, of: GraphQLField, depth: int) -> str:
        kind = get_named_type(of.type)
        alias = f"a{self._chance.randint(1, 10**6)}: " if self._chance.random() < 0.15 else ""
        given = [
            f"{key}: {self._argument(key, argument)}"
            for key, argument in of.args.items()
            if is_non_null_type(argument.type) or self._chance.random() < 0.3
        ]
        arguments = f"({', '.join(given)})" if given else ""
        condition = f" {self._condition()}" if self._chance.random() < 0.1 else ""
        below = "" if is_leaf_type(kind) else f" {self._selection(kind, depth - 1)}"
        if given:  # the same field with other arguments needs a name of its own
            alias = f"b{self._chance.randint(1, 10**6)}: "
        return f"{alias}{name}{arguments}{condition}{below}"

    def _possible(self, name: str, of: GraphQLField, depth: int) -> bool:
        if name in LEFT_OUT:
            return False
        return depth > 1 or is_leaf_type(get_named_type(of.type))

    def _argument(self, name: str, argument: GraphQLArgument) -> str:
        kind = get_named_type(argument.type)
        if name == "first":
            value = self._chance.choice([1, 2, 3, 5, 5, 0])
            return self._variable("Int!", value) if self._chance.random() < 0.3 else str(value)
        if name == "ids":
            return f"[{', '.join(self._quoted(2))}]"
        if name == "id":
            return self._quoted(1)[0]
        if kind.name in WRITTEN:
            return WRITTEN[kind.name]
        if is_enum_type(kind):
            return str(self._chance.choice(list(kind.values)))
        if name == "unit":
            return self._chance.choice(['"POINTS"', '"STARS"', '"NONE"'])
        return "null" if not is_non_null_type(argument.type) else '"NOTHING"'

    def _condition(self) -> str:
        name = self._chance.choice(["include", "skip"])
        value = self._chance.random() < 0.5
        if self._chance.random() < 0.5:
            return f"@{name}(if: {str(value).lower()})"
        return f"@{name}(if: {self._variable('Boolean!', value)})"

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._variables)}"
        self._variables[name] = (kind, value)
        return f"${name}"

    def _wrapped(self, type_: GraphQLObjectType, inside: str) -> str:
        if self._chance.random() < 0.5:
            return f"... {{ {inside} }}"
        return self._fragment(type_, f"{{ {inside} }}")

    def _spread(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        body = self._selection(kind, max(depth, 1))
        if self._chance.random() < 0.3:
            return self._fragment(kind, body)
        return f"... on {kind.name} {body}"

    def _fragment(self, type_: Any, body: str) -> str:
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {type_.name} {body}")
        return f"...{name}"

    def _some_kinds(self, type_: Any) -> list[Any]:
        kinds = list(self._schema.get_possible_types(type_))
        return self._of(kinds, min(len(kinds), 3))

    def _quoted(self, count: int) -> list[str]:
        return [f'"{each}"' for each in self._of(list(self._ids), count)]

    def _of(self, items: list[Any], count: int) -> list[Any]:
        return self._chance.sample(items, min(count, len(items)))
