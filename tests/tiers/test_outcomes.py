"""What the end of a window, of a time by hand, and a refund bring to a tier."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.programme.terms import Programme
from domain.tiers.rules import (
    after_by_hand,
    after_refund,
    can_be_lost,
    earned_tier,
    missing_to_keep,
    raised,
    review,
)
from tests.factories.programme import a_tier, terms_of

CODES = ["bronze", "silver", "gold", "diamond"]
points = st.integers(0, 2000)
codes = st.sampled_from(CODES)
downgrades = st.sampled_from(["NEVER", "ONE_STEP", "TO_EARNED"])


def of(downgrade: str = "TO_EARNED", keeps: tuple[str, ...] = (), **policy: Any) -> Programme:
    """Bronze from 0, silver from 100, gold from 300, diamond from 1000."""
    tiers = [
        a_tier(code, rank, threshold, 10_000) | ({"neverDowngrades": True} if code in keeps else {})
        for rank, (code, threshold) in enumerate(
            zip(CODES, (0, 100, 300, 1000), strict=True), start=1
        )
    ]
    return terms_of(tiers=tiers, tierPolicy={"downgrade": downgrade, **policy})


@pytest.mark.parametrize(
    ("downgrade", "keeps", "code", "counted", "verdict", "then"),
    [
        ("NEVER", (), "diamond", 0, "KEPT", "diamond"),
        ("ONE_STEP", (), "diamond", 0, "DOWN", "gold"),
        ("ONE_STEP", (), "silver", 99, "DOWN", "bronze"),
        ("TO_EARNED", (), "diamond", 0, "DOWN", "bronze"),
        ("TO_EARNED", (), "diamond", 150, "DOWN", "silver"),
        ("TO_EARNED", (), "diamond", 999, "DOWN", "gold"),
        ("TO_EARNED", (), "diamond", 1000, "KEPT", "diamond"),
        ("TO_EARNED", (), "silver", 300, "UP", "gold"),
        ("TO_EARNED", (), "bronze", 0, "KEPT", "bronze"),
        ("TO_EARNED", ("diamond",), "diamond", 0, "KEPT", "diamond"),
        ("TO_EARNED", ("silver",), "diamond", 0, "DOWN", "silver"),
        ("ONE_STEP", ("silver",), "diamond", 0, "DOWN", "gold"),
        ("TO_EARNED", (), "dropped", 150, "UP", "silver"),
    ],
)
def test_a_windows_end_brings_what_the_policy_says(
    downgrade: str, keeps: tuple[str, ...], code: str, counted: int, verdict: str, then: str
) -> None:
    outcome = review(of(downgrade, keeps), code, counted, has_grace=False)

    assert (outcome.verdict, outcome.tier.code) == (verdict, then)


def test_in_grace_a_tier_waits_and_what_was_not_announced_is_not_lost() -> None:
    waits = review(of(), "gold", 0, has_grace=True)
    unannounced = review(of(), "gold", 0, has_grace=False, may_lose=False)

    assert (waits.verdict, waits.tier.code) == ("IN_GRACE", "gold")
    assert (unannounced.verdict, unannounced.tier.code) == ("KEPT", "gold")


@given(downgrades, codes, points, st.booleans())
def test_a_review_of_what_a_review_has_brought_changes_nothing(
    downgrade: str, code: str, counted: int, has_grace: bool
) -> None:
    programme = of(downgrade)
    once = review(programme, code, counted, has_grace=has_grace)
    again = review(programme, once.tier.code, counted, has_grace=has_grace)

    if downgrade != "ONE_STEP" or once.verdict != "DOWN":
        assert again.tier == once.tier
    assert again.tier.rank <= once.tier.rank


@given(downgrades, codes, points)
def test_nobody_falls_below_what_was_earned(downgrade: str, code: str, counted: int) -> None:
    outcome = review(of(downgrade), code, counted, has_grace=False)

    assert outcome.tier.rank >= earned_tier(of(), counted).rank


@given(codes, points)
def test_with_what_is_missing_the_tier_is_kept(code: str, counted: int) -> None:
    programme = of()
    missing = missing_to_keep(programme, code, counted)

    if missing is None:
        assert not can_be_lost(programme, code)
    else:
        assert review(programme, code, counted + missing, has_grace=False).verdict != "DOWN"
        if missing:
            outcome = review(programme, code, counted + missing - 1, has_grace=False)
            assert outcome.verdict == "DOWN"


def test_what_is_never_lost_lacks_nothing() -> None:
    assert missing_to_keep(of("NEVER"), "gold", 0) is None
    assert missing_to_keep(of(keeps=("gold",)), "gold", 0) is None
    assert missing_to_keep(of(), "bronze", 0) is None
    assert missing_to_keep(of(), "gold", 120) == 180


@given(codes, points)
def test_an_order_raises_at_once_or_not_before_the_periods_end(code: str, counted: int) -> None:
    at_once = raised(of(), code, counted)
    assert raised(of(upgrade="AT_PERIOD_END"), code, counted) is None
    assert at_once is None or at_once.rank > CODES.index(code) + 1


@pytest.mark.parametrize(
    ("downgrade", "code", "counted", "before", "verdict", "then"),
    [
        ("TO_EARNED", "gold", 0, "silver", "DOWN", "bronze"),
        ("ONE_STEP", "gold", 0, "silver", "DOWN", "bronze"),
        ("NEVER", "gold", 0, "silver", "DOWN", "silver"),
        ("NEVER", "gold", 0, "gold", "KEPT", "gold"),
        ("TO_EARNED", "gold", 320, "bronze", "KEPT", "gold"),
        ("TO_EARNED", "bronze", 320, "gold", "UP", "gold"),
        ("NEVER", "bronze", 0, "gold", "UP", "gold"),
    ],
)
def test_after_a_tier_by_hand_it_is_as_it_was_earned(
    downgrade: str, code: str, counted: int, before: str, verdict: str, then: str
) -> None:
    outcome = after_by_hand(of(downgrade), code, counted, before)

    assert (outcome.verdict, outcome.tier.code) == (verdict, then)


@pytest.mark.parametrize(
    ("refund", "code", "counted", "before", "then"),
    [
        ("KEEP_UNTIL_WINDOW_END", "gold", 0, "bronze", None),
        ("REVERT", "gold", 0, "bronze", "bronze"),
        ("REVERT", "gold", 120, "bronze", "silver"),
        ("REVERT", "gold", 0, "silver", "silver"),
        ("REVERT", "gold", 300, "bronze", None),
        ("REVERT", "gold", 0, "gold", None),
    ],
)
def test_a_refund_after_a_rise_is_handled_by_the_declared_policy(
    refund: str, code: str, counted: int, before: str, then: str | None
) -> None:
    tier = after_refund(of(refund=refund), code, counted, before=before)

    assert (tier.code if tier else None) == then
