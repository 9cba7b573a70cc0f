"""Every document that apps are built against is valid, and answered with what it is for."""

import re
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from api.graphiql.operations import ready_operations
from tests.contract.expected import EXPECTED
from tests.contract.story import at
from tests.processes import ROOT

DOCUMENTS = {operation.name: operation.document for operation in ready_operations()}


@pytest.fixture(scope="module")
def sdl() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_valid(name: str, sdl: GraphQLSchema) -> None:
    assert validate(sdl, parse(DOCUMENTS[name])) == []


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_it_is_answered(name: str, answers: dict[str, Any]) -> None:
    answer = answers[name]
    assert isinstance(answer, dict), repr(answer)
    assert [error for payload in answer.values() for error in refusals(payload)] == []
    for path, expected in EXPECTED[name].items():
        found = at(answer, path)
        assert fits(found, expected), f"{path}: {found!r}"


def fits(found: Any, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return bool(expected.search(found))
    if isinstance(expected, range):
        return (len(found) if isinstance(found, list) else found) in expected
    return bool(found == expected)


def refusals(payload: Any) -> list[Any]:
    return payload.get("userErrors", []) if isinstance(payload, dict) else []
