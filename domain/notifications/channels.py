"""This process's ear on Redis: the sharded channels that it wants, for as long as Redis answers.

What is published while the ear is deaf is lost to it. Nobody may rely on hearing everything.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

from redis.asyncio.client import PubSub

from domain import cache

CONFIRM_SECONDS = 0.5
_SILENCE_SECONDS = 5.0
_PAUSE_SECONDS = (0.05, 2.0)

_log = logging.getLogger("pistis.live")


class Channels:
    """Subscribes to what is wanted and gives each message to `heard`."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
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
        async with cache.client().pubsub() as pubsub:
            await pubsub.connect()
            if self._is_away:
                _log.warning("Redis is back")
            self._is_away, self._is_connected = False, True
            self._changed.set()
            tasks = [
                asyncio.create_task(self._tune(pubsub)),
                asyncio.create_task(self._listen(pubsub)),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                await ended(tasks)

    async def _tune(self, pubsub: PubSub) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = set(self._wanted)
            if new := wanted - self._asked:
                await pubsub.ssubscribe(*new)
            if old := self._asked - wanted:
                await pubsub.sunsubscribe(*old)
            self._asked = wanted

    async def _listen(self, pubsub: PubSub) -> None:
        was_silent = False
        while True:
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None and was_silent:
                raise TimeoutError("no answer to a ping")
            was_silent = message is None
            if message is None:
                await pubsub.ping()
            elif message["type"] == "smessage":
                self._heard(message["data"])
            elif message["type"] == "ssubscribe" and message["channel"].decode() in self._open:
                self._open[message["channel"].decode()].set()


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
