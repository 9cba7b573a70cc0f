"""When points expire: whole local days, months from the day of earning, rounded up by period."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Period
from domain.programme.terms import Expiry, KeptBy, Unit, YearDay
from domain.wallets.rules import expires_at, keeping, kept_until, last_day

ATHENS = ZoneInfo("Europe/Athens")
instants = st.integers(0, 20 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
year_days = st.builds(YearDay, st.integers(1, 12), st.integers(1, 28)) | st.just(YearDay(2, 29))
on_dates = st.lists(year_days, min_size=1, max_size=4, unique=True).map(tuple)
expiries = (
    st.builds(Expiry, st.integers(1, 60), st.none() | st.sampled_from(Period))
    | st.builds(Expiry, days=st.integers(1, 900), rounded_to=st.none() | st.sampled_from(Period))
    | st.builds(Expiry, months=st.integers(0, 24), on=on_dates)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ATHENS)


def test_without_expiry_points_stay() -> None:
    assert expires_at(None, local("2026-06-03T12:00"), ATHENS) is None


@pytest.mark.parametrize(
    ("earned", "months", "rounded_to", "gone"),
    [
        ("2020-07-06T15:00", 12, None, "2021-07-07T00:00"),
        ("2020-07-06T15:00", 12, Period.DAY, "2021-07-07T00:00"),
        ("2020-07-06T15:00", 12, Period.WEEK, "2021-07-12T00:00"),
        ("2020-07-06T15:00", 12, Period.MONTH, "2021-08-01T00:00"),
        ("2020-07-06T15:00", 12, Period.QUARTER, "2021-10-01T00:00"),
        ("2020-07-06T15:00", 12, Period.YEAR, "2022-01-01T00:00"),
        ("2020-12-15T09:00", 6, Period.MONTH, "2021-07-01T00:00"),
        ("2026-01-31T12:00", 1, None, "2026-03-01T00:00"),
        ("2028-01-31T12:00", 1, None, "2028-03-01T00:00"),
        ("2026-01-31T12:00", 1, Period.MONTH, "2026-03-01T00:00"),
        ("2026-01-31T12:00", 2, None, "2026-04-01T00:00"),
        # Late in the evening the day is still the same in Athens, not in UTC.
        ("2026-05-31T23:59", 1, Period.MONTH, "2026-07-01T00:00"),
        ("2026-06-01T00:00", 1, Period.MONTH, "2026-08-01T00:00"),
        # Earned in summer, gone in winter: midnight is another hour in UTC.
        ("2026-07-10T12:00", 6, None, "2027-01-11T00:00"),
    ],
)
def test_points_are_good_through_their_last_local_day(
    earned: str, months: int, rounded_to: Period | None, gone: str
) -> None:
    assert expires_at(Expiry(months, rounded_to), local(earned), ATHENS) == local(gone)


def test_midnight_follows_the_clocks() -> None:
    summer = expires_at(Expiry(1), local("2026-06-10T12:00"), ATHENS)
    winter = expires_at(Expiry(1), local("2026-11-10T12:00"), ATHENS)

    assert summer == datetime(2026, 7, 10, 21, tzinfo=UTC)
    assert winter == datetime(2026, 12, 10, 22, tzinfo=UTC)


@given(instants, expiries)
def test_nobody_gets_less_than_was_promised(earned_at: datetime, expiry: Expiry) -> None:
    gone = expires_at(expiry, earned_at, ATHENS)

    assert gone is not None
    assert gone > earned_at + timedelta(days=28 * expiry.months)
    at_wall = gone.astimezone(ATHENS)
    assert (at_wall.hour, at_wall.minute) == (0, 0)


@given(instants, instants, expiries)
def test_what_is_earned_later_never_expires_earlier(
    one: datetime, other: datetime, expiry: Expiry
) -> None:
    first, second = (expires_at(expiry, at, ATHENS) for at in sorted((one, other)))

    assert first is not None
    assert second is not None
    assert first <= second


@pytest.mark.parametrize(
    ("earned", "expiry", "gone"),
    [
        ("2026-03-01T12:00", Expiry(days=1), "2026-03-03T00:00"),
        ("2026-03-01T12:00", Expiry(days=30, rounded_to=Period.QUARTER), "2026-04-01T00:00"),
        # Good through the day itself; that day of the next year, once it has passed.
        ("2026-03-01T12:00", Expiry(on=(YearDay(12, 31),)), "2027-01-01T00:00"),
        ("2026-12-31T23:59", Expiry(on=(YearDay(12, 31),)), "2027-01-01T00:00"),
        ("2027-01-01T00:00", Expiry(on=(YearDay(12, 31),)), "2028-01-01T00:00"),
        ("2026-07-01T12:00", Expiry(on=(YearDay(6, 30), YearDay(12, 31))), "2027-01-01T00:00"),
        ("2026-06-30T12:00", Expiry(on=(YearDay(6, 30), YearDay(12, 31))), "2026-07-01T00:00"),
        ("2026-03-01T12:00", Expiry(months=12, on=(YearDay(6, 30),)), "2027-07-01T00:00"),
        ("2026-07-01T12:00", Expiry(months=12, on=(YearDay(6, 30),)), "2028-07-01T00:00"),
        ("2027-01-05T12:00", Expiry(on=(YearDay(2, 29),)), "2027-03-01T00:00"),
        ("2028-01-05T12:00", Expiry(on=(YearDay(2, 29),)), "2028-03-01T00:00"),
    ],
)
def test_days_and_dates_of_the_year(earned: str, expiry: Expiry, gone: str) -> None:
    assert expires_at(expiry, local(earned), ATHENS) == local(gone)


@given(instants, expiries)
def test_the_last_day_is_the_one_before_they_are_gone(at: datetime, expiry: Expiry) -> None:
    gone = expires_at(expiry, at, ATHENS)
    assert gone is not None
    day = last_day(gone, ATHENS)
    assert day + timedelta(days=1) == gone.astimezone(ATHENS).date()
    if expiry.on:
        assert (day.month, day.day) in {(d.month, d.day) for d in expiry.on} | {(2, 28)}


@given(instants, expiries, st.sampled_from([(), *((one,) for one in KeptBy), tuple(KeptBy)]))
def test_only_what_the_programme_names_keeps_points(
    at: datetime, expiry: Expiry, kept_by: tuple[KeptBy, ...]
) -> None:
    terms = Expiry(expiry.months, expiry.rounded_to, expiry.days, expiry.on, kept_by)
    unit = Unit("POINTS", {"en": "Points"}, {"en": {"one": "point", "many": "points"}}, "", terms)
    for by in KeptBy:
        until = kept_until(unit, by, at, ATHENS)
        assert until == (expires_at(terms, at, ATHENS) if by in kept_by else None)
        title = keeping({"key": "order"}, unit, by, at, ATHENS)
        assert title == {"key": "order"} | ({"kept_until": until.isoformat()} if until else {})
