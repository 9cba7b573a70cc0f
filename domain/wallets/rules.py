"""When points can be spent, and when they expire."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import Period, add_months, midnight, next_first_day
from domain.programme.terms import Expiry, Pending


def expires_at(expiry: Expiry | None, earned_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant from which points earned at `earned_at` are gone; None: never.

    They are good through the same day of the month so many months later (31 January and one
    month: the last of February), or through the last day of the period that this day lies in;
    the instant is the local midnight after.
    """
    if expiry is None:
        return None
    last = add_months(earned_at.astimezone(zone).date(), expiry.months)
    return midnight(next_first_day(expiry.rounded_to or Period.DAY, last), zone)


def released_at(pending: Pending | None, occurred_at: datetime) -> datetime | None:
    """From when what is earned at `occurred_at` can be spent; None: when it is delivered."""
    if pending is None:
        return occurred_at
    return None if pending.days is None else occurred_at + timedelta(days=pending.days)
