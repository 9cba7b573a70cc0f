"""Local time over columns: days are proleptic ordinals, as live conditions compare them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from domain.programme.bulk.columns import BoolArray, IntArray
from domain.programme.terms import LimitPeriod

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = EPOCH.toordinal()
_MARGIN = 2  # days: no zone is further from UTC


def instant(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def local(at: IntArray, zone: ZoneInfo) -> IntArray:
    """Microseconds of the wall clock, for instants in microseconds."""
    if not at.size:
        return at
    instants, offsets = _changes(zone, int(at.min()) // DAY - _MARGIN, int(at.max()) // DAY)
    found: IntArray = at + offsets[np.searchsorted(instants, at, side="right")]
    return found


def day_of(clock: IntArray) -> IntArray:
    """The local day."""
    return clock // DAY + _FIRST


def hour_of(clock: IntArray) -> IntArray:
    """The local hour, 0 to 23."""
    return clock // (3600 * SECOND) % 24


def weekday_of(days: IntArray) -> IntArray:
    """0 is Monday."""
    return (days - 1) % 7


def parts(days: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Year, month and day of the month."""
    months = _months(days)
    return months // 12 + 1970, months % 12 + 1, days - _first_of(months) + 1


def months_between(start: IntArray, end: IntArray) -> IntArray:
    """Completed months, as calendar.months_between counts them."""
    before, now = _months(start), _months(end)
    first, next_first = _first_of(now), _first_of(now + 1)
    had, wanted = end - first + 1, start - _first_of(before) + 1
    lacking = (had < wanted) & (had < next_first - first)
    found: IntArray = np.maximum(now - before - lacking, 0)
    return found


def is_leap(years: IntArray) -> BoolArray:
    """Whether it has a 29 February."""
    found: BoolArray = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    return found


def period_of(kind: LimitPeriod, days: IntArray) -> IntArray:
    """The first day of the limit's period: with it, uses are counted for many orders at once."""
    match kind:
        case LimitPeriod.EVER:
            return np.zeros_like(days)
        case LimitPeriod.WEEK:
            return days - weekday_of(days)
        case LimitPeriod.MONTH:
            return _first_of(_months(days))
        case LimitPeriod.YEAR:
            return _first_of(_months(days) // 12 * 12)
        case _:
            return days


def _months(days: IntArray) -> IntArray:
    found: IntArray = (
        (days - _FIRST).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    )
    return found


def _first_of(months: IntArray) -> IntArray:
    found: IntArray = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return found + _FIRST


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, first: int, last: int) -> tuple[IntArray, IntArray]:
    """When the clocks of the zone change, between these days, and what they show before and after.

    A zone does not tell: days are looked at one by one, and of those with a change each half.
    """
    instants: list[int] = []
    offsets = [_offset(zone, first * DAY)]
    for day in range(first, last + _MARGIN):
        if _offset(zone, (day + 1) * DAY) != offsets[-1]:
            low, high = day * DAY // SECOND, (day + 1) * DAY // SECOND
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle * SECOND) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            instants.append(high * SECOND)
            offsets.append(_offset(zone, high * SECOND))
    return np.array(instants, np.int64), np.array(offsets, np.int64)


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)
