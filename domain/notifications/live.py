"""Live delivery: each notification of a member, once and in order, to whoever listens.

PostgreSQL has them all, numbered without a gap; Redis only tells that there is a new one, and
which. So what was published is believed when its number is the next; else, and whenever a count
that is taken about once a second runs ahead, the database is read. State is connections and
queues: a listener that comes to another process with its cursor misses nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import orjson

from domain import cache, database
from domain.notifications import queries
from domain.notifications.channels import Channels
from domain.notifications.queries import NotificationRow, notification_row

T = TypeVar("T")

_log = logging.getLogger("pistis.live")

QUEUE_MAX = 256
PAGE = 100
COUNT_SECONDS = 0.8  # a lost message is found within a second
_PAUSE_SECONDS = (0.05, 1.0)


class _Listener:
    """One open subscription. `last` is what it was given; `_heard` what comes next, in order."""

    def __init__(self, member_id: UUID) -> None:
        self.member_id = member_id
        self.last = 0
        self._heard: deque[NotificationRow] = deque()
        self._is_behind = True
        self._woken = asyncio.Event()

    @property
    def _newest(self) -> int:
        return max(self.last, self._heard[-1].sequence) if self._heard else self.last

    def hear(self, row: NotificationRow) -> None:
        """Keep what was published if it is the next and there is room, else know of it."""
        if row.sequence == self._newest + 1 and len(self._heard) < QUEUE_MAX:
            self._heard.append(row)
            self._woken.set()
        else:
            self.know(row.sequence)

    def know(self, sequence: int) -> None:
        """There are notifications up to this one."""
        if sequence > self._newest:
            self._is_behind = True
            self._woken.set()

    async def next(self) -> NotificationRow:
        """The next notification, once there is one."""
        while True:
            while self._heard:
                row = self._heard.popleft()
                if row.sequence > self.last:
                    self.last = row.sequence
                    return row
            if self._is_behind:
                self._is_behind = False  # first: what is heard while reading may say otherwise
                found = await _patiently(lambda: queries.beyond(self.member_id, self.last, PAGE))
                self._heard.extend(found)
                self._is_behind |= len(found) == PAGE
            else:
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
        listener = _Listener(member_id)
        self._listeners.setdefault(member_id, set()).add(listener)
        self.channels.want(cache.channel(member_id))
        return listener

    def remove(self, listener: _Listener) -> None:
        member_id = listener.member_id
        self._listeners[member_id].discard(listener)
        if not self._listeners[member_id]:
            del self._listeners[member_id]
        self.channels.release(cache.channel(member_id))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    def _take(self, message: bytes) -> None:
        # A message that this release cannot read is no loss: the count will tell of it.
        with suppress(ValueError, KeyError, TypeError):
            told = orjson.loads(message)
            member_id = UUID(told["member_id"])
            if listeners := self._listeners.get(member_id):
                told["id"], told["member_id"] = UUID(told["id"]), member_id
                told["created_at"] = datetime.fromisoformat(told["created_at"])
                row = notification_row(told)
                for listener in listeners:
                    listener.hear(row)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            try:
                found = await queries.sequences_of(list(self._listeners))
            except Exception as error:  # noqa: BLE001 - one failed look must not end all delivery
                _log.debug("live delivery cannot look: %s", type(error).__name__)
                continue
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
    """Every notification of the member beyond `after` (without it from now on), as they come.

    Never ends by itself. A listener that is slow is read to from PostgreSQL, a page at a time.
    """
    assert _hub is not None, "start() comes first"
    hub = _hub
    listener = hub.add(member_id)
    try:
        latest = (await _patiently(lambda: queries.sequences_of([member_id]))).get(member_id, 0)
        # A cursor beyond the end (another member's, or of before a restore) must not deafen.
        listener.last = latest if after is None else min(after, latest)
        await hub.channels.opened(cache.channel(member_id))
        while True:
            yield await listener.next()
    finally:
        hub.remove(listener)


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    # A subscription outlives an outage: it is silent meanwhile, and goes on where it was.
    pause, longest = _PAUSE_SECONDS
    while True:
        try:
            return await read()
        except database.OUTAGES:
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
