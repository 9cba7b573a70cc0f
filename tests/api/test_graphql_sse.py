"""GraphQL over server-sent events: graphql-sse's distinct connections mode."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from tests.api.wire import CANARY, ENDLESS, Happenings
from tests.client import Client

EVENTS = {"Accept": "text/event-stream"}
COMPLETE = ("complete", None)
Event = tuple[str, Any]


@asynccontextmanager
async def streaming(
    client: Client, document: str, token: str | None = None, **more: Any
) -> AsyncIterator[httpx.Response]:
    headers = {**EVENTS, **({"Authorization": f"Bearer {token}"} if token else {})}
    body = {"query": document, **more}
    async with client.http.stream("POST", "/graphql", headers=headers, json=body) as response:
        yield response


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    """What comes, but for heart-beats."""
    kind = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data:"):
            text = line.removeprefix("data:").strip()
            yield kind, orjson.loads(text) if text else None


async def all_of(client: Client, document: str, **more: Any) -> list[Event]:
    async with asyncio.timeout(5), streaming(client, document, **more) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        return [event async for event in events(response)]


async def test_a_subscription_to_its_end(wire: Client) -> None:
    told = await all_of(wire, "subscription ($n: Int!) { count(to: $n) }", variables={"n": 3})

    assert told == [*(("next", {"data": {"count": n}}) for n in range(3)), COMPLETE]


async def test_queries_and_mutations_stream_one_answer(
    wire: Client, happenings: Happenings
) -> None:
    happenings.go_on.set()
    for document, data in [
        ("{ caller }", {"caller": "MEMBER None"}),
        ('mutation { act(name: "a") }', {"act": "a"}),
    ]:
        told = await all_of(wire, document, token="member")
        (kind, answer), last = told
        assert (kind, answer["data"], last) == ("next", data, COMPLETE)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "BAD_REQUEST"),
        ("{ nope }", "VALIDATION"),
        ("subscription { refused }", "FORBIDDEN"),
        ("subscription { breaks }", "INTERNAL"),
        ("{" + "again {" * 10 + "hello" + "}" * 11, "QUERY_TOO_COSTLY"),
    ],
)
async def test_refusals_come_as_events(
    wire: Client, document: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    *_, (kind, answer), last = await all_of(wire, document)

    assert (kind, last) == ("next", COMPLETE)
    assert answer["errors"][0]["extensions"]["code"] == code
    assert CANARY not in caplog.text + str(answer)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Authorization": "Bearer forged"}, {"query": "{ hello }"}, 401),
        ({"Content-Type": "text/plain"}, {"query": "{ hello }"}, 415),
        ({}, {"query": 1}, 400),
    ],
)
async def test_what_is_no_request_gets_a_status(
    wire: Client, headers: dict[str, str], body: Any, status: int
) -> None:
    response = await wire.raw(
        headers={"Content-Type": "application/json", **EVENTS, **headers}, json=body
    )

    assert response.status_code == status
    assert response.json()["errors"]


async def test_json_is_answered_to_whoever_takes_it_too(wire: Client) -> None:
    headers = {"Accept": "application/json, text/event-stream"}
    response = await wire.raw(headers=headers, json={"query": "{ hello }"})

    assert response.json()["data"] == {"hello": "hello world"}


async def test_only_posts_stream(wire: Client) -> None:
    response = await wire.http.get("/graphql", params={"query": "{ hello }"}, headers=EVENTS)

    assert response.status_code == 406


async def test_who_goes_ends_the_subscription(wire: Client, happenings: Happenings) -> None:
    async with streaming(wire, "subscription { endless }") as response:
        assert await anext(events(response)) == ("next", {"data": {"endless": "x"}})

    await happenings.wait_for("closed")


async def test_a_stream_beats_while_it_is_silent(
    wire: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.wire.graphql_sse.BEAT_SECONDS", 0.05)

    async with asyncio.timeout(5), streaming(wire, "subscription { silent }") as response:
        chunks = response.aiter_raw()
        assert [await anext(chunks) for _ in range(4)] == [b":\n\n"] * 4


async def test_a_stream_ends_with_its_token(wire: Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        async with (
            asyncio.timeout(5),
            streaming(wire, "subscription { silent }", "brief") as response,
        ):
            assert [event async for event in events(response)] == []


async def test_an_event_that_cannot_be_told_whole_is_not_told(wire: Client) -> None:
    document = 'subscription { tears { hello fails(how: "engine") } }'

    with pytest.raises(httpx.RemoteProtocolError):
        async with asyncio.timeout(5), streaming(wire, document) as response:
            assert [event async for event in events(response)] == []


async def test_who_stops_reading_is_let_go(
    wire: Client, happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.wire.graphql_sse.SEND_SECONDS", 0.2)
    async with streaming(wire, "subscription { endless(size: 60000) }"):
        await happenings.wait_for("closed")

    # A bounded number of events was made for somebody who took none.
    assert happenings.seen.count("yielding") < min(500, ENDLESS)
