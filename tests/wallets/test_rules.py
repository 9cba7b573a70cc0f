"""When points expire: whole local days, months from the day of earning, rounded up by period."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Period
from domain.programme.terms import Expiry
from domain.wallets.rules import expires_at

ATHENS = ZoneInfo("Europe/Athens")
instants = st.integers(0, 20 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
expiries = st.builds(Expiry, st.integers(1, 60), st.none() | st.sampled_from(Period))


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
