"""The schema as apps see it: committed, described, and never broken without notice."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    get_named_type,
)

from schema.root import sdl
from tests.project.tree import ROOT, git

FILE = "schema/schema.graphql"
DESCRIPTION_LENGTH_MIN = 5

# A statistic is the one place for a fraction: points and money are whole.
FRACTIONS = {"NetPromoterScore"}
REMOVAL = re.compile(r"^Use `[^`]+`\. Removal on (\d{4}-\d{2}-\d{2})\.$")


@cache
def committed() -> GraphQLSchema:
    return build_schema((ROOT / FILE).read_text(encoding="utf-8"))


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    said = (ROOT / FILE).read_text(encoding="utf-8").strip()
    assert said == sdl().strip(), f"python -m api schema > {FILE}"


def test_every_element_is_described() -> None:
    silent = [
        name
        for name, element in elements(committed())
        if len((element.description or "").strip()) < DESCRIPTION_LENGTH_MIN
    ]
    assert silent == []


def test_no_description_repeats_the_name() -> None:
    def words(text: str) -> str:
        return re.sub(r"[^a-z]", "", text.lower().removeprefix("the "))

    echoes = [
        name
        for name, element in elements(committed())
        if not isinstance(element, GraphQLEnumValue | GraphQLInputField)
        and words(element.description or "") == words(name.split(".")[-1])
    ]
    assert echoes == []


def test_a_mutation_takes_one_input_and_gives_a_nullable_payload_with_user_errors() -> None:
    mutations = committed().mutation_type
    assert mutations
    for name, field in mutations.fields.items():
        upper = name[0].upper() + name[1:]
        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type) == f"{upper}Input!", name
        assert str(field.type) == f"{upper}Payload", name
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert str(payload.fields["userErrors"].type) == "[UserError!]!", name
        required = {
            key for key, part in payload.fields.items() if isinstance(part.type, GraphQLNonNull)
        }
        lists = {key for key in required if "[" in str(payload.fields[key].type)}
        assert required == lists, name


def test_points_and_money_are_never_a_fraction() -> None:
    fractions = {
        parent.name
        for parent in committed().type_map.values()
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
        for field in parent.fields.values()
        if get_named_type(field.type).name == "Float"
    }
    assert fractions == FRACTIONS


def test_a_deprecation_says_what_to_use_and_until_when() -> None:
    undated = [
        name
        for name, element in elements(committed())
        if (reason := getattr(element, "deprecation_reason", None)) and not REMOVAL.match(reason)
    ]
    assert undated == []


def test_nothing_that_apps_may_use_has_gone() -> None:
    for before in earlier():
        gone = [
            change.description
            for change in find_breaking_changes(before, committed())
            if not announced(before, change.description)
        ]
        assert gone == []


def earlier() -> Iterator[GraphQLSchema]:
    """The schema of the last commit, and of the last release."""
    release = git("describe", "--tags", "--abbrev=0", "--match", "v*")
    for revision in ["HEAD", *([release.strip()] if release else [])]:
        said = git("show", f"{revision}:{FILE}")
        if said is not None:
            yield build_schema(said)


def announced(before: GraphQLSchema, change: str) -> bool:
    """Whether what has gone was deprecated and its day of removal has come."""
    today = datetime.now(UTC).date()
    for name, element in elements(before):
        reason = REMOVAL.match(getattr(element, "deprecation_reason", None) or "")
        named = set(name.split(".")) <= set(re.findall(r"\w+", change))
        if reason and named and date.fromisoformat(reason[1]) <= today:
            return True
    return False


def elements(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """All that can carry a description: types, fields, arguments, inputs, enum values."""
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        yield name, kind
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{key}", value) for key, value in kind.values.items())
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{key}", part) for key, part in kind.fields.items())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in kind.fields.items():
                yield f"{name}.{key}", field
                for argument, part in field.args.items():
                    yield f"{name}.{key}.{argument}", part
