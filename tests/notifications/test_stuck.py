"""Sockets that stop reading cost little memory and nobody else's time, and can come again."""

import asyncio
import re
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from api.live.places import OF_MEMBER
from domain import database
from domain.notifications import queries
from tests.api.raw import handshake, masked
from tests.client import Client, heard, say
from tests.counts import count
from tests.databases import Cleaner
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.notifications import a_listener, as_member, silently, tell
from tests.factories.rewards import a_programme
from tests.processes import Server, running_server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]

LIVE = document("app/notifications/MemberNotified")
READERS = 10
TOO_MUCH = 1500  # notifications: more than the buffers of a socket take
MEGABYTES = 50
CLOSED_AFTER_SECONDS = count(13, 19)
FILLED_AFTER_SECONDS = count(1, 5)


class Stuck:
    """A socket that subscribes and then reads nothing until told to."""

    def __init__(self, client: Client, token: str) -> None:
        self._client = client
        self._token = token
        self.cursor: str | None = None
        self.ending: tuple[int, str] | None = None

    async def subscribe(self) -> None:
        """Subscribe, see that it stands, and stop reading."""
        self._reader, self._writer = await handshake(self._client)
        self._writer.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536
        )
        payload = {"query": LIVE, "variables": {"after": None}}
        for message in (
            {"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}},
            {"type": "subscribe", "id": "1", "payload": payload},
            {"type": "ping"},
        ):
            self._writer.write(masked(orjson.dumps(message)))
        seen = b""
        while b'"pong"' not in seen:
            seen += await self._reader.read(65_536)
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def read_on(self) -> None:
        """Read what there is up to the end."""
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]
        while True:
            first, length = await self._reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack(">H", await self._reader.readexactly(2))
            body = await self._reader.readexactly(length)
            if first == 0x88:
                self.ending = struct.unpack(">H", body[:2])[0], body[2:].decode()
                self._writer.close()
                return
            if first == 0x81:
                payload = orjson.loads(body)["payload"]
                self.cursor = payload["data"]["memberNotified"]["cursor"]


@pytest.fixture
async def own(connected: Cleaner, database: None) -> AsyncIterator[Server]:
    await a_programme()
    settings = replace(connected.settings, requests_per_second=0)
    with running_server(settings, processes=1, worker=False) as server:
        yield server


@asynccontextmanager
async def listening(
    client: Client, member_id: UUID, after: str | None = None
) -> AsyncIterator[ClientConnection]:
    token = await token_of(as_member(member_id))
    async with client.socket() as open_socket:
        await say(open_socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        await say(open_socket, "subscribe", "1", {"query": LIVE, "variables": {"after": after}})
        assert (await heard(open_socket))["type"] == "connection_ack"
        if after is None:
            await say(open_socket, "ping")
            assert (await heard(open_socket))["type"] == "pong"
        yield open_socket


def rss_megabytes(server: Server) -> float:
    (pid,) = server.processes()
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1]) / 1024


async def probes(readers: list[tuple[UUID, ClientConnection]], seconds: float) -> list[float]:
    """How long what a reader is told is on its way, again and again for so long."""
    took: list[float] = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        member_id, open_socket = readers[len(took) % len(readers)]
        await tell(member_id, 1)
        await heard(open_socket)
        took.append(time.monotonic() - began)
    return took


def p99(took: list[float]) -> float:
    return sorted(took)[int(0.99 * (len(took) - 1))]


async def test_sockets_that_stop_reading(own: Server) -> None:
    async with own.client() as client, AsyncExitStack() as stack:
        readers = [(await a_listener()) for _ in range(READERS)]
        sockets = [
            (each, await stack.enter_async_context(listening(client, each))) for each in readers
        ]
        members = [(await a_listener()) for _ in range(count(20, 500) // OF_MEMBER)]
        tokens = [(await token_of(as_member(each))) for each in members]
        stuck = [Stuck(client, token) for token in tokens for _ in range(OF_MEMBER)]
        for each in stuck:
            await each.subscribe()
        await probes(sockets, 1)
        before, quiet = rss_megabytes(own), p99(await probes(sockets, 3))

        async with database.transaction():
            for member_id in members:
                await silently(member_id, *range(TOO_MUCH))
        began, late, grown = time.monotonic(), list[float](), 0.0
        await probes(sockets, FILLED_AFTER_SECONDS)  # so long there is much to tell, as it is read
        while time.monotonic() < began + CLOSED_AFTER_SECONDS:
            late += await probes(sockets, 1)
            grown = max(grown, rss_megabytes(own) - before)
        busy = p99(late)
        # Those that were not closed by now would go on for ever; what was sent can still be read.
        await asyncio.gather(*(each.read_on() for each in stuck))

        print(
            f"{len(stuck)} stuck: +{grown:.0f} MB, p99 {quiet * 1e3:.0f} -> {busy * 1e3:.0f} ms, "
            f"closed within {CLOSED_AFTER_SECONDS} s"
        )
        assert {each.ending for each in stuck} == {(1013, "The client does not read.")}
        assert grown <= MEGABYTES
        # As much again as the whole machine can be late by itself.
        assert busy <= max(2 * quiet, 0.1)
        await come_again(client, members[0], stuck[0])


async def come_again(client: Client, member_id: UUID, stuck: Stuck) -> None:
    assert stuck.cursor
    last = queries.sequence_at(stuck.cursor)
    assert last < TOO_MUCH
    async with listening(client, member_id, stuck.cursor) as open_socket:
        for sequence in range(last + 1, TOO_MUCH + 1):
            edge = (await heard(open_socket))["payload"]["data"]["memberNotified"]
            assert queries.sequence_at(edge["cursor"]) == sequence
