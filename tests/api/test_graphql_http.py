"""GraphQL over HTTP: what is answered, with which status, and that nothing odd hurts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from tests.api.wire import GRAPHQL, JSON, Happenings, ask, errors
from tests.client import Client

HELLO = {"query": "{ hello }"}


async def test_answers_in_the_media_type_that_is_preferred(wire: Client) -> None:
    for accept, expected in [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.9", JSON),
        (f"text/html, {GRAPHQL}; charset=utf-8", GRAPHQL),
    ]:
        headers = {"Accept": accept} if accept else {"Accept": ""}
        response = await wire.raw(headers=headers, json=HELLO)

        assert response.status_code == 200, accept
        assert response.headers["content-type"] == f"{expected}; charset=utf-8", accept
        assert response.json()["data"] == {"hello": "hello world"}


async def test_tells_caches_and_browsers_to_keep_out(wire: Client) -> None:
    headers = (await wire.raw(json=HELLO)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        ({"method": "PUT"}, 405, "Use POST."),
        ({"method": "OPTIONS"}, 405, "Use POST."),
        ({"headers": {"Accept": "text/html"}, "json": HELLO}, 406, "Accept application/"),
        ({"headers": {"Accept": f"{JSON};q=0"}, "json": HELLO}, 406, "Accept application/"),
        ({"content": b"{}"}, 415, "Send the body as application/json"),
        ({"content": b"{}", "headers": {"Content-Type": "application/jsonp"}}, 415, "Send the"),
        ({"content": b"query=%7Bhello%7D", "headers": {"Content-Type": "text/plain"}}, 415, "Send"),
        ({"content": b"{}", "headers": {"Content-Type": f"{JSON}; charset=utf-16"}}, 415, "Send"),
        ({"json": HELLO, "headers": {"Content-Encoding": "gzip"}}, 415, "Send the body uncompr"),
        ({"body": b""}, 400, "This is no JSON"),
        ({"body": b"{"}, 400, "This is no JSON"),
        ({"body": b'{"query": "\xff"}'}, 400, "This is no JSON in UTF-8"),
        ({"body": b'{"query": "\\ud800"}'}, 400, "This is no JSON"),
        ({"body": b"[" * 60_000}, 400, "This is no JSON"),
        ({"body": b'{"variables":' * 40 + b"1" + b"}" * 40}, 400, "The JSON is nested deeper"),
        ({"json": 1}, 400, "The JSON must be one object"),
        ({"json": "x"}, 400, "The JSON must be one object"),
        ({"json": None, "body": b"null"}, 400, "The JSON must be one object"),
        ({"json": [HELLO, HELLO]}, 400, "The JSON must be one object"),
        ({"json": {}}, 400, "`query` is missing"),
        ({"json": {"query": 1}}, 400, "`query` must be text"),
        ({"json": {**HELLO, "variables": [1]}}, 400, "`variables` must be an object"),
        ({"json": {**HELLO, "variables": "{}"}}, 400, "`variables` must be an object"),
        ({"json": {**HELLO, "operationName": {}}}, 400, "`operationName` must be text"),
        ({"json": {**HELLO, "extensions": 1}}, 400, "`extensions` must be an object"),
        ({"json": {**HELLO, "id": 1}}, 400, "Only these parameters are known"),
        ({"json": {**HELLO, "variables": {"a": ["b\0"]}}}, 400, "A text holds the character NUL"),
        ({"body": b" " * 65_537}, 413, "The body is larger than the 65536 bytes"),
    ],
)
async def test_refuses_what_is_no_graphql_request(
    wire: Client, request_: dict[str, Any], status: int, message: str
) -> None:
    if "body" in request_:
        request_ = {"content": request_["body"], "headers": {"Content-Type": JSON}}

    response = await wire.raw(**request_)

    assert response.status_code == status
    [(code, text)] = errors(response)
    assert code == "BAD_REQUEST"
    assert text.startswith(message)


async def test_body_limit_counts_what_arrives_not_what_is_said(wire: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    headers = {"Content-Type": JSON}
    assert (await wire.raw(headers=headers, content=chunks())).status_code == 413
    # Staff may send megabytes: this is read to its end and found to be no JSON.
    assert (await wire.raw("staff", headers=headers, content=chunks())).status_code == 400


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 400, "`query` is missing"),
        ("query=%FF", 400, "The URL needs"),
        ("query=%7Bhello%7D&query=%7Bhello%7D", 400, "A parameter of the URL comes twice"),
        ("query=%7Bhello%7D&variables=%5B%5D", 400, "The JSON must be one object"),
        ("query=%7Bhello%7D&token=x", 400, "Only these parameters"),
        ("query=mutation%7Bact(name:%22a%22)%7D", 405, "Send mutations by POST."),
        ("query=subscription%7Bcount(to:1)%7D", 400, "Subscriptions are served over WebSocket"),
    ],
)
async def test_get_refuses(wire: Client, query: str, status: int, message: str) -> None:
    response = await wire.http.get(f"/graphql?{query}", headers={"Accept": GRAPHQL})

    assert response.status_code == status
    assert errors(response)[0][1].startswith(message)
    assert response.headers.get("allow") == ("POST" if status == 405 else None)


async def test_get_answers_queries(wire: Client) -> None:
    response = await wire.http.get(
        "/graphql",
        params={
            "query": "query A($n: String!) { hello(name: $n) } query B { hello }",
            "variables": '{"n": "Ελένη"}',
            "operationName": "A",
            "extensions": "{}",
        },
    )

    assert response.json()["data"] == {"hello": "hello Ελένη"}


@pytest.mark.parametrize("scheme", ["Bearer forged", "Basic bWU6cHc=", "Bearer", ""])
async def test_a_bad_token_is_refused_before_the_body_is_read(wire: Client, scheme: str) -> None:
    headers = {"Authorization": scheme, "Content-Type": JSON}

    response = await wire.raw(headers=headers, content=b"no JSON")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert errors(response)[0][0] == "UNAUTHENTICATED"
    assert "sessionRefresh" in response.json()["errors"][0]["extensions"]["hint"]


async def test_who_calls_and_in_which_language(wire: Client) -> None:
    for header, language in [
        ("el", "el"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de, en;q=0.1, EL-gr;q=0.2", "el"),
        ("de", "None"),
        ("ru;q=x", "None"),
    ]:
        assert await wire.ask("{ caller }", "member", header) == {"caller": f"MEMBER {language}"}
    assert await wire.ask("{ caller }") == {"caller": "ANONYMOUS None"}


@pytest.mark.parametrize(
    "token", [pytest.param("bug", id="500 INTERNAL"), pytest.param("away", id="503 UNAVAILABLE")]
)
async def test_what_fails_before_execution(
    wire: Client, token: str, request: pytest.FixtureRequest
) -> None:
    status, code = request.node.callspec.id.split()

    response = await wire.raw(token, json=HELLO)

    assert response.status_code == int(status)
    assert errors(response)[0][0] == code


async def test_a_query_is_given_up_when_the_client_goes(
    wire: Client, happenings: Happenings
) -> None:
    asking = asyncio.create_task(ask(wire, "{ wait }"))
    await happenings.wait_for("waiting")

    asking.cancel()

    await happenings.wait_for("given up")


async def test_a_mutation_runs_to_its_end_when_the_client_goes(
    wire: Client, happenings: Happenings
) -> None:
    asking = asyncio.create_task(ask(wire, 'mutation { a: act(name: "a") b: act(name: "b") }'))
    await happenings.wait_for("begin a")

    asking.cancel()
    await asyncio.wait([asking])
    await wire.http.aclose()
    happenings.go_on.set()

    await happenings.wait_for("end b")
    assert happenings.seen == ["begin a", "end a", "begin b", "end b"]


async def test_a_persisted_query_that_is_not_known_is_asked_for(wire: Client) -> None:
    for parameters in (
        {"documentId": "sha256:00"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}},
    ):
        response = await wire.raw(json=parameters)

        assert errors(response) == [("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")]


async def test_answers_are_utf8(wire: Client) -> None:
    body = orjson.dumps({"query": '{ hello(name: "Ωμέγα 🐟") }'})
    response = await wire.raw(content=body, headers={"Content-Type": f"{JSON}; charset=UTF-8"})

    assert response.content.decode().startswith('{"data":{"hello":"hello Ωμέγα 🐟"}')
