"""GraphQL over HTTP: what is answered, with which status, and that nothing odd hurts."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from graphql import get_introspection_query

from tests.api.wire import CANARY, Happenings
from tests.client import Client

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HELLO = {"query": "{ hello }"}


async def ask(client: Client, document: str, **more: Any) -> httpx.Response:
    token, headers = more.pop("token", None), {"Accept": GRAPHQL, **more.pop("headers", {})}
    return await client.raw(token, headers=headers, json={"query": document, **more})


def errors(response: httpx.Response) -> list[tuple[str, str]]:
    """(code, message) of each error, every one with a hint."""
    found = response.json()["errors"]
    assert all(error["extensions"]["hint"] for error in found)
    return [(error["extensions"]["code"], error["message"]) for error in found]


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
        assert response.json() == {"data": {"hello": "hello world"}}


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

    assert response.json() == {"data": {"hello": "hello Ελένη"}}


@pytest.mark.parametrize(
    ("document", "more", "status", "code", "message"),
    [
        ("{", {}, 400, "BAD_REQUEST", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nope }", {}, 422, "VALIDATION", "Cannot query field 'nope' on type 'Query'."),
        ("query ($n: Int!) { hello }", {}, 422, "VALIDATION", "Variable '$n' is never used."),
        (
            "query ($n: String!) { hello(name: $n) }",
            {},
            422,
            "VALIDATION",
            "Variable '$n' has invalid value: Expected a value of non-null type 'String!' to be "
            "provided.",
        ),
        ("query A { hello } query B { hello }", {}, 400, "BAD_REQUEST", "The document has several"),
        ("{ hello }", {"operationName": "A"}, 400, "BAD_REQUEST", "The document has no operation"),
        ("type A { a: Int }", {}, 422, "VALIDATION", "The 'A' definition is not executable."),
        ("subscription { count(to: 1) }", {}, 400, "BAD_REQUEST", "Subscriptions are served"),
        ('{ hello(name: "\\u0000") }', {}, 400, "BAD_REQUEST", "A text holds the character NUL."),
        ('{ hello(name: "\\u{0}") }', {}, 400, "BAD_REQUEST", "A text holds the character NUL."),
        (
            "{ choose(input: {a: 1, b: 2}) }",
            {},
            422,
            "VALIDATION",
            "OneOf Input Object 'Choice' must specify exactly one key.",
        ),
    ],
)
async def test_refused_documents_have_no_data(
    wire: Client, document: str, more: dict[str, Any], status: int, code: str, message: str
) -> None:
    response = await ask(wire, document, **more)

    assert response.status_code == status
    assert list(response.json()) == ["errors"]
    assert errors(response)[0][0] == code
    assert errors(response)[0][1].startswith(message)
    # Plain JSON says the same with 200: that is how its readers tell an answer from a proxy's page.
    plain = await ask(wire, document, headers={"Accept": JSON}, **more)
    assert (plain.status_code, plain.json()) == (200, response.json())


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
    ("how", "code", "message"),
    [
        ("role", "FORBIDDEN", "This needs the role TILL."),
        ("page", "PAGE_TOO_LARGE", "`first` is 200; ask for 1 to 100."),
        ("away", "UNAVAILABLE", "PostgreSQL is away."),
        ("engine", "UNAVAILABLE", "The server cannot reach what it needs just now."),
        ("input", "BAD_REQUEST", "The name is too long."),
    ],
)
async def test_what_a_field_refuses(wire: Client, how: str, code: str, message: str) -> None:
    response = await ask(wire, f'{{ hello fails(how: "{how}") }}')

    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "hello world", "fails": None}
    assert response.json()["errors"][0]["path"] == ["fails"]
    assert errors(response) == [(code, message)]


@pytest.mark.parametrize("document", ['{ fails(how: "bug") }', "{ overflows }"])
async def test_a_bug_is_told_by_number_and_logged_without_its_text(
    wire: Client, caplog: pytest.LogCaptureFixture, document: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = await ask(wire, document)

    assert errors(response) == [("INTERNAL", "Something went wrong on the server.")]
    incident = response.json()["errors"][0]["extensions"]["incident"]
    assert f"incident {incident} in {document.strip('{ }').split('(')[0]}: " in caplog.text
    assert "execute_field" in caplog.text
    assert CANARY not in caplog.text + response.text
    assert "3000000000" not in caplog.text + response.text


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


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("query ($i: Wish!) { wish(input: $i) }", {"count": CANARY, "name": "n"}),
        ("query ($i: Wish!) { wish(input: $i) }", {"count": 1, "name": [CANARY]}),
        ("query ($i: Wish!) { wish(input: $i) }", {"count": 1, "name": "n", "more": CANARY}),
        ("query ($i: Wish!) { wish(input: $i) }", {"name": CANARY}),
        ("query ($i: Wish!) { wish(input: $i) }", CANARY),
        ("query ($i: Wish!) { wish(input: $i) }", {"count": 1, "name": CANARY, "note": None}),
        ("query ($i: Choice!) { choose(input: $i) }", {"a": CANARY}),
        ("query ($i: String!) { hello(name: $i) }", {"a": CANARY}),
        ("query ($i: Int!) { hello(name: $i) }", CANARY),
        (f'{{ wish(input: {{count: "{CANARY}", name: 1}}) }}', None),
        (f'{{ wish(input: "{CANARY}") }}', None),
        (f'{{ hello("{CANARY}") }}', None),
        (f'{{ hello(name: "a" "{CANARY}") }}', None),
    ],
)
async def test_values_are_never_sent_back(wire: Client, document: str, variables: Any) -> None:
    response = await ask(wire, document, variables={"i": variables})

    assert errors(response)
    assert CANARY not in response.text


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{" + "again {" * 10 + "hello" + "}" * 11, "11 levels of depth; 10 are served"),
        ("{" + "".join(f"a{n}: hello " for n in range(31)) + "}", "31 aliases; 30 are served"),
        ("{ hello " + "@include(if: true) " * 21 + "}", "21 directives; 20 are served"),
        ("mutation {" + 'act(name: "a") ' * 6 + "}", "6 mutations in one document; 5 are served"),
        ("{" + "hello " * 160 + "}", "12720 pairs of fields with one name; 10000 are served"),
        ("{" + "hello " * 1000 + "}", "Document contains more than 1000 tokens"),
        ("{ hello }" + " " * 20_000, "Source contains more than 20000 code points"),
        ("#\n" * 201 + "{ hello }", "Document contains more than 200 comments"),
        (
            "{ ...f0 }" + "".join(f"fragment f{n} on Query {{ hello }}" for n in range(31)),
            "31 fragments; 30 are served",
        ),
        (
            "{ ...f0 }"
            + "".join(
                f"fragment f{n} on Query {{ a{n}: hello ...f{n + 1} ...f{n + 1} }}"
                for n in range(29)
            )
            + "fragment f29 on Query { hello }",
            "536870911 aliases; 30 are served",
        ),
    ],
)
async def test_costly_documents_are_refused_at_once(
    wire: Client, document: str, message: str
) -> None:
    before = asyncio.get_running_loop().time()

    response = await ask(wire, document)

    assert response.status_code == 422
    assert errors(response)[0][0] == "QUERY_TOO_COSTLY"
    assert message in errors(response)[0][1]
    assert asyncio.get_running_loop().time() - before < 1.0
    assert len(response.content) < 8192


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


async def test_a_query_that_takes_too_long_is_given_up(
    wire: Client, happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.execution.QUERY_SECONDS", 0.05)

    response = await ask(wire, "{ wait }")

    assert response.status_code == 504
    assert errors(response)[0][0] == "TIMEOUT"
    assert happenings.seen == ["waiting", "given up"]


async def test_a_persisted_query_that_is_not_known_is_asked_for(wire: Client) -> None:
    for parameters in (
        {"documentId": "sha256:00"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}},
    ):
        response = await wire.raw(json=parameters)

        assert errors(response) == [("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")]


async def test_explore_tells_the_schema_and_suggests(wire: Client) -> None:
    response = await ask(wire, get_introspection_query())
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"

    response = await ask(wire, "{ helo }")
    assert "Did you mean 'hello'?" in errors(response)[0][1]


async def test_locked_tells_the_schema_to_staff_only_and_suggests_nothing(locked: Client) -> None:
    for token in (None, "member"):
        response = await ask(locked, '{ a: __type(name: "Query") { name } }', token=token)
        assert response.status_code == 403
        assert errors(response)[0][0] == "FORBIDDEN"
    response = await ask(locked, get_introspection_query(), token="staff")
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"

    response = await ask(locked, "{ helo }")
    assert errors(response) == [("VALIDATION", "Cannot query field 'helo' on type 'Query'.")]
    document = "query ($i: Wish!) { wish(input: $i) }"
    response = await ask(locked, document, variables={"i": {"count": 1, "name": "n", "not": 1}})
    assert "Did you mean" not in response.text


async def test_hundreds_of_errors_are_told_briefly(wire: Client) -> None:
    document = "{" + "".join(f" {'x' * 500}{n}" for n in range(20)) + "}"

    response = await ask(wire, document)

    assert len(response.json()["errors"]) == 6
    assert len(response.content) < 8192


async def test_answers_are_utf8(wire: Client) -> None:
    body = orjson.dumps({"query": '{ hello(name: "Ωμέγα 🐟") }'})
    response = await wire.raw(content=body, headers={"Content-Type": f"{JSON}; charset=UTF-8"})

    assert response.content.decode() == '{"data":{"hello":"hello Ωμέγα 🐟"}}'
