"""This process connected to another installation for a while, and waiting without sleeping."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from domain import cache, database
from domain.access import keys
from tests.databases import Cleaner


@asynccontextmanager
async def let_go(connected: Cleaner) -> AsyncIterator[None]:
    """Connected to nothing until the block ends, so that something else can be connected to."""
    await cache.close()
    await database.close()
    keys.forget()
    try:
        yield
    finally:
        keys.forget()
        await database.connect(connected.settings.database_url)
        await cache.connect(connected.settings.redis_url)


@asynccontextmanager
async def connected_to(database_url: str, redis_url: str) -> AsyncIterator[None]:
    """Connected to these; this process must have let go of what it was connected to."""
    await database.connect(database_url)
    await cache.connect(redis_url)
    try:
        yield
    finally:
        await cache.close()
        await database.close()


async def pause(seconds: float) -> None:
    """Let others go on for a moment."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def until(true: Callable[[], Awaitable[object]], seconds: float = 20.0) -> float:
    """Wait until it is true: after how many seconds it was."""
    begun = time.monotonic()
    while not await true():
        assert time.monotonic() - begun < seconds, f"not true after {seconds} seconds"
        await pause(0.02)
    return time.monotonic() - begun
