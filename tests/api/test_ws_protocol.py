"""graphql-transport-ws: what the protocol asks of a server, one test for each demand."""

import asyncio
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from tests.api.wire import Happenings
from tests.client import Client, heard

INIT = {"type": "connection_init"}
ACK = {"type": "connection_ack"}
PING = {"type": "ping"}
PONG = {"type": "pong"}


def asks(document: str, id: str = "a", **more: Any) -> dict[str, Any]:
    """A subscribe message."""
    return {"type": "subscribe", "id": id, "payload": {"query": document, **more}}


def tells(data: Any, id: str = "a") -> dict[str, Any]:
    """A next message."""
    return {"type": "next", "id": id, "payload": {"data": data}}


def ends(id: str = "a") -> dict[str, Any]:
    """A complete message."""
    return {"type": "complete", "id": id}


class Closed:
    """The server ends the socket with this."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason


class Say:
    """The client sends this."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = messages


class Failed:
    """An error message for this operation, with this code."""

    def __init__(self, code: str, id: str = "a") -> None:
        self.code = code
        self.id = id


Step = Say | Closed | Failed | dict[str, Any]

HELLO = "{ hello }"
ONCE = "subscription { count(to: 1) }"
ENDLESS = "subscription { endless }"
X = {"endless": "x"}

