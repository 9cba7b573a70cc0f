"""Time for money: one clock for all processes, kept by the database (`pistis_now()`)."""

from datetime import UTC, datetime

from tortoise import fields
from tortoise.models import Model


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
