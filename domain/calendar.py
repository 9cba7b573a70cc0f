"""Days, months and periods on a programme's wall calendar; instants are aware UTC datetimes.

A local time that a clock change skips is the first instant after it; one that comes twice, the
first. Months are counted from the original date: 31 January + 1 month = the last of February.
"""

from calendar import isleap, monthrange
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """The stretches of local time that limits and roundings speak of."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Completed months from `start` to `end`; 0 when `end` is not later."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day and end.day < monthrange(end.year, end.month)[1]:
        months -= 1
    return max(0, months)


def first_day(period: Period, day: date) -> date:
    """The first day of the period that `day` lies in; weeks begin on Monday."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)


def next_first_day(period: Period, day: date) -> date:
    """The first day after the period that `day` lies in."""
    first = first_day(period, day)
    match period:
        case Period.DAY:
            return first + timedelta(days=1)
        case Period.WEEK:
            return first + timedelta(days=7)
        case Period.MONTH:
            return add_months(first, 1)
        case Period.QUARTER:
            return add_months(first, 3)
        case Period.YEAR:
            return add_months(first, 12)


def celebrated(month: int, day: int, year: int) -> date:
    """A birthday in that year; 29 February is kept on the 28th in years that lack it."""
    return date(year, month, 28 if (month, day) == (2, 29) and not isleap(year) else day)
