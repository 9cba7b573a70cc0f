"""Live delivery: each notification of a member, once and in order, to whoever listens.

PostgreSQL has them all, numbered without a gap; Redis only tells that there is a new one, and
which. So what was published is believed when its number is the next; else, and whenever a count
that is taken about once a second runs ahead, the database is read. State is connections and
queues: a listener that comes to another process with its cursor misses nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

import orjson

from domain import cache, database
from domain.notifications import queries
from domain.notifications.channels import Channels, ended
from domain.notifications.kinds import NotificationKind
from domain.notifications.queries import NotificationRow

T = TypeVar("T")

_log = logging.getLogger("pistis.live")
_KINDS = {kind.value: kind for kind in NotificationKind}

QUEUE_MAX = 256
PAGE = 100
COUNT_SECONDS = 0.8  # a lost message is found within a second
_PAUSE_SECONDS = (0.05, 1.0)


class Listener:
    """Every notification of a member from a place on, as they come; never ends by itself.

    Iterate it, or `take` whenever it calls `on_news`. Who is slow is read to from PostgreSQL, a
    page at a time. Close it.
    """

    def __init__(self, hub: "_Hub", member_id: UUID, last: int = 0) -> None:
        self.member_id = member_id
        self.last = last  # the sequence of what it was given last
        self.is_behind = True
        self._hub = hub
        self._heard: deque[NotificationRow] = deque()
        self._woken = asyncio.Event()
        self.on_news: Callable[[], None] = self._woken.set

    @property
    def waiting(self) -> int:
        """How many are here to be taken."""
        return len(self._heard)

    @property
    def has_news(self) -> bool:
        """There is something to take, or to read from PostgreSQL."""
        return self.is_behind or bool(self._heard)

    @property
    def newest(self) -> int:
        """The sequence up to which it knows what there is."""
        return max(self.last, self._heard[-1].sequence) if self._heard else self.last

    def hear(self, row: NotificationRow) -> None:
        """Keep what was published if it is the next and there is room, else know of it."""
        if row.sequence == self.newest + 1 and len(self._heard) < QUEUE_MAX:
            self._heard.append(row)
            self.on_news()
        else:
            self.know(row.sequence)

    def know(self, sequence: int) -> None:
        """There are notifications up to this one."""
        if sequence > self.newest:
            self.is_behind = True
            self.on_news()

    def take(self, most: int) -> list[NotificationRow]:
        """The next ones that are here, in order; none while it has to catch up first."""
        taken: list[NotificationRow] = []
        while self._heard and len(taken) < most:
            row = self._heard.popleft()
            if row.sequence > self.last:
                self.last = row.sequence
                taken.append(row)
        return taken

    def close(self) -> None:
        """Listen no longer."""
        self._hub.remove(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> NotificationRow:
        while True:
            if rows := self.take(1):
                return rows[0]
            if self.is_behind:
                await catch_up([self])
            else:
                self._woken.clear()
                await self._woken.wait()

    async def aclose(self) -> None:
        """Listen no longer."""
        self.close()

    def keep(self, found: list[NotificationRow]) -> None:
        """What PostgreSQL has beyond its place, from its start."""
        newest = self.newest
        self._heard.extend(row for row in found if row.sequence > newest)
        self.is_behind |= len(found) == PAGE


async def catch_up(listeners: Sequence[Listener]) -> None:
    """Read what these have missed, a page each, in one statement."""
    for listener in listeners:
        listener.is_behind = False  # first: what is heard while reading may say otherwise
    # Those of one member that are equally far get the very same rows.
    places = list({(listener.member_id, listener.last): None for listener in listeners})
    found = dict(zip(places, await patiently(lambda: _beyond(places)), strict=True))
    for listener in listeners:
        listener.keep(found[listener.member_id, listener.last])


async def _beyond(places: Sequence[tuple[UUID, int]]) -> list[list[NotificationRow]]:
    found = await queries.beyond(places, PAGE)
    if told := {rows[0].member_id for rows in found if rows}:
        # Whoever wrote them may not have come to raise the version yet, or never will; what is
        # told now must not be looked up in balances of before.
        await cache.raise_versions(await queries.versions_of(list(told)))
    return found


class _Hub:
    """All listeners of this process, by member."""

    def __init__(self) -> None:
        self.channels = Channels(self._take)
        # By the text of the member's id, as messages have it: most are of members elsewhere.
        self._listeners: dict[str, set[Listener]] = {}
        self._tasks = [
            asyncio.create_task(self.channels.run()),
            asyncio.create_task(self._count()),
        ]

    def add(self, listener: Listener) -> None:
        self._listeners.setdefault(str(listener.member_id), set()).add(listener)
        self.channels.want(cache.channel(listener.member_id))

    def remove(self, listener: Listener) -> None:
        member = str(listener.member_id)
        others = self._listeners.get(member, set())
        if listener in others:
            others.remove(listener)
            if not others:
                del self._listeners[member]
            self.channels.release(cache.channel(listener.member_id))

    async def stop(self) -> None:
        await ended(self._tasks)

    def _take(self, _channel: bytes, message: bytes) -> None:
        # A message that this release cannot read is no loss: the count will tell of it.
        with suppress(ValueError, KeyError, TypeError):
            told = orjson.loads(message)
            if listeners := self._listeners.get(told["member_id"]):
                row = _published(told, next(iter(listeners)).member_id)
                for listener in listeners:
                    listener.hear(row)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            try:
                found = await queries.ahead(self._places())
            except Exception as error:  # noqa: BLE001 - one failed look must not end all delivery
                _log.debug("live delivery cannot look: %s", type(error).__name__)
                continue
            for member_id, sequence in found.items():
                for listener in self._listeners.get(str(member_id), ()):
                    listener.know(sequence)

    def _places(self) -> list[tuple[UUID, int]]:
        # How far each member's listeners are, the slowest of them.
        places = []
        for listeners in self._listeners.values():
            slowest = min(listeners, key=lambda listener: listener.newest)
            places.append((slowest.member_id, slowest.newest))
        return places


def _published(told: dict[str, Any], member_id: UUID) -> NotificationRow:
    return NotificationRow(
        id=UUID(told["id"]),
        member_id=member_id,
        sequence=told["sequence"],
        kind=_KINDS[told["kind"]],
        args=told["args"],
        created_at=datetime.fromisoformat(told["created_at"]),
    )


_hub: _Hub | None = None


def start() -> None:
    """Begin; once a process, with PostgreSQL and Redis connected."""
    global _hub
    assert _hub is None
    _hub = _Hub()


async def stop() -> None:
    """End; listeners must have been closed before."""
    global _hub
    if _hub is not None:
        await _hub.stop()
        _hub = None


async def listen(member_id: UUID, after: int | None = None) -> Listener:
    """Listen for what the member is told beyond the sequence `after`; from now on without it.

    It listens once this returns; that waits for Redis no longer than a moment.
    """
    assert _hub is not None, "start() comes first"
    latest = (await patiently(lambda: queries.sequences_of([member_id]))).get(member_id, 0)
    # A cursor beyond the end (another member's, or of before a restore) must not deafen.
    listener = Listener(_hub, member_id, latest if after is None else min(after, latest))
    _hub.add(listener)
    try:
        await _hub.channels.opened(cache.channel(member_id))
    except BaseException:
        listener.close()
        raise
    return listener


async def patiently(read: Callable[[], Awaitable[T]]) -> T:
    """What `read` answers; while PostgreSQL is away it is asked again and again.

    A subscription outlives an outage: it is silent meanwhile, and goes on where it was.
    """
    pause, longest = _PAUSE_SECONDS
    while True:
        try:
            return await read()
        except database.OUTAGES:
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
