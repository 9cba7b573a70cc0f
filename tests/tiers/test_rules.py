"""Which tier qualifying points earn, what is missing, and what lies in the window."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tiers.rules import earned_tier, higher, in_window, progress
from tests.factories.programme import terms_of

PROGRAMME = terms_of()  # bronze from 0, silver from 100, gold from 300
TODAY = date(2026, 6, 3)

CODES = ["bronze", "silver", "gold"]
points = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("qualifying", "code"),
    [
        (0, "bronze"),
        (99, "bronze"),
        (100, "silver"),
        (299, "silver"),
        (300, "gold"),
        (9999, "gold"),
    ],
)
def test_a_tier_is_reached_at_its_threshold(qualifying: int, code: str) -> None:
    assert earned_tier(PROGRAMME, qualifying).code == code


@given(points, points)
def test_more_points_never_earn_a_lower_tier(some: int, more: int) -> None:
    assert earned_tier(PROGRAMME, some + more).rank >= earned_tier(PROGRAMME, some).rank


@pytest.mark.parametrize(
    ("current", "qualifying", "reached"),
    [
        ("bronze", 99, None),
        ("bronze", 100, "silver"),
        ("bronze", 300, "gold"),
        ("silver", 100, None),
        ("gold", 0, None),
        ("gone", 120, "silver"),
    ],
)
def test_a_member_goes_up_at_once_and_never_down(
    current: str, qualifying: int, reached: str | None
) -> None:
    tier = higher(PROGRAMME, current, qualifying)

    assert (tier.code if tier else None) == reached


@pytest.mark.parametrize(
    ("current", "qualifying", "next_code", "missing"),
    [
        ("bronze", 0, "silver", 100),
        ("bronze", 99, "silver", 1),
        ("silver", 40, "gold", 260),
        ("bronze", 150, "silver", 0),
        ("gold", 40, None, None),
    ],
)
def test_progress_says_what_is_missing_for_the_tier_above(
    current: str, qualifying: int, next_code: str | None, missing: int | None
) -> None:
    found = progress(PROGRAMME, current, qualifying)

    assert found.qualifying == qualifying
    assert (found.next_tier.code if found.next_tier else None) == next_code
    assert found.missing_for_next == missing


@given(st.sampled_from(CODES), points)
def test_with_what_is_missing_the_next_tier_is_reached(current: str, qualifying: int) -> None:
    found = progress(PROGRAMME, current, qualifying)
    if found.next_tier is not None and found.missing_for_next is not None:
        reached = earned_tier(PROGRAMME, qualifying + found.missing_for_next)
        assert reached.rank >= found.next_tier.rank


def test_the_window_ends_on_the_day_itself_and_has_so_many_days() -> None:
    earned = [
        (TODAY + timedelta(days=1), 1000),
        (TODAY, 1),
        (TODAY - timedelta(days=364), 10),
        (TODAY - timedelta(days=365), 100),
    ]

    assert in_window(earned, 365, TODAY) == 11
    assert in_window(earned, 1, TODAY) == 1
    assert in_window([], 365, TODAY) == 0


@given(
    st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2026, 12, 31)), points), max_size=20),
    st.integers(1, 500),
)
def test_each_point_counts_for_as_many_days_as_the_window_has(
    earned: list[tuple[date, int]], window_days: int
) -> None:
    first = date(2025, 1, 1)
    counted = sum(
        in_window(earned, window_days, first + timedelta(days=n)) for n in range(730 + window_days)
    )

    assert counted == window_days * sum(points for _, points in earned)
