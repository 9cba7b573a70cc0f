"""What becomes of a document: refused with a remedy, run within limits, bugs told by number."""

import asyncio
import logging
from typing import Any

import pytest
from graphql import get_introspection_query

from api.problems import Problem
from api.wire.results import encoded
from tests.api.wire import CANARY, JSON, Happenings, ask, errors
from tests.client import Client


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
    (said,) = [record.__dict__ for record in caplog.records if "incident" in record.__dict__]
    assert said["incident"] == incident
    assert said["where"] == document.strip("{ }").split("(")[0]
    assert any("execute_field" in frame for frame in said["frames"])
    assert CANARY not in str(said)
    assert CANARY not in caplog.text + response.text
    assert "3000000000" not in caplog.text + response.text


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
        ("{ again {" + "hello " * 160 + "} }", "12720 pairs of fields with one name; 5000 are"),
        ("{" + "hello " * 21 + "}", "21 fields at its root; 20 are served"),
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


async def test_a_query_that_takes_too_long_is_given_up(
    wire: Client, happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.execution.QUERY_SECONDS", 0.05)

    response = await ask(wire, "{ wait }")

    assert response.status_code == 504
    assert errors(response)[0][0] == "TIMEOUT"
    assert happenings.seen == ["waiting", "given up"]


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


def test_an_answer_has_at_most_two_megabytes() -> None:
    assert encoded({"data": "x" * 1_999_000}).startswith(b'{"data":')
    with pytest.raises(Problem, match="QUERY_TOO_COSTLY"):
        encoded({"data": "x" * 2_000_000})


async def test_in_locked_what_is_sent_by_get_must_be_known(locked: Client) -> None:
    response = await locked.raw("staff", "GET", params={"query": "{ hello }"})

    assert response.status_code == 405
    assert "by documentId" in errors(response)[0][1]
