"""When points can be spent, when they expire, and what makes them last longer."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import Period, add_months, celebrated, midnight, next_first_day
from domain.programme.terms import Expiry, KeptBy, Pending, Unit, YearDay


def expires_at(expiry: Expiry | None, earned_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant from which points earned at `earned_at` are gone; None: never.

    They are good through the same day of the month so many months later (31 January and one
    month: the last of February) or the day so many days later, or through the last day of the
    period that this day lies in, or the first of the days `on` from it on; the instant is the
    local midnight after.
    """
    if expiry is None:
        return None
    last = add_months(earned_at.astimezone(zone).date(), expiry.months)
    last += timedelta(days=expiry.days)
    if expiry.on:
        last = min(_next(day, last) for day in expiry.on)
    gone = next_first_day(expiry.rounded_to or Period.DAY, last)
    return midnight(max(gone, expiry.not_before or gone), zone)


def last_day(expires_at: datetime, zone: ZoneInfo) -> date:
    """The local day through which points are good that are gone from that instant on."""
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date()


def kept_until(unit: Unit, by: KeptBy, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when such an act at that instant keeps all points of the unit; None: it keeps none."""
    expiry = unit.expiry
    return expires_at(expiry, at, zone) if expiry and by in expiry.kept_by else None


def keeping(
    title: dict[str, Any], unit: Unit, by: KeptBy, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """The title of such an act's movement: it says until when points are kept, if they are.

    PostgreSQL moves the dates of lots by it (`pistis_move_dates`), and the chain covers it.
    """
    until = kept_until(unit, by, at, zone)
    return title | {"kept_until": until.isoformat()} if until else title


def released_at(pending: Pending | None, occurred_at: datetime) -> datetime | None:
    """From when what is earned at `occurred_at` can be spent; None: when it is delivered."""
    if pending is None:
        return occurred_at
    return None if pending.days is None else occurred_at + timedelta(days=pending.days)


def _next(day: YearDay, since: date) -> date:
    this_year = celebrated(day.month, day.day, since.year)
    return this_year if this_year >= since else celebrated(day.month, day.day, since.year + 1)
