"""Whether a member can have a reward, and the one reason that is told when it cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rewards.rules import RedeemabilityReason, RewardTerms, closed, redeemability

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def terms(
    price: int = 30,
    stock: int | None = None,
    limit: int | None = None,
    tiers: list[str] | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    stopped: bool = False,
) -> RewardTerms:
    return RewardTerms(price, stock, limit, tiers, begins, ends, stopped)


@pytest.mark.parametrize(
    ("asked", "balance", "had", "reason"),
    [
        (terms(), 30, 0, None),
        (terms(), 29, 0, "NOT_ENOUGH_POINTS"),
        (terms(stock=1), 30, 0, None),
        (terms(stock=0), 30, 0, "OUT_OF_STOCK"),
        (terms(limit=2), 30, 1, None),
        (terms(limit=2), 30, 2, "LIMIT_REACHED"),
        (terms(tiers=["gold", "friend"]), 30, 0, None),
        (terms(tiers=["gold"]), 30, 0, "NOT_YOUR_TIER"),
        (terms(begins=NOW), 30, 0, None),
        (terms(begins=NOW + SECOND), 30, 0, "NOT_YET"),
        (terms(ends=NOW + SECOND), 30, 0, None),
        (terms(ends=NOW), 30, 0, "NO_LONGER"),
    ],
)
def test_each_bound_holds_at_its_edge(
    asked: RewardTerms, balance: int, had: int, reason: str | None
) -> None:
    found = redeemability(asked, tier="friend", balance=balance, had=had, now=NOW)
    assert found.reason == reason
    assert found.possible is (reason is None)


def test_what_lasts_longest_is_told_first() -> None:
    from_worst_to_best = (
        terms(stock=0, limit=1, tiers=["gold"], begins=NOW + SECOND, ends=NOW),
        terms(stock=0, limit=1, tiers=["gold"], begins=NOW + SECOND),
        terms(stock=0, limit=1, tiers=["gold"]),
        terms(stock=0, limit=1),
        terms(limit=1),
        terms(),
    )
    told = [
        redeemability(each, tier="friend", balance=0, had=1, now=NOW).reason
        for each in from_worst_to_best
    ]
    assert told == [
        RedeemabilityReason.NO_LONGER,
        RedeemabilityReason.NOT_YET,
        RedeemabilityReason.NOT_YOUR_TIER,
        RedeemabilityReason.OUT_OF_STOCK,
        RedeemabilityReason.LIMIT_REACHED,
        RedeemabilityReason.NOT_ENOUGH_POINTS,
    ]


def test_points_missing_are_told_whatever_else_is_in_the_way() -> None:
    assert redeemability(terms(stock=0), tier="", balance=10, had=0, now=NOW).points_missing == 20
    assert redeemability(terms(), tier="", balance=10**12, had=0, now=NOW).points_missing == 0


@given(price=st.integers(1, 10**12), balance=st.integers(0, 10**12))
def test_points_alone_decide_where_nothing_else_does(price: int, balance: int) -> None:
    found = redeemability(terms(price), tier="", balance=balance, had=0, now=NOW)
    assert found.possible is (balance >= price)
    assert balance + found.points_missing >= price


def test_what_is_closed_is_closed_to_the_richest() -> None:
    assert closed(terms(ends=NOW), "friend", NOW) is RedeemabilityReason.NO_LONGER
    assert closed(terms(price=10**12, stock=0), "friend", NOW) is None
