"""GraphQL over WebSocket: what comes in, what goes out, and how it ends."""

import asyncio
import logging
import struct
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tests.api.raw import handshake, masked
from tests.api.wire import CANARY, ENDLESS, Happenings, served
from tests.client import Client, Refused, heard, say

TOO_MUCH = "subscription { endless(size: 60000) }"


async def initialised(socket: ClientConnection, **payload: Any) -> None:
    await say(socket, "connection_init", payload=payload)
    assert await heard(socket) == {"type": "connection_ack"}


async def subscribe(socket: ClientConnection, id: str, document: str, **more: Any) -> None:
    await say(socket, "subscribe", id, {"query": document, **more})


async def ending(socket: ClientConnection) -> tuple[int, str]:
    """Code and reason with which the server closes."""
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code or 0, socket.close_reason or ""


async def test_a_subscription_from_init_to_complete(wire: Client) -> None:
    async with wire.socket() as socket:
        await initialised(socket, authorization="Bearer member", language="ru")
        await subscribe(
            socket, "a", "subscription ($n: Int!) { count(to: $n) }", variables={"n": 2}
        )

        for number in range(2):
            payload = {"data": {"count": number}}
            assert await heard(socket) == {"type": "next", "id": "a", "payload": payload}
        assert await heard(socket) == {"type": "complete", "id": "a"}


async def test_queries_and_mutations_pass_the_same_gate(
    wire: Client, happenings: Happenings
) -> None:
    happenings.go_on.set()
    async with wire.socket() as socket:
        await initialised(socket, Authorization="Bearer member", language="ru-RU")
        for document, data in [
            ("{ caller }", {"caller": "MEMBER ru"}),
            ('mutation { act(name: "a") }', {"act": "a"}),
        ]:
            await subscribe(socket, "a", document, operationName=None, variables=None)
            assert (await heard(socket))["payload"]["data"] == data
            assert await heard(socket) == {"type": "complete", "id": "a"}

        for document, code in [
            ("{", "BAD_REQUEST"),
            ("{ nope }", "VALIDATION"),
            ("query ($n: String!) { hello(name: $n) }", "VALIDATION"),
            ("{" + "again {" * 10 + "hello" + "}" * 11, "QUERY_TOO_COSTLY"),
            ("subscription { refused }", "FORBIDDEN"),
        ]:
            await subscribe(socket, "a", document)
            message = await heard(socket)
            assert (message["type"], message["id"]) == ("error", "a")
            assert message["payload"][0]["extensions"]["code"] == code


async def test_pings_are_answered_at_any_time(wire: Client) -> None:
    async with wire.socket() as socket:
        await say(socket, "ping")
        assert await heard(socket) == {"type": "pong"}
        await say(socket, "pong")
        await say(socket, "ping", payload={"a": 1})
        assert await heard(socket) == {"type": "pong", "payload": {"a": 1}}


async def test_nobody_in_particular_may_connect(wire: Client) -> None:
    nothing: list[Any] = [None, {}]
    for payload in nothing:
        async with wire.socket(additional_headers={"Accept-Language": "el"}) as socket:
            await socket.send(
                orjson.dumps({"type": "connection_init", "payload": payload}).decode()
            )
            assert await heard(socket) == {"type": "connection_ack"}
            await subscribe(socket, "a", "{ caller }")
            assert (await heard(socket))["payload"]["data"] == {"caller": "ANONYMOUS el"}


INIT = {"type": "connection_init"}


async def test_a_long_id_is_cut_in_the_reason(wire: Client) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        for _ in range(2):
            await subscribe(socket, "я" * 128, "subscription { endless }")

        code, reason = await ending(socket)

    assert (code, len(reason.encode())) == (4409, 123)