DEMANDS: dict[str, list[Step]] = {
    "init is acknowledged": [Say(INIT), ACK],
    "init may have a payload": [Say({**INIT, "payload": {"a": 1}}), ACK],
    "init may have payload null": [Say({**INIT, "payload": None}), ACK],
    "a second init ends the socket": [
        Say(INIT, INIT),
        ACK,
        Closed(4429, "Too many initialisation requests"),
    ],
    "a second init ends the socket, however late": [
        Say(INIT),
        ACK,
        Say(PING),
        PONG,
        Say(INIT),
        Closed(4429, "Too many initialisation requests"),
    ],
    "a rejected init ends the socket with 4403": [
        Say({**INIT, "payload": {"authorization": "Bearer forged"}}),
        Closed(4403, "Forbidden"),
    ],
    "operations need an acknowledged init": [Say(asks(HELLO)), Closed(4401, "Unauthorized")],
    "a ping is answered before init": [Say(PING), PONG],
    "a ping is answered after init": [Say(INIT, PING), ACK, PONG],
    "a ping is answered during an operation": [
        Say(INIT, asks(ENDLESS)),
        ACK,
        tells(X),
        Say(PING),
        PONG,
    ],
    "a ping may have a payload": [
        Say({**PING, "payload": {"a": 1}}),
        {**PONG, "payload": {"a": 1}},
    ],
    "a ping may have payload null": [Say({**PING, "payload": None}), PONG],
    "a pong may come unasked": [Say(PONG, {**PONG, "payload": {"a": 1}}, PING), PONG],
    "results come as next, then complete": [
        Say(INIT, asks("subscription { count(to: 2) }")),
        ACK,
        tells({"count": 0}),
        tells({"count": 1}),
        ends(),
    ],
    "a stream without results completes": [
        Say(INIT, asks("subscription { count(to: 0) }")),
        ACK,
        ends(),
    ],
    "a query has one next, then complete": [
        Say(INIT, asks(HELLO)),
        ACK,
        tells({"hello": "hello world"}),
        ends(),
    ],
    "a mutation has one next, then complete": [
        Say(INIT, asks('mutation { act(name: "m") }')),
        ACK,
        tells({"act": "m"}),
        ends(),
    ],
    "variables and operationName are heeded": [
        Say(
            INIT,
            asks(
                "query A($n: String!) { hello(name: $n) } query B { hello }",
                operationName="A",
                variables={"n": "you"},
                extensions={},
            ),
        ),
        ACK,
        tells({"hello": "hello you"}),
        ends(),
    ],
    "nulls stand for what is left out": [
        Say(INIT, asks(HELLO, operationName=None, variables=None, extensions=None)),
        ACK,
        tells({"hello": "hello world"}),
        ends(),
    ],
    "an id in use ends the socket": [
        Say(INIT, asks(ENDLESS), asks(ENDLESS)),
        ACK,
        tells(X),
        Closed(4409, "Subscriber for a already exists"),
    ],
    "an id in use ends the socket, whatever the operation": [
        Say(INIT, asks(ENDLESS), asks(HELLO)),
        ACK,
        tells(X),
        Closed(4409, "Subscriber for a already exists"),
    ],
    "an id is free once the server completed": [
        Say(INIT, asks(ONCE)),
        ACK,
        tells({"count": 0}),
        ends(),
        Say(asks(ONCE)),
        tells({"count": 0}),
        ends(),
    ],
    "an id is free once the client completed": [
        Say(INIT, asks(ENDLESS)),
        ACK,
        tells(X),
        Say(ends(), asks(HELLO)),
        tells({"hello": "hello world"}),
        ends(),
    ],
    "an id is free after an error": [
        Say(INIT, asks("{ nope }"), asks(HELLO)),
        ACK,
        Failed("VALIDATION"),
        tells({"hello": "hello world"}),
        ends(),
    ],
    "operations with other ids run beside each other": [
        Say(INIT, asks(ENDLESS, "a"), asks(ENDLESS, "b")),
        ACK,
        tells(X, "a"),
        tells(X, "b"),
        Say(asks(HELLO, "c")),
        tells({"hello": "hello world"}, "c"),
        ends("c"),
    ],
    "what does not validate is an error, and no complete": [
        Say(INIT, asks("{ nope }"), PING),
        ACK,
        Failed("VALIDATION"),
        PONG,
    ],
    "what does not parse is an error, and no complete": [
        Say(INIT, asks("{"), PING),
        ACK,
        Failed("BAD_REQUEST"),
        PONG,
    ],
    "what is not permitted is an error, and no complete": [
        Say(INIT, asks("subscription { refused }"), PING),
        ACK,
        Failed("FORBIDDEN"),
        PONG,
    ],
    "an error while running ends its operation alone": [
        Say(INIT, asks(ENDLESS, "b"), asks("subscription { breaks }")),
        ACK,
        tells(X, "b"),
        tells({"breaks": 1}),
        Failed("INTERNAL"),
        Say(PING),
        PONG,
    ],
    "nothing comes after the client's complete": [
        Say(INIT, asks(ENDLESS)),
        ACK,
        tells(X),
        Say(ends(), PING),
        PONG,
    ],
    "no result comes of a query that the client completed": [
        Say(INIT, asks("{ wait }"), ends(), PING),
        ACK,
        PONG,
    ],
    "a complete for what is completed is ignored": [
        Say(INIT, asks(ONCE)),
        ACK,
        tells({"count": 0}),
        ends(),
        Say(ends(), PING),
        PONG,
    ],
    "a complete for an unknown id is ignored": [Say(INIT, ends("never"), PING), ACK, PONG],
    "a complete before init is ignored": [Say(ends("never"), PING), PONG],
    "a message of an unknown type ends the socket": [
        Say(INIT, {"type": "start", "id": "a"}),
        ACK,
        Closed(4400, "`type` is one of"),
    ],
    "a message that only servers send ends the socket": [
        Say(INIT, ACK),
        ACK,
        Closed(4400, "`type` is one of"),
    ],
    "a subscribe without an id ends the socket": [
        Say(INIT, {"type": "subscribe", "payload": {"query": HELLO}}),
        ACK,
        Closed(4400, "`id` is a text"),
    ],
    "a subscribe without a query ends the socket": [
        Say(INIT, {"type": "subscribe", "id": "a", "payload": {}}),
        ACK,
        Closed(4400, "`query` is missing"),
    ],
}


@pytest.mark.parametrize("demand", DEMANDS)
async def test_the_protocol(wire: Client, happenings: Happenings, demand: str) -> None:
    if "mutation" in demand:
        happenings.go_on.set()
    async with asyncio.timeout(5), wire.socket() as socket:
        for step in DEMANDS[demand]:
            await take(socket, step)


async def take(socket: ClientConnection, step: Step) -> None:
    if isinstance(step, Say):
        for message in step.messages:
            await socket.send(orjson.dumps(message).decode())
    elif isinstance(step, Closed):
        await socket.wait_closed()
        assert socket.close_code == step.code
        assert (socket.close_reason or "").startswith(step.reason)
    elif isinstance(step, Failed):
        message = await heard(socket)
        assert (message["type"], message["id"]) == ("error", step.id)
        assert message["payload"][0]["extensions"]["code"] == step.code
    else:
        message = await heard(socket)
        message.get("payload", {}).pop("extensions", None)
        assert message == step


async def test_a_client_that_closes_normally_is_answered_so(wire: Client) -> None:
    async with asyncio.timeout(5), wire.socket() as socket:
        await socket.send(orjson.dumps(INIT).decode())
        await heard(socket)
        await socket.close(1000)

    assert socket.close_code == 1000
