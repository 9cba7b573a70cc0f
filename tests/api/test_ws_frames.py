"""Frames that break the protocol, or WebSocket itself: each ends as it should, and tells why."""

import asyncio
import struct
from typing import Any

import orjson
import pytest

from tests.api.raw import handshake, masked
from tests.api.wire import Happenings
from tests.client import Client, heard, say

INIT = {"type": "connection_init"}
SUBSCRIBE = {"type": "subscribe", "id": "a", "payload": {"query": "subscription { endless }"}}
PAYLOAD = {"query": "{a}"}
# Frames that are sent, as JSON or as they stand; code and beginning of the reason that come back.
BROKEN: list[tuple[list[Any], int, str]] = [
    ([INIT, INIT], 4429, "Too many initialisation requests"),
    ([SUBSCRIBE], 4401, "Unauthorized"),
    ([INIT, SUBSCRIBE, SUBSCRIBE], 4409, "Subscriber for a already exists"),
    ([{**INIT, "payload": {"authorization": "Bearer forged"}}], 4403, "Forbidden"),
    ([{**INIT, "payload": {"authorization": ["Bearer member"]}}], 4403, "Forbidden"),
    ([{**INIT, "payload": {"authorization": "Bearer away"}}], 1013, "Try again later"),
    ([{**INIT, "payload": {"authorization": "Bearer bug"}}], 4500, "Internal server error"),
    ([{**INIT, "payload": {"authorization": "Bearer brief"}}], 4403, "Token expired"),
    (["{"], 4400, "This is no JSON"),
    ([""], 4400, "This is no JSON"),
    (["null"], 4400, "The JSON must be one object"),
    (["1"], 4400, "The JSON must be one object"),
    (['"x"'], 4400, "The JSON must be one object"),
    (["[1]"], 4400, "The JSON must be one object"),
    (["[" * 60_000], 4400, "This is no JSON"),
    (['{"a":' * 40 + "1" + "}" * 40], 4400, "The JSON is nested deeper"),
    ([b"{}"], 4400, "Send text frames."),
    ([{}], 4400, "`type` is one of"),
    ([{"type": 1}], 4400, "`type` is one of"),
    ([{"type": {"a": []}}], 4400, "`type` is one of"),
    ([{"type": "x" * 500}], 4400, "`type` is one of"),
    ([{"type": "start", "id": "a"}], 4400, "`type` is one of"),
    ([{"type": "connection_ack"}], 4400, "`type` is one of"),
    ([{"type": "next", "id": "a"}], 4400, "`type` is one of"),
    ([{"type": "error", "id": "a", "payload": []}], 4400, "`type` is one of"),
    ([{**INIT, "payload": 1}], 4400, "`payload` is an object"),
    ([{**INIT, "payload": "x"}], 4400, "`payload` is an object"),
    ([{"type": "ping", "payload": []}], 4400, "`payload` is an object"),
    ([{"type": "complete"}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "id": ""}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "id": ["a"]}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "id": None}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "id": "x" * 129}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "payload": None}], 4400, "`query` is missing"),
    ([INIT, {**SUBSCRIBE, "payload": "x"}], 4400, "`payload` is an object"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": 1}}], 4400, "`query` must be text"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": "{a}", "variables": []}}], 4400, "`variables`"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": "{a}", "operationName": 1}}], 4400, "`operat"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": "{a}", "extensions": "x"}}], 4400, "`extensi"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": "{a}", "more": 1}}], 4400, "Only these"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": "\0"}}], 4400, "A text holds"),
    ([{"type": "ping", "payload": {"a": "x" * 70_000}}], 1009, ""),
    (["x" * 3_000_000], 1009, ""),
    (["tru"], 4400, "This is no JSON"),
    (["'a'"], 4400, "This is no JSON"),
    (["NaN"], 4400, "This is no JSON"),
    (['{"type": "ping"} {"type": "ping"}'], 4400, "This is no JSON"),
    (['{"type": "ping",}'], 4400, "This is no JSON"),
    (['\ufeff{"type": "ping"}'], 4400, "This is no JSON"),
    (['{"type": "ping", "payload": {"a": "\\ud800"}}'], 4400, "This is no JSON"),
    ([[]], 4400, "The JSON must be one object"),
    ([True], 4400, "The JSON must be one object"),
    ([b"\x00"], 4400, "Send text frames."),
    ([{"type": None}], 4400, "`type` is one of"),
    ([{"type": ""}], 4400, "`type` is one of"),
    ([{"type": "PING"}], 4400, "`type` is one of"),
    ([{"type": "connection_init\0"}], 4400, "A text holds"),
    ([{"type": ["ping"]}], 4400, "`type` is one of"),
    ([INIT, {**SUBSCRIBE, "id": 1}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "id": {"a": 1}}], 4400, "`id` is a text"),
    ([INIT, {"type": "complete", "id": 7}], 4400, "`id` is a text"),
    ([INIT, {**SUBSCRIBE, "payload": []}], 4400, "`payload` is an object"),
    ([INIT, {**SUBSCRIBE, "payload": {}}], 4400, "`query` is missing"),
    ([INIT, {**SUBSCRIBE, "payload": {"query": None}}], 4400, "`query` is missing"),
    ([INIT, {**SUBSCRIBE, "payload": {**PAYLOAD, "documentId": 1}}], 4400, "`documentId`"),
    ([INIT, {**SUBSCRIBE, "payload": {**PAYLOAD, "variables": "x"}}], 4400, "`variables`"),
    ([{**INIT, "payload": {"authorization": "x" * 5000}}], 4403, "Forbidden"),
    ([{**INIT, "payload": {"authorization": {}}}], 4403, "Forbidden"),
]

