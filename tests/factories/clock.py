"""Time that passes in a test's own database; it stands at now again in the next test."""

from datetime import datetime, timedelta

from domain import clock, database, schedule


async def later(**by: float) -> datetime:
    """So much later (`days=3`), and nothing was done meanwhile."""
    return await clock.advance(timedelta(**by))


async def at(instant: datetime) -> datetime:
    """At this instant, which is still to come; nothing was done meanwhile."""
    return await clock.advance(instant - await database.now())


async def lived(**by: float) -> datetime:
    """So much later, and all that fell due on the way was done on its day."""
    return await lived_until(await database.now() + timedelta(**by))


async def lived_until(instant: datetime) -> datetime:
    """The same, up to this instant."""
    now = await database.now()
    async for reached in schedule.pass_time(instant - now):
        now = reached
    return now
