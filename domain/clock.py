"""Time for money: one clock for all processes, kept by the database (`pistis_now()`)."""

from datetime import UTC, datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from domain import database, shared_versions
from domain.errors import InvalidInput

DAYS_MAX = 36_500


class Clock(Model):
    """One row: how far the business clock runs ahead of the wall clock (0 but in trials)."""

    id: int = fields.IntField(primary_key=True)
    ahead_seconds: int = fields.BigIntField(default=0)

    class Meta:
        table = "clock"


def utc(value: datetime) -> datetime:
    """The same instant in UTC; a naive one is refused, for nobody knows when it is."""
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    return value.astimezone(UTC)


async def advance(by: timedelta) -> datetime:
    """Move the clock on by whole seconds, never back, and say what it shows. For trials alone.

    A trigger raises the programme's version with it, under which every balance and every answer is
    remembered: whatever was remembered before is not found after. Raises InvalidInput.
    """
    seconds = int(by.total_seconds())
    if not 1 <= seconds <= timedelta(days=DAYS_MAX).total_seconds():
        raise InvalidInput(
            f"The clock goes forward, by a second or more and {DAYS_MAX} days at most.", ("by",)
        )
    async with database.transaction():
        await database.rows("update clock set ahead_seconds = ahead_seconds + $1", seconds)
        await database.after_commit(shared_versions.make_known)
    return await database.now()
