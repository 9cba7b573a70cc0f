"""This process's ear on Redis: the sharded channels that it wants, for as long as Redis answers.

What is published while the ear is deaf is lost to it. Nobody may rely on hearing everything.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

from domain import cache
from domain.notifications.pushes import Pushes

CONFIRM_SECONDS = 0.5
_SILENCE_SECONDS = 5.0
_PAUSE_SECONDS = (0.05, 2.0)

_log = logging.getLogger("pistis.live")


class Channels:
    """Subscribes to what is wanted and gives channel and text of each message to `heard`."""

    def __init__(self, heard: Callable[[bytes, bytes], None]) -> None:
        self._heard = heard
        self._wanted: Counter[str] = Counter()
        self._asked: set[str] = set()
        self._open: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()
        self._is_connected = self._is_away = False

    def want(self, channel: str) -> None:
        """Hear this channel, until as many have released it as wanted it."""
        self._wanted[channel] += 1
        self._open.setdefault(channel, asyncio.Event())
        self._changed.set()

    def release(self, channel: str) -> None:
        """One less wants this channel."""
        self._wanted[channel] -= 1
        if not self._wanted[channel]:
            del self._wanted[channel], self._open[channel]
            self._changed.set()

    async def opened(self, channel: str) -> None:
        """Return once a wanted channel is heard; soon, too, when Redis is away or slow."""
        if self._is_connected:
            with suppress(TimeoutError):
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._open[channel].wait()

    async def run(self) -> None:
        """Hear, and connect again whenever Redis goes away; until cancelled."""
        pause, longest = _PAUSE_SECONDS
        while True:
            try:
                await self._hear()
            except Exception as error:  # noqa: BLE001 - whatever it was, the ear must come back
                if not self._is_away:
                    cause = type(error).__name__
                    _log.warning("Redis is away (%s): live delivery reads PostgreSQL", cause)
            pause = min(2 * pause, longest) if self._is_away else _PAUSE_SECONDS[0]
            self._is_away, self._is_connected = True, False
            await asyncio.sleep(pause)

    async def _hear(self) -> None:
        self._asked.clear()
        for heard in self._open.values():
            heard.clear()
        pushes = Pushes(cache.client())
        try:
            await pushes.open()
            if self._is_away:
                _log.warning("Redis is back")
            self._is_away, self._is_connected = False, True
            self._changed.set()
            tasks = [
                asyncio.create_task(self._tune(pushes)),
                asyncio.create_task(self._listen(pushes)),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                await ended(tasks)
        finally:
            await pushes.close()

    async def _tune(self, pushes: Pushes) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = set(self._wanted)
            if new := wanted - self._asked:
                await pushes.say("SSUBSCRIBE", *new)
            if old := self._asked - wanted:
                await pushes.say("SUNSUBSCRIBE", *old)
            self._asked = wanted

    async def _listen(self, pushes: Pushes) -> None:
        was_silent = False
        while True:
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    come = await pushes.read()
            except TimeoutError:
                if was_silent:
                    raise
                was_silent = True
                await pushes.say("PING")
                continue
            was_silent = False
            for kind, *words in come:
                if kind == b"smessage":
                    self._heard(*words)
                elif kind == b"ssubscribe" and words[0].decode() in self._open:
                    self._open[words[0].decode()].set()


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel the tasks until they have ended, however they do."""
    # Once is not enough: redis-py waits by asyncio.wait_for, which can swallow a cancellation
    # before Python 3.12.
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=0.05)
        for task in done:
            if not task.cancelled():
                task.exception()  # seen: it is not reported as lost
