"""Load: connections that each send a request, wait for its answer, check it, send the next."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

HEAD_END = b"\r\n\r\n"
OK = b"HTTP/1.1 200"
LENGTH = b"content-length: "
SAMPLED = 97  # each such answer is kept whole, to be looked at when time no longer counts

Source = Iterator[bytes]
Check = Callable[[bytes], bool]


class Unfit(Exception):
    """An answer is not what was asked for: there is nothing to measure."""


@dataclass
class Load:
    """What came of a load; latencies in seconds."""

    latencies: list[float] = field(default_factory=list)
    samples: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answers(self) -> int:
        """How many answers came, all of them right."""
        return len(self.latencies)

    def percentile_ms(self, share: float) -> float:
        """The latency that so large a share of answers kept below."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    def __init__(self, source: Source, check: Check, load: Load, until: float) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._source, self._check, self._load, self._until = source, check, load, until
        self._heard = b""
        self._needed = 0
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        request = next(self._source, None) if self._sent_at < self._until else None
        if request is None:
            self._end()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        heard = self._heard = self._heard + data if self._heard else data
        if not self._needed:
            end = heard.find(HEAD_END)
            if end < 0:
                return
            head = heard[:end].lower()
            place = head.find(LENGTH)
            length = head[place + len(LENGTH) :].partition(b"\r")[0] if place >= 0 else b"0"
            self._needed = end + len(HEAD_END) + int(length)
        if len(heard) >= self._needed:
            self._heard, self._needed = b"", 0
            self._take(heard)

    def _take(self, answer: bytes) -> None:
        load = self._load
        if not answer.startswith(OK) or b'"errors"' in answer or not self._check(answer):
            self._end(Unfit(answer[:2000].decode(errors="replace")))
            return
        load.latencies.append(time.perf_counter() - self._sent_at)
        if len(load.latencies) % SAMPLED == 1:
            load.samples.append(answer.partition(HEAD_END)[2])
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(Unfit(f"the server hung up: {error}"))

    def _end(self, error: Exception | None = None) -> None:
        if not self.ended.done():
            if error is None:
                self.ended.set_result(None)
            else:
                self.ended.set_exception(error)
            self._transport.close()


async def load(
    port: int,
    source: Source,
    *,
    connections: int,
    seconds: float,
    check: Check = bool,
    into: Load | None = None,
) -> Load:
    """Load the server on the port until the time or the source ends. Unfit: a wrong answer."""
    made = into or Load()
    loop = asyncio.get_running_loop()
    gc.disable()
    try:
        began = time.perf_counter()
        until = began + seconds
        opened = [
            await loop.create_connection(
                lambda: _Connection(source, check, made, until), "127.0.0.1", port
            )
            for _ in range(connections)
        ]
        await asyncio.gather(*(connection.ended for _, connection in opened))
        made.seconds += time.perf_counter() - began
    finally:
        gc.enable()
    return made


def post(body: bytes, token: str | None = None, path: str = "/graphql") -> bytes:
    """A POST of JSON as it goes over the wire."""
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"{bearer}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """A GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
