"""Money in minor units, and sharing it out to the last one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, UnknownCurrency, exponent_of, spread

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)
totals = st.integers(-(10**12), 10**12)


@given(totals, weights)
def test_shares_sum_to_the_whole(total: int, weights: list[int]) -> None:
    assert sum(spread(total, weights)) == total


@given(totals, weights)
def test_no_share_is_a_unit_away_from_its_exact_part(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    for share, weight in zip(spread(total, weights), weights, strict=True):
        exact = (weight, whole) if whole else (1, len(weights))
        assert abs(share * exact[1] - total * exact[0]) < exact[1]


@given(st.integers(0, 10**12), weights)
def test_a_negative_total_is_shared_as_the_positive_one(total: int, weights: list[int]) -> None:
    assert spread(-total, weights) == [-share for share in spread(total, weights)]


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (2, [1, 1, 1], [1, 1, 0]),
        (10, [0, 0, 0], [4, 3, 3]),
        (7, [0, 5], [0, 7]),
        (1, [1, 2, 3], [0, 0, 1]),
        (100, [50, 30, 20], [50, 30, 20]),
        (0, [3, 4], [0, 0]),
        (5, [0], [5]),
    ],
)
def test_of_equal_remainders_the_earlier_comes_first(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert spread(total, weights) == shares


def test_nothing_cannot_share() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        spread(1, [])


@pytest.mark.parametrize(("currency", "exponent"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_a_currency_has_its_decimals(currency: str, exponent: int) -> None:
    assert exponent_of(currency) == exponent
    assert Money(1, currency).exponent == exponent


def test_an_unknown_currency_is_refused_without_its_name() -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217") as refused:
        exponent_of("secret")

    assert "secret" not in str(refused.value)