async def test_init_must_come_soon(wire: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.live.connections.INIT_SECONDS", 0.05)

    async with wire.socket() as socket:
        assert await ending(socket) == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("protocol", ["graphql-ws", "mqtt"])
async def test_other_protocols_are_not_spoken(wire: Client, protocol: str) -> None:
    async with wire.socket(protocol) as socket:
        assert socket.subprotocol is None
        assert (await ending(socket))[0] == 4406


async def test_the_protocol_is_chosen_among_several(wire: Client) -> None:
    async with wire.socket("graphql-ws", "graphql-transport-ws") as socket:
        assert socket.subprotocol == "graphql-transport-ws"
        await initialised(socket)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_pages_of_other_hosts_may_not_connect(wire: Client, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with wire.socket(additional_headers={"Origin": origin}):
            pass


async def test_pages_of_this_host_may_connect(wire: Client) -> None:
    for origin in (wire.url, "https://home.example"):
        async with wire.socket(additional_headers={"Origin": origin}) as socket:
            await initialised(socket)


async def test_complete_ends_a_subscription_and_frees_its_id(
    wire: Client, happenings: Happenings
) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await subscribe(socket, "a", "subscription { endless }")
        assert (await heard(socket))["payload"] == {"data": {"endless": "x"}}

        await say(socket, "complete", "a")
        await say(socket, "complete", "never begun")
        await subscribe(socket, "a", "{ hello }")

        assert (await heard(socket))["payload"]["data"] == {"hello": "hello world"}
        assert await heard(socket) == {"type": "complete", "id": "a"}
        await happenings.wait_for("closed")


async def test_a_socket_that_goes_ends_its_subscriptions(
    wire: Client, happenings: Happenings
) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await subscribe(socket, "a", "subscription { endless }")
        await heard(socket)

    await happenings.wait_for("closed")


async def test_a_source_that_never_waits_ends_with_its_socket_too(
    wire: Client, happenings: Happenings
) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await subscribe(socket, "a", "subscription { endless(size: 2) }")
        await heard(socket)
        socket.transport.abort()

        await happenings.wait_for("closed")

    assert happenings.seen.count("yielding") < ENDLESS


async def test_a_mutation_runs_to_its_end_when_the_socket_goes(
    wire: Client, happenings: Happenings
) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await subscribe(socket, "a", 'mutation { act(name: "a") }')
        await happenings.wait_for("begin a")
    happenings.go_on.set()

    await happenings.wait_for("end a")


async def test_twenty_operations_at_a_time(wire: Client) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        for number in range(21):
            await subscribe(socket, str(number), "subscription { endless }")

        messages = [await heard(socket) for _ in range(21)]

    assert sorted(message["type"] for message in messages) == ["error"] + ["next"] * 20
    [error] = [message for message in messages if message["type"] == "error"]
    assert error["id"] == "20"
    assert error["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_bug_ends_its_subscription_alone(
    wire: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with wire.socket() as socket:
            await initialised(socket)
            await subscribe(socket, "a", "subscription { breaks }")
            assert (await heard(socket))["payload"] == {"data": {"breaks": 1}}
            message = await heard(socket)
            await subscribe(socket, "b", "{ hello }")
            assert (await heard(socket))["id"] == "b"

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
    said = caplog.text + str([record.__dict__ for record in caplog.records])
    assert message["payload"][0]["extensions"]["incident"] in said
    assert CANARY not in said + str(message)


async def test_an_event_that_cannot_be_told_whole_is_not_told(wire: Client) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await subscribe(socket, "a", 'subscription { tears { hello fails(how: "engine") } }')

        assert await ending(socket) == (1013, "Try again later")


async def test_each_event_gets_a_context_of_its_own(wire: Client) -> None:
    async with wire.subscribe("subscription { ticks { contextNumber } }") as events:
        numbers = [event["ticks"]["contextNumber"] async for event in events]

    assert len(set(numbers)) == len(numbers) == 3


async def test_a_persisted_query_that_is_not_known_is_asked_for(wire: Client) -> None:
    async with wire.socket() as socket:
        await initialised(socket)
        await say(socket, "subscribe", "a", {"documentId": "sha256:00"})

        message = await heard(socket)

    assert (message["type"], message["payload"][0]["message"]) == (
        "error",
        "PersistedQueryNotFound",
    )


async def test_the_client_of_tests_raises_what_is_refused(wire: Client) -> None:
    async with wire.subscribe("subscription { refused }") as events:
        with pytest.raises(Refused) as refused:
            await anext(events)
    assert refused.value.codes == ["FORBIDDEN"]


async def test_who_stops_reading_is_let_go(
    wire: Client, happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.live.connections.SEND_SECONDS", 0.2)
    reader, writer = await handshake(wire)
    for message in (INIT, {"type": "subscribe", "id": "a", "payload": {"query": TOO_MUCH}}):
        writer.write(masked(orjson.dumps(message)))

    await happenings.wait_for("closed")

    # A bounded number of events was made for somebody who took none.
    assert happenings.seen.count("yielding") < 100
    last = b""
    while not last.endswith(b"The client does not read."):
        last = last[-100:] + await asyncio.wait_for(reader.read(65_536), 5)
    assert struct.unpack(">H", last[-27:-25]) == (1013,)
    writer.close()


async def test_a_server_that_stops_asks_to_come_again() -> None:
    happenings = Happenings()
    async with AsyncExitStack() as stack:
        async with served(happenings) as url:
            client = await stack.enter_async_context(Client(url))
            socket = await stack.enter_async_context(client.socket())
            await initialised(socket)
            await subscribe(socket, "a", "subscription { silent }")
            await happenings.wait_for("silent")

        assert (await ending(socket))[0] == 1012
