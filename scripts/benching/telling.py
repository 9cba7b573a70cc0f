"""Notifications as the product publishes them after a commit, straight to Redis: what is measured
is how they reach the sockets, not how they come about.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from domain import cache
from scripts.benching import plan

Message = Callable[[int], tuple[UUID, bytes]]
"""For the n-th socket: whose it is, and the next thing to publish for it."""

_ids = itertools.count(1)
OWN = 0x0191 << 112


class Told:
    """The callers, each with the number of its last notification."""

    def __init__(self, callers: list[tuple[int, int]]) -> None:
        self._callers = callers

    def offer(self, n: int, offer_id: UUID) -> tuple[UUID, bytes]:
        """There is a new offer."""
        return self._next(n, "OFFER_ADDED", {"offer": str(offer_id)})

    def points(self, n: int, version: int) -> tuple[UUID, bytes]:
        """Points came in, by the transaction of this version in the member's first wallet."""
        act = plan.transaction_id(1, version, self._callers[n][0])
        args = {"transaction": act, "unit": "POINTS", "points": plan.EARNED}
        return self._next(n, "POINTS_EARNED", args)

    def _next(self, n: int, kind: str, args: dict[str, Any]) -> tuple[UUID, bytes]:
        number, sequence = self._callers[n]
        self._callers[n] = number, sequence + 1
        member_id = plan.member_id(number)
        told = {
            "member_id": member_id,
            "id": UUID(int=OWN | next(_ids)),
            "sequence": sequence + 1,
            "kind": kind,
            "args": args,
            "created_at": datetime.now(UTC),
        }
        return member_id, orjson.dumps(told)


class Publisher(asyncio.Protocol):
    """A connection that publishes and does not listen to what Redis says of it."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Publish here."""
        self.transport = cast(asyncio.Transport, transport)

    def publish(self, member_id: UUID, message: bytes) -> None:
        """Publish on the member's channel, with the next flush."""
        channel = cache.channel(member_id).encode()
        self._waiting.append(
            b"*3\r\n$8\r\nSPUBLISH\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n"
            % (len(channel), channel, len(message), message)
        )

    def flush(self) -> None:
        """Send what waits."""
        self.transport.write(b"".join(self._waiting))
        self._waiting.clear()


@asynccontextmanager
async def publisher(redis_url: str) -> AsyncIterator[Publisher]:
    """One, until the block ends."""
    path = urlsplit(redis_url).path
    transport, made = await asyncio.get_running_loop().create_unix_connection(Publisher, path)
    try:
        yield made
    finally:
        transport.close()
