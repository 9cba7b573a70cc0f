"""What strangers check first: the audit of GraphQL over HTTP, and the findings of scanners."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.access import access_keys
from domain.actor import ActorKind, Role
from tests import node
from tests.client import Client
from tests.databases import Cleaner
from tests.processes import Server, running_server

AUDIT = Path(__file__).parent / "audit.mjs"
# 422 says more: the document is fine, the variables are not.
KNOWN_WARNING = (
    "SHOULD use a status code of 400 on variable coercion failure when accepting "
    "application/graphql-response+json"
)
CIRCLE = "{ fields { type { fields { type { fields { type { fields { type { name } } } } } } } } }"
# The checks of graphql-cop: what is sent, and what in an answer is a finding.
QUERIES = {
    "field suggestions": "query cop { __schema { directive } }",
    "introspection": "query cop { __schema { types { name fields { name } } } }",
    "alias overloading": f"query cop {{ {' '.join(f'alias{n}: __typename' for n in range(101))} }}",
    "field duplication": f"query cop {{ {'__typename ' * 500} }}",
    "directive overloading": f"query cop {{ __typename {'@aa' * 10} }}",
    "tracing": "query cop { __typename }",
    "circular introspection": f"query cop {{ __schema {{ types {CIRCLE} }} }}",
    "unhandled errors": "qwerty cop { abc }",
}


def test_graphql_over_http_finds_one_named_warning_in_explore(served: Server) -> None:
    said = node.run(node.NODE, AUDIT, node.packages(), f"{served.url}/graphql")

    results = [json.loads(line) for line in said.splitlines()]
    assert len(results) == 61
    assert {each["name"]: each["status"] for each in results if each["status"] != "ok"} == {
        KNOWN_WARNING: "warn"
    }


@pytest.fixture(scope="module")
async def locked(connected: Cleaner) -> AsyncIterator[Server]:
    """A server in earnest; nobody takes the codes that it would send."""
    gateway = "http://127.0.0.1:9"
    settings = replace(connected.settings, profile="locked", code_gateway_url=gateway)
    with running_server(settings, processes=1, worker=False) as running:
        yield running


async def test_scanners_find_nothing_in_locked(locked: Server, database: None) -> None:
    async with locked.client() as client:
        assert await findings(client, None) == []


async def test_scanners_with_the_token_of_staff_find_that_it_may_read_the_schema(
    locked: Server, database: None
) -> None:
    token = await access_keys.make(ActorKind.STAFF, "scanner", {Role.ADMIN})

    async with locked.client() as client:
        assert await findings(client, token) == ["introspection"]


async def findings(client: Client, token: str | None) -> list[str]:
    """The names of the checks that find something."""
    answers = {
        name: await told(client, token, json={"query": query}) for name, query in QUERIES.items()
    }
    batch = [{"query": QUERIES["tracing"]}] * 10
    page = {"headers": {"Accept": "text/html"}}
    params = {"query": QUERIES["tracing"]}
    found = {
        "batches": isinstance(await told(client, token, json=batch), list),
        "GET queries": has_data(await told(client, token, "GET", params=params)),
        "GET mutations": has_data(
            await told(client, token, "GET", params={"query": "mutation cop { __typename }"})
        ),
        "urlencoded POST": has_data(await told(client, token, data=params)),
        "GraphiQL": "GraphiQL" in (await client.raw(token, "GET", **page)).text,
        "field suggestions": "Did you mean" in str(answers["field suggestions"]),
        "directive overloading": len(answers["directive overloading"]["errors"]) == 10,
        "tracing": "tracing" in str(answers["tracing"]),
        "unhandled errors": "exception" in str(answers["unhandled errors"]).lower(),
    }
    for name in ("introspection", "alias overloading", "field duplication"):
        found[name] = has_data(answers[name])
    found["circular introspection"] = has_data(answers["circular introspection"])
    assert len(found) == 13
    return sorted(name for name, is_found in found.items() if is_found)


async def told(client: Client, token: str | None, method: str = "POST", **request: Any) -> Any:
    return (await client.raw(token, method, **request)).json()


def has_data(answer: Any) -> bool:
    return bool(answer.get("data"))
