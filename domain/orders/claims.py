"""Until when an order that is nobody's yet can be claimed."""

from datetime import datetime, timedelta

from domain.calendar import midnight
from domain.errors import CodeExpired
from domain.programme.queries import Version


def claimable_until(version: Version, recorded_at: datetime) -> datetime | None:
    """The first instant at which it is too late: a local midnight. None: it is never.

    `version`: the one that was in force when it was reported, for its receipt was promised so.
    """
    days = version.programme.claim_days
    if days is None:
        return None
    zone = version.rules.zone
    return midnight(recorded_at.astimezone(zone).date() + timedelta(days=days + 1), zone)


def check(version: Version, recorded_at: datetime, now: datetime) -> None:
    """Raise CodeExpired when its time is over."""
    until = claimable_until(version, recorded_at)
    if until is not None and until <= now:
        raise CodeExpired(
            "This receipt can be claimed no more, its time is over; the next one counts.",
            ("receipt",),
        )
