"""Sockets that listen, thousands of them in one process: frames are counted, timed and looked at,
with nothing between them and the transport.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

from scripts.benching.loading import Unfit

UPGRADE = (
    "GET {path} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
NEXT = b'{"type":"next"'
OPENED_AT_ONCE = 50
PATIENCE_SECONDS = 30
Step = Sequence[bytes]
"""Messages that are said together."""

MASK = b"\x00\x00\x00\x00"  # clients must mask; with this the text stays as it is


class Ears:
    """All sockets, and what they hear. `sent(n)` says that something is on its way to the n-th."""

    def __init__(self) -> None:
        self.heard = 0
        self.outstanding = 0
        self.latencies: list[float] = []
        self.samples: list[bytes] = []
        self.error: Exception | None = None
        self._ears: list[Ear] = []
        self._room = asyncio.Event()
        self._wanted = 0

    async def open(self, port: int, wanted: Sequence[tuple[str, Sequence[Step]]]) -> None:
        """Open a socket for each path; each of its steps is answered before the next is taken."""
        loop = asyncio.get_running_loop()
        for first in range(0, len(wanted), OPENED_AT_ONCE):
            opened = [Ear(self, path, says) for path, says in wanted[first:][:OPENED_AT_ONCE]]
            for ear in opened:
                await loop.create_connection(partial(_itself, ear), "127.0.0.1", port)
            await asyncio.wait_for(asyncio.gather(*(ear.stands for ear in opened)), 60)
            self._ears += opened

    def __len__(self) -> int:
        return len(self._ears)

    def sent(self, n: int) -> None:
        """Expect something at the n-th socket."""
        self._ears[n].sent_at.append(time.perf_counter())
        self.outstanding += 1

    async def room(self, most: int) -> None:
        """Wait until no more than so much is on its way; Unfit if nothing comes any more."""
        self._wanted = most
        while self.outstanding > most and not self.error:
            heard = self.heard
            self._room.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), PATIENCE_SECONDS)
            if self.heard == heard and not self.error:
                raise Unfit(f"{self.outstanding} events do not come")
        if self.error:
            raise self.error

    def take(self, ear: Ear, text: bytes) -> None:
        """A frame that came."""
        if not text.startswith(NEXT) or b'"errors"' in text:
            self.fail(Unfit(f"A socket hears {text.decode(errors='replace')}"))
            return
        if not ear.sent_at:
            self.fail(Unfit(f"A socket hears once too often {text.decode(errors='replace')}"))
            return
        self.latencies.append(time.perf_counter() - ear.sent_at.popleft())
        if self.heard % 97 == 0:
            self.samples.append(text)
        self.heard += 1
        self.outstanding -= 1
        if self.outstanding <= self._wanted:
            self._room.set()

    def fail(self, error: Exception) -> None:
        """Something that was not expected: whoever waits for room is told."""
        self.error = self.error or error
        self._room.set()

    def close(self) -> None:
        """Hang up."""
        self.error = None
        for ear in self._ears:
            ear.transport.abort()


class Ear(asyncio.Protocol):
    """One socket."""

    def __init__(self, ears: Ears, path: str, says: Sequence[Step]) -> None:
        self.stands: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent_at: deque[float] = deque()
        self._ears, self._path = ears, path
        self._says = iter(says)
        self._rest = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to speak WebSocket."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(UPGRADE.format(path=self._path).encode())

    def data_received(self, data: bytes) -> None:
        """Take what has come, frame by frame."""
        self._rest += data
        if not self._is_open:
            head, end, self._rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(head)
                return
            self._is_open = True
            self._go_on()
        for opcode, text in self._frames():
            if opcode == PING:
                self.transport.write(frame(text, PONG))
            elif opcode != TEXT:
                self._fail(b"its close, %d %b" % (int.from_bytes(text[:2], "big"), text[2:]))
            elif self.stands.done():
                self._ears.take(self, text)
            else:
                self._go_on()

    def connection_lost(self, error: Exception | None) -> None:
        """No socket is to end before the measuring does."""
        self._fail(b"the end of the connection")

    def _go_on(self) -> None:
        step = next(self._says, None)
        if step is None:
            self.stands.set_result(None)
        else:
            self.transport.write(b"".join(map(frame, step)))

    def _fail(self, why: bytes) -> None:
        error = Unfit(f"A socket hears {why.decode()}")
        if not self.stands.done():
            self.stands.set_exception(error)
        else:
            self._ears.fail(error)

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        rest, at = self._rest, 0
        while len(rest) >= at + 2:
            length, start = rest[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(rest[start : start + 2], "big"), start + 2
            elif length == 127:
                length, start = int.from_bytes(rest[start : start + 8], "big"), start + 8
            if len(rest) < start + length:
                break
            yield rest[at] & 15, rest[start : start + length]
            at = start + length
        self._rest = rest[at:]


def _itself(ear: Ear) -> Ear:
    return ear


def frame(text: bytes, opcode: int = TEXT) -> bytes:
    """A frame of a client, less than 64 kB of text."""
    if len(text) < 126:
        return bytes((128 | opcode, 128 | len(text))) + MASK + text
    return bytes((128 | opcode, 254)) + len(text).to_bytes(2, "big") + MASK + text
