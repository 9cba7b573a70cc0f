"""Days, months and periods on a wall calendar, over clock changes and short months."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    Period,
    add_months,
    celebrated,
    first_day,
    midnight,
    months_between,
    next_first_day,
)

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 1, 15), "Europe/Athens", "2026-01-14T22:00"),
        (date(2026, 7, 15), "Europe/Athens", "2026-07-14T21:00"),
        # Beirut's clocks go from 0:00 to 1:00: the day begins at 1:00.
        (date(2025, 3, 30), "Asia/Beirut", "2025-03-29T22:00"),
        # Havana's go from 1:00 back to 0:00: midnight comes twice, the first counts.
        (date(2025, 11, 2), "America/Havana", "2025-11-02T04:00"),
    ],
)
def test_a_day_begins_at_its_first_instant(day: date, zone: str, instant: str) -> None:
    assert midnight(day, ZoneInfo(zone)) == at(instant)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_are_counted_from_the_original_day(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(days, st.integers(0, 600))
def test_completed_months_are_what_was_added(day: date, months: int) -> None:
    later = add_months(day, months)

    assert months_between(day, later) == months
    if months:
        assert months_between(day, later - timedelta(days=1)) == months - 1


def test_nothing_is_completed_backwards() -> None:
    assert months_between(date(2026, 5, 1), date(2026, 1, 1)) == 0


@pytest.mark.parametrize(
    ("period", "first", "following"),
    [
        (Period.DAY, date(2026, 5, 20), date(2026, 5, 21)),
        (Period.WEEK, date(2026, 5, 18), date(2026, 5, 25)),
        (Period.MONTH, date(2026, 5, 1), date(2026, 6, 1)),
        (Period.QUARTER, date(2026, 4, 1), date(2026, 7, 1)),
        (Period.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_begin_and_end(period: Period, first: date, following: date) -> None:
    assert first_day(period, date(2026, 5, 20)) == first
    assert next_first_day(period, date(2026, 5, 20)) == following


@given(days, st.sampled_from(Period))
def test_each_day_lies_in_one_period(day: date, period: Period) -> None:
    first, following = first_day(period, day), next_first_day(period, day)

    assert first <= day < following
    assert first_day(period, following) == following
    assert first_day(period, following - timedelta(days=1)) == first


def test_29_february_is_kept_on_the_28th_where_there_is_none() -> None:
    assert celebrated(2, 29, 2026) == date(2026, 2, 28)
    assert celebrated(2, 29, 2028) == date(2028, 2, 29)
    assert celebrated(12, 31, 2026) == date(2026, 12, 31)
