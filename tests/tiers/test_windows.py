"""Which days count, and until when a tier is kept: in local days, whatever clocks and months do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.programme.terms import Programme
from domain.tiers.rules import between, counted_from, days_at_most, following, period_of
from tests.factories.programme import terms_of

ATHENS = ZoneInfo("Europe/Athens")
JOINED = date(2024, 2, 29)
POLICIES: list[dict[str, Any]] = [
    {"window": window, "graceDays": grace, "graceToMonthEnd": rounded}
    for window in ("ROLLING", "CALENDAR_YEAR", "ANNIVERSARY")
    for grace in (0, 30)
    for rounded in (False, True)
]

days = st.dates(date(2024, 1, 1), date(2033, 12, 31))
policies = st.sampled_from(POLICIES)
lengths = st.integers(1, 800)


def of(window_days: int = 365, **policy: Any) -> Programme:
    return terms_of(windowDays=window_days, tierPolicy=policy)


def ends(programme: Programme, joined_on: date, day: date) -> tuple[str, str]:
    period = period_of(programme, joined_on, day)
    return period.decides_at(ATHENS).isoformat(), period.lost_at(ATHENS).isoformat()


def test_unsaid_a_window_rolls_and_nothing_is_lost() -> None:
    assert terms_of(tierPolicy={}) == terms_of()
    assert counted_from(terms_of(), JOINED, date(2026, 6, 3)) == date(2025, 6, 4)
    assert days_at_most(terms_of()) == 365


def test_reached_on_20_july_it_is_kept_for_30_days_to_the_last_instant_of_19_august() -> None:
    programme = of(30, window="ROLLING")

    period = period_of(programme, JOINED, date(2026, 7, 20))

    assert (period.first, period.last) == (date(2026, 7, 21), date(2026, 8, 19))
    # Half-open: midnight in Athens, three hours before UTC's.
    assert ends(programme, JOINED, date(2026, 7, 20))[0] == "2026-08-19T21:00:00+00:00"


@pytest.mark.parametrize(
    ("reached", "decided"),
    [
        (date(2026, 2, 26), "2026-03-28T22:00:00+00:00"),  # still winter
        (date(2026, 2, 27), "2026-03-29T21:00:00+00:00"),  # the 29th has 23 hours
        (date(2026, 9, 24), "2026-10-24T21:00:00+00:00"),  # still summer
        (date(2026, 9, 25), "2026-10-25T22:00:00+00:00"),  # the 25th has 25 hours
    ],
)
def test_a_clock_change_moves_the_instant_and_not_the_day(reached: date, decided: str) -> None:
    assert ends(of(30), JOINED, reached)[0] == decided


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2024, 2, 29), date(2023, 2, 28), date(2025, 2, 27)),  # and the year before joining
        (date(2025, 2, 27), date(2023, 2, 28), date(2025, 2, 27)),
        (date(2025, 2, 28), date(2025, 2, 28), date(2026, 2, 27)),
        (date(2028, 2, 28), date(2027, 2, 28), date(2028, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_years_of_membership_are_reckoned_from_the_original_day(
    day: date, first: date, last: date
) -> None:
    period = period_of(of(window="ANNIVERSARY"), JOINED, day)

    assert (period.first, period.last) == (first, last)


def test_an_order_older_than_the_membership_counts_in_its_first_year() -> None:
    period = period_of(of(window="ANNIVERSARY"), date(2026, 5, 5), date(2026, 1, 1))

    assert (period.first, period.last) == (date(2025, 5, 5), date(2027, 5, 4))


@pytest.mark.parametrize(
    ("policy", "reached", "lost"),
    [
        ({"graceDays": 0}, date(2026, 1, 1), "2026-01-31T22:00:00+00:00"),
        ({"graceDays": 10}, date(2026, 1, 1), "2026-02-10T22:00:00+00:00"),
        # To 31 January, then to the end of that month: no day more. To 1 February: all of it.
        ({"graceToMonthEnd": True}, date(2026, 1, 1), "2026-01-31T22:00:00+00:00"),
        ({"graceToMonthEnd": True}, date(2026, 1, 2), "2026-02-28T22:00:00+00:00"),
        (
            {"graceDays": 31, "graceToMonthEnd": True},
            date(2027, 12, 31),
            "2028-03-31T21:00:00+00:00",
        ),
    ],
)
def test_grace_is_in_days_and_may_go_on_to_the_months_end(
    policy: dict[str, Any], reached: date, lost: str
) -> None:
    assert ends(of(30, **policy), JOINED, reached)[1] == lost


def test_a_calendar_year_ends_at_the_programmes_midnight() -> None:
    programme = of(window="CALENDAR_YEAR")

    assert ends(programme, JOINED, date(2026, 3, 1))[0] == "2026-12-31T22:00:00+00:00"
    assert counted_from(programme, JOINED, date(2026, 3, 1)) == date(2026, 1, 1)
    assert days_at_most(programme) == 366


@given(policies, lengths, days, days)
def test_until_is_a_local_midnight_after(
    policy: dict[str, Any], length: int, joined_on: date, reached: date
) -> None:
    period = period_of(of(length, **policy), joined_on, reached)
    decided, lost = period.decides_at(ATHENS), period.lost_at(ATHENS)

    noon = datetime(reached.year, reached.month, reached.day, 12, tzinfo=ATHENS)
    if joined_on <= reached:
        assert noon.astimezone(UTC) < decided <= lost
    for instant in (decided, lost):
        local = instant.astimezone(ATHENS)
        assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


@given(policies, lengths, days, st.integers(0, 4000))
def test_windows_follow_one_another_without_a_gap_and_without_a_day_twice(
    policy: dict[str, Any], length: int, joined_on: date, later: int
) -> None:
    programme = of(length, **policy)
    period = period_of(programme, joined_on, joined_on + timedelta(days=later))

    after = following(programme, joined_on, period.last)

    assert after.first == period.last + timedelta(days=1)
    assert after.last >= after.first


@given(policies, days, st.integers(0, 4000), st.integers(0, 4000))
def test_no_window_counts_more_days_than_is_said(
    policy: dict[str, Any], joined_on: date, later: int, length: int
) -> None:
    programme = of(max(1, length), **policy)
    day = joined_on + timedelta(days=later)

    first = counted_from(programme, joined_on, day)

    assert 1 <= (day - first).days + 1 <= days_at_most(programme)
    assert between([(day, 5), (first, 3), (first - timedelta(days=1), 100)], first, day) == 8
