"""The background process: brings facts to those who react, and does what time brings."""

import asyncio
import contextlib
import logging
import signal
import time

from api.settings import Settings
from domain import cache, database, reactions, secrets
from domain.schedule import SCHEDULE

_log = logging.getLogger("pistis.worker")

# While there is something to do it goes on at once; then it looks again after the shorter pause,
# more and more rarely up to the longer one.
_PAUSE_SECONDS = (0.05, 0.5)
_OUTAGE_SECONDS = 1.0


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT. Any number of workers may run at once."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    secrets.open_with(settings.secret)
    await database.connect(settings.database_url)
    await cache.connect(settings.redis_url)
    try:
        await asyncio.gather(_relay(stop), _tick(stop))
    finally:
        await cache.close()
        await database.close()


async def _relay(stop: asyncio.Event) -> None:
    pause, longest = _PAUSE_SECONDS
    while not stop.is_set():
        try:
            passed = await reactions.relay()
        except database.OUTAGES as error:
            _log.warning("facts wait: PostgreSQL is away (%s)", type(error).__name__)
            await _rest(stop, _OUTAGE_SECONDS)
            continue
        pause = _PAUSE_SECONDS[0] if passed else min(pause * 2, longest)
        if not passed:
            await _rest(stop, pause)


async def _tick(stop: asyncio.Event) -> None:
    due = {tick.name: 0.0 for tick in SCHEDULE}
    while not stop.is_set():
        for tick in SCHEDULE:
            if time.monotonic() < due[tick.name]:
                continue
            due[tick.name] = time.monotonic() + tick.every.total_seconds()
            try:
                await tick.run()
            except database.OUTAGES as error:
                _log.warning(
                    "%s: put off, PostgreSQL is away (%s)", tick.name, type(error).__name__
                )
                due[tick.name] = time.monotonic() + _OUTAGE_SECONDS
        await _rest(stop, _OUTAGE_SECONDS)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
