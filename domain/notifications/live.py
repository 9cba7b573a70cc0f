"""Live delivery: each notification of a member, once and in order, to whoever listens.

PostgreSQL has them all, numbered without a gap; Redis only tells that there is a new one, and
which. So what was published is believed when its number is the next; else, and whenever a count
that is taken about once a second runs ahead, the database is read. State is connections and
queues: a listener that comes to another process with its cursor misses nothing.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import orjson

from domain import cache, database
from domain.errors import SlowReader
from domain.notifications import queries
from domain.notifications.channels import Channels
from domain.notifications.queries import NotificationRow, notification_row

T = TypeVar("T")

QUEUE_MAX = 256
PAGE = 100
COUNT_SECONDS = 0.8  # a lost message is found within a second
_PAUSE_SECONDS = (0.05, 1.0)


class _Listener:
    """One open subscription. `last` is what it has been given, `known` the newest that there is."""

    def __init__(self) -> None:
        self.last = 0
        self.known = 0
        self.is_late = False
        self._heard: deque[NotificationRow] = deque()
        self._woken = asyncio.Event()

    def hear(self, row: NotificationRow) -> None:
        """Keep what was published, if nothing is missing before it; else know that it is there."""
        newest = self._heard[-1].sequence if self._heard else self.last
        if row.sequence == newest + 1:
            self.is_late = len(self._heard) >= QUEUE_MAX
            self._heard.append(row)
        self.know(row.sequence)

    def know(self, sequence: int) -> None:
        """There are notifications up to this one."""
        if sequence > self.known:
            self.known = sequence
            self._woken.set()

    async def batch(self, member_id: UUID) -> list[NotificationRow]:
        """The next notifications, one or more, when there are any. Raises SlowReader."""
        while True:
            if self.is_late:
                raise SlowReader
            heard = [row for row in self._heard if row.sequence > self.last]
            self._heard.clear()
            if heard and heard[0].sequence == self.last + 1:
                return heard
            if self.known > self.last:
                known = self.known
                if found := await _patiently(lambda: queries.beyond(member_id, self.last, PAGE)):
                    return found
                self.known = max(self.last, self.known if self.known > known else 0)
                continue
            self._woken.clear()
            await self._woken.wait()


class _Hub:
    """All listeners of this process, by member."""

    def __init__(self) -> None:
        self.channels = Channels(self._take)
        self._listeners: dict[UUID, set[_Listener]] = {}
        self._tasks = [
            asyncio.create_task(self.channels.run()),
            asyncio.create_task(self._count()),
        ]

    def add(self, member_id: UUID) -> _Listener:
        listener = _Listener()
        self._listeners.setdefault(member_id, set()).add(listener)
        self.channels.want(cache.channel(member_id))
        return listener

    def remove(self, member_id: UUID, listener: _Listener) -> None:
        self._listeners[member_id].discard(listener)
        if not self._listeners[member_id]:
            del self._listeners[member_id]
        self.channels.release(cache.channel(member_id))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    def _take(self, message: bytes) -> None:
        told = orjson.loads(message)
        listeners = self._listeners.get(UUID(told["member_id"]))
        if listeners:
            row = notification_row(
                told
                | {
                    "id": UUID(told["id"]),
                    "member_id": UUID(told["member_id"]),
                    "created_at": datetime.fromisoformat(told["created_at"]),
                }
            )
            for listener in listeners:
                listener.hear(row)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            if self._listeners:
                with suppress(*database.OUTAGES):
                    found = await queries.sequences_of(list(self._listeners))
                    for member_id, sequence in found.items():
                        for listener in self._listeners.get(member_id, ()):
                            listener.know(sequence)


_hub: _Hub | None = None


def start() -> None:
    """Begin to listen; once a process, with PostgreSQL and Redis connected."""
    global _hub
    assert _hub is None
    _hub = _Hub()


async def stop() -> None:
    """End it. Subscriptions must have been closed before."""
    global _hub
    if _hub is not None:
        await _hub.stop()
        _hub = None


async def events(member_id: UUID, after: int | None = None) -> AsyncIterator[NotificationRow]:
    """Every notification of the member beyond `after` (from now on without it), as they come.

    Ends only with its listener, or by SlowReader when that one does not keep up.
    """
    assert _hub is not None, "start() comes first"
    hub = _hub
    listener = hub.add(member_id)
    try:
        latest = (await _patiently(lambda: queries.sequences_of([member_id]))).get(member_id, 0)
        # A cursor beyond the end (another member's, or of before a restore) must not deafen.
        listener.last = latest if after is None else min(after, latest)
        listener.know(latest)
        await hub.channels.opened(cache.channel(member_id))
        # Said while the channel was not yet open, in case: one look that closes the gap.
        listener.know(listener.last + 1)
        while True:
            for row in await listener.batch(member_id):
                listener.last = row.sequence
                yield row
    finally:
        hub.remove(member_id, listener)


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    # A subscription outlives an outage: it is silent meanwhile, and goes on where it was.
    pause, longest = _PAUSE_SECONDS
    while True:
        try:
            return await read()
        except database.OUTAGES:
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