# Bytes on the wire, after a handshake; the code that comes back.
TORN = {
    "not masked": (b"\x81\x02{}", 1002),
    "a reserved bit": (b"\xc1\x82" + bytes(4) + b"{}", 1002),
    "an opcode that is none": (b"\x83\x82" + bytes(4) + b"{}", 1002),
    "a ping in parts": (b"\x09\x80" + bytes(4), 1002),
    "a ping that is too long": (b"\x89\xfe\x00\x7e" + bytes(4 + 126), 1002),
    "a part of nothing": (b"\x80\x82" + bytes(4) + b"{}", 1002),
    "text within text": ((b"\x01\x81" + bytes(4) + b"{") * 2, 1002),
    "a close of one byte": (b"\x88\x81" + bytes(4) + b"x", 1002),
    "a close with a code that is none": (b"\x88\x82" + bytes(4) + struct.pack(">H", 999), 1002),
    "a close whose reason is no UTF-8": (b"\x88\x83" + bytes(4) + b"\x03\xe8\xff", 1007),
    "text that is no UTF-8": (b"\x81\x82" + bytes(4) + b"\xff\xfe", 1007),
    "text whose end is missing": (b"\x81\x81" + bytes(4) + b"\xc3", 1007),
    "a length beyond 64 bits": (b"\x81\xff" + b"\xff" * 8 + bytes(4), 1009),
    "a length beyond what is taken": (b"\x81\xff" + struct.pack(">Q", 70_000) + bytes(4), 1009),
    "parts that are too long together": (
        b"\x01\xfe\xea\x60" + bytes(4 + 60_000) + b"\x80\xfe\xea\x60" + bytes(4 + 60_000),
        1009,
    ),
}


@pytest.mark.parametrize(("frames", "code", "reason"), BROKEN)
async def test_what_ends_a_socket(
    wire: Client, frames: list[Any], code: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire.socket() as socket:
        for frame in frames:
            is_raw = isinstance(frame, str | bytes)
            await socket.send(frame if is_raw else orjson.dumps(frame).decode())

        async with asyncio.timeout(5):
            await socket.wait_closed()

    found = socket.close_reason or ""
    assert socket.close_code == code
    assert found.startswith(reason)
    assert len(found.encode()) <= 123
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("what", TORN)
async def test_what_is_no_websocket(
    wire: Client, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent, code = TORN[what]
    reader, writer = await handshake(wire)
    writer.write(sent)

    frame = await asyncio.wait_for(reader.read(4), 5)

    assert frame[0] == 0x88
    assert frame[1] <= 125
    assert struct.unpack(">H", frame[2:]) == (code,)
    assert "Traceback" not in caplog.text
    writer.close()


async def test_there_are_sixty_of_them() -> None:
    assert len(BROKEN) + len(TORN) >= 60


async def test_what_an_operation_gets_wrong_ends_it_alone(
    wire: Client, happenings: Happenings, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [
        {"query": "{"},
        {"query": "{ nope }"},
        {"query": "{ hello } { hello }"},
        {"query": "query A { hello } query B { hello }"},
        {"query": "query A { hello }", "operationName": "B"},
        {"query": "query ($n: String!) { hello(name: $n) }"},
        {"query": "query ($n: String!) { hello(name: $n) }", "variables": {"n": [1]}},
        {"query": "fragment F on Query { hello }"},
        {"query": "subscription { endless silent }"},
        {"query": "subscription { refused }"},
        {"query": "{ hello @nope }"},
        {"query": "{" + "again {" * 40 + "hello" + "}" * 41},
        {"documentId": "sha256:00"},
    ]
    async with asyncio.timeout(5), wire.socket() as socket:
        await say(socket, "connection_init")
        await say(socket, "subscribe", "a", SUBSCRIBE["payload"])
        assert (await heard(socket))["type"] == "connection_ack"
        assert (await heard(socket))["type"] == "next"
        for number, payload in enumerate(wrong):
            await say(socket, "subscribe", f"w{number}", payload)
            message = await heard(socket)
            assert (message["type"], message["id"]) == ("error", f"w{number}"), payload
        happenings.go_on.set()
        assert await heard(socket) == {
            "type": "next",
            "id": "a",
            "payload": {"data": {"endless": "x"}},
        }
    assert "Traceback" not in caplog.text


async def test_too_many_messages_a_second_end_a_socket(wire: Client) -> None:
    async with asyncio.timeout(5), wire.socket() as socket:
        for _ in range(100):
            await say(socket, "pong")
        await socket.wait_closed()

    assert (socket.close_code, socket.close_reason) == (1008, "At most 20 messages a second.")


async def test_pings_of_a_client_that_takes_no_pongs_do_not_pile_up(wire: Client) -> None:
    reader, writer = await handshake(wire)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    ping = b"\x89\xfd" + bytes(4 + 125)
    async with asyncio.timeout(5):
        for _ in range(10):
            writer.write(ping * 1000)
            await writer.drain()
    writer.write(masked(orjson.dumps({"type": "nope"})))
    writer.transport.resume_reading()  # type: ignore[attr-defined]

    last = b""
    async with asyncio.timeout(5):
        while b"`type` is one of" not in last:
            last = last[-100:] + await reader.read(65_536)
    writer.close()
