"""What happens is told to many: rendered once for all who asked for the same, written as it is.

No task a socket and none an event: whoever has news waits in one line, and what has gathered
there while the last batch was rendered is the next batch.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from api.execution import Subscribed
from api.live.rendering import Rendering, Share, View
from api.problems import Answer, Code
from api.wire.results import encoded
from domain import metrics
from domain.actor import Actor
from domain.notifications import live
from domain.notifications.queries import NotificationRow
from schema.notifications import EdgeRow

ROWS_AT_ONCE = 500
ROWS_OF_ONE = 50
ROWS_OF_OLD = 100  # at once, of those who have much to catch up with: what is new goes first
ROWS_TO_EXPECT = 10  # of one that has to be read for first
PUMPS = 2  # one renders while the other waits for PostgreSQL

_log = logging.getLogger("pistis.live")


class Outlet(Protocol):
    """Where the answers of a subscription go."""

    def is_open(self) -> bool:
        """It takes more at this moment. When it does again, the feed's `ready` is called."""

    def put(self, answers: list[bytes]) -> None:
        """Write these, each a message of its own."""

    def fail(self) -> None:
        """Something could not be told whole: the app has to come again with its cursor."""


class Feed:
    """One subscription, fed until it is closed."""

    def __init__(
        self, fanout: "Fanout", subscribed: Subscribed, view: View, outlet: Outlet
    ) -> None:
        self.listener: live.Listener = subscribed.source.listener
        self.subscribed = subscribed
        self.view = view
        self.outlet = outlet
        self.is_busy = self.is_closed = False
        self._fanout = fanout
        self.listener.on_news = self.ready

    def ready(self) -> None:
        """There may be something to tell, and somewhere to put it."""
        self._fanout.line_up(self)

    def close(self) -> None:
        """Feed no longer."""
        self.is_closed = True
        self.listener.close()


Batch = list[tuple[Feed, list[NotificationRow]]]


class Fanout:
    """All feeds of a process. `new_context(actor, language)` makes what resolvers get."""

    def __init__(self, new_context: Callable[[Actor, str | None], Any]) -> None:
        self._rendering = Rendering(new_context)
        self._line: dict[Feed, None] = {}
        self._backlog: dict[Feed, None] = {}
        self._pumps: set[asyncio.Task[None]] = set()

    def feed(
        self, subscribed: Subscribed, actor: Actor, language: str | None, outlet: Outlet
    ) -> Feed | None:
        """Feed the outlet from now on; None for a subscription that has to be walked through."""
        view = self._rendering.view(subscribed, actor, language)
        if view is None:
            return None
        feed = Feed(self, subscribed, view, outlet)
        feed.ready()
        return feed

    def line_up(self, feed: Feed) -> None:
        """Serve this feed with the next batch."""
        if feed.is_busy or feed.is_closed:
            return
        is_old = feed.listener.is_behind or feed.listener.waiting > ROWS_OF_ONE
        (self._backlog if is_old else self._line)[feed] = None
        if len(self._pumps) < PUMPS:
            pump = asyncio.create_task(self._pump())
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self) -> None:
        while batch := self._next():
            try:
                await self._serve(batch)
            except Exception as error:  # noqa: BLE001 - what was taken is not told: all come again
                _log.error("a batch of events is not told: %s", type(error).__name__)
                for feed, _ in batch:
                    feed.outlet.fail()
            finally:
                for feed, _ in batch:
                    feed.is_busy = False
                    if feed.listener.has_news and feed.outlet.is_open():
                        self.line_up(feed)
            await asyncio.sleep(0)  # the others want their turn

    def _next(self) -> Batch:
        batch: Batch = []
        for line, room in ((self._line, ROWS_AT_ONCE), (self._backlog, ROWS_OF_OLD)):
            while line and room > 0:
                feed = next(iter(line))
                del line[feed]
                if feed.is_busy or feed.is_closed or not feed.outlet.is_open():
                    continue
                rows = feed.listener.take(ROWS_OF_ONE)
                if rows or feed.listener.is_behind:
                    feed.is_busy = True
                    batch.append((feed, rows))
                    room -= len(rows) or ROWS_TO_EXPECT
        return batch

    async def _serve(self, batch: Batch) -> None:
        behind = [feed.listener for feed, rows in batch if not rows]
        if behind:
            await live.catch_up(behind)
            for feed, rows in batch:
                if not rows:
                    rows += feed.listener.take(ROWS_OF_ONE)
        wanted: dict[Share, dict[int, NotificationRow]] = {}
        for feed, rows in batch:
            for row in rows:
                share = feed.view.share(row)
                if share in wanted:
                    wanted[share][id(row)] = row
                else:
                    wanted[share] = {id(row): row}
        told = await self._rendering.of(wanted)
        metrics.told.inc(sum(len(rows) for _, rows in batch))
        for feed, rows in batch:
            if rows and not feed.is_closed:
                answers = [told[feed.view.share(row)].get(id(row)) for row in rows]
                if None in answers:
                    await _walk(feed, rows, answers)
                else:
                    feed.outlet.put(answers)  # type: ignore[arg-type]


async def _walk(feed: Feed, rows: list[NotificationRow], answers: list[bytes | None]) -> None:
    # What no plan can answer is left to graphql-core, which says what is wrong with it.
    walked: list[bytes] = []
    for row, answer in zip(rows, answers, strict=True):
        if answer is None:
            made = await feed.subscribed.answer(EdgeRow(row))
            if is_torn(made):
                feed.outlet.fail()
                return
            answer = encoded(made)
        walked.append(answer)
    if not feed.is_closed:
        feed.outlet.put(walked)


def is_torn(answer: Answer) -> bool:
    """An engine went away while the event was put together: better told again, and whole."""
    errors = answer.get("errors", ())
    return any(error["extensions"]["code"] is Code.UNAVAILABLE for error in errors)
