"""The worker: passes on what happened, does what is due. Any number of them may run at once."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from api.settings import Settings
from api.watching import logs, traces
from api.watching.logs import outline
from domain import cache, database, metrics, reactions, schedule, secrets

IDLE_SECONDS = (0.05, 0.5)
AWAY_SECONDS = (0.1, 5.0)
LAST_SECONDS = 20.0

_log = logging.getLogger("pistis.worker")


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    logs.begin(settings)
    traces.begin()
    asyncio.run(_Worker(settings).live())


class _Worker:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._hindered: set[object] = set()

    async def live(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        secrets.open_with(self._settings.secret)
        await cache.connect(self._settings.redis_url)
        await self._repeat(self._connect, idle=None)
        tasks = [asyncio.create_task(self._repeat(relay)) for relay in reactions.RELAYS]
        duties = schedule.duties(self._settings.check_seconds)
        tasks += [asyncio.create_task(self._attend(duty)) for duty in duties]
        try:
            await self._stop.wait()
            _, late = await asyncio.wait(tasks, timeout=LAST_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)
        finally:
            await cache.close()
            await database.close()

    async def _connect(self) -> int:
        await database.connect(self._settings.database_url, pool_size=4)
        return 0

    async def _attend(self, duty: schedule.Duty) -> None:
        while not self._stop.is_set():
            await self._repeat(duty.run, idle=None)
            metrics.duty_done.labels(_name(duty)).set_to_current_time()
            await self._pause(duty.every_seconds)

    async def _repeat(
        self,
        step: Callable[[], Awaitable[object]],
        idle: tuple[float, float] | None = IDLE_SECONDS,
    ) -> None:
        # Until told to stop; without `idle` until it has gone well once.
        idling, hindered = idle or (0.0, 0.0), AWAY_SECONDS
        pause = idling[0]
        while not self._stop.is_set():
            try:
                passed = await step()
            except Exception as error:  # noqa: BLE001 - whatever it was, work goes on after it
                self._say_hindered(step, error)
                pause = min(max(2 * pause, hindered[0]), hindered[1])
            else:
                self._say_unhindered(step)
                if idle is None:
                    return
                pause = idling[0] if passed else min(2 * pause, idling[1])
                if passed:
                    continue
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    def _say_hindered(self, step: object, error: Exception) -> None:
        # An outage hinders all; it is said once.
        if not self._hindered:
            is_away = isinstance(error, database.OUTAGES)
            what = "PostgreSQL is away" if is_away else "Something does not work"
            told = {"error": type(error).__name__} if is_away else outline(error)
            _log.warning(f"{what}: the worker tries again", extra=told)
        self._hindered.add(step)

    def _say_unhindered(self, step: object) -> None:
        if step in self._hindered:
            self._hindered.remove(step)
            if not self._hindered:
                _log.warning("The worker goes on")


def _name(duty: schedule.Duty) -> str:
    return f"{duty.run.__module__.removeprefix('domain.')}.{duty.run.__name__}"
