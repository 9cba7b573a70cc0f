"""Local time over columns is that of the calendar, in any zone and on any day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain import calendar
from domain.programme.bulk import days
from domain.programme.terms import LimitPeriod

DAYS = [date(1999, 12, 25) + timedelta(days=n) for n in range(2_300)]
ORDINALS = np.array([day.toordinal() for day in DAYS], np.int64)


@pytest.mark.parametrize(
    "zone", ["Europe/Athens", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
def test_clocks_show_what_they_show_live(zone: str) -> None:
    begin = datetime(2023, 12, 25, tzinfo=UTC)
    instants = [begin + timedelta(minutes=17 * n) for n in range(40_000)]
    told = [at.astimezone(ZoneInfo(zone)) for at in instants]

    clock = days.local(np.array([days.instant(at) for at in instants], np.int64), ZoneInfo(zone))

    assert days.day_of(clock).tolist() == [at.toordinal() for at in told]
    assert days.hour_of(clock).tolist() == [at.hour for at in told]
    assert days.weekday_of(days.day_of(clock)).tolist() == [at.weekday() for at in told]


def test_a_day_has_its_year_month_and_number() -> None:
    year, month, day = days.parts(ORDINALS)
    parts = zip(year.tolist(), month.tolist(), day.tolist(), strict=True)
    assert list(parts) == [(each.year, each.month, each.day) for each in DAYS]


def test_months_are_completed_as_in_the_calendar() -> None:
    for start in (date(1999, 12, 31), date(2000, 2, 29), date(2001, 1, 1)):
        begin = np.full_like(ORDINALS, start.toordinal())
        expected = [calendar.months_between(start, day) for day in DAYS]
        assert days.months_between(begin, ORDINALS).tolist() == expected


@pytest.mark.parametrize("kind", ["DAY", "WEEK", "MONTH", "YEAR"])
def test_limits_count_in_the_same_periods(kind: str) -> None:
    first = [calendar.first_day(calendar.Period(kind), day).toordinal() for day in DAYS]
    assert days.period_of(LimitPeriod(kind), ORDINALS).tolist() == first


def test_what_is_for_ever_is_one_period() -> None:
    assert not days.period_of(LimitPeriod.EVER, ORDINALS).any()
