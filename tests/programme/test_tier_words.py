"""What the terms say of winning and losing tiers, in three languages."""

from itertools import product
from typing import Any

import pytest

from domain.programme import review, words
from tests.factories.programme import terms_of

LANGUAGES = ("en", "ru", "el")
POLICIES = [
    {"window": window, "upgrade": upgrade, "downgrade": downgrade, "graceDays": days,
     "graceToMonthEnd": rounded}
    for window, upgrade, downgrade, days, rounded in product(
        ("ROLLING", "CALENDAR_YEAR", "ANNIVERSARY"), ("AT_ONCE", "AT_PERIOD_END"),
        ("NEVER", "ONE_STEP", "TO_EARNED"), (0, 1, 30), (False, True))
]  # fmt: skip


def said(**policy: Any) -> list[str]:
    """The line of the terms that is about tiers, by language."""
    programme = terms_of(tierPolicy=policy)
    found = [words.terms(programme, language).splitlines() for language in LANGUAGES]
    return [next(line for line in lines if "300" in line) for lines in found]


@pytest.mark.parametrize(
    ("policy", "english"),
    [
        ({}, "earned in 365 days, extras aside: Bronze from 0, Silver from 100, Gold from 300."),
        ({"window": "CALENDAR_YEAR"}, "earned in a calendar year, extras aside:"),
        ({"window": "ANNIVERSARY"}, "earned in a year of membership, extras aside:"),
        ({"upgrade": "AT_PERIOD_END"}, "A higher tier begins when the period ends."),
        ({"downgrade": "ONE_STEP"}, "not earned again in the next period goes down by one."),
        ({"downgrade": "TO_EARNED"}, "in the next period becomes the one earned in it."),
        ({"downgrade": "ONE_STEP", "graceDays": 1}, "Before that there is 1 more day."),
        (
            {"downgrade": "ONE_STEP", "graceDays": 30, "graceToMonthEnd": True},
            "Before that there are 30 more days, and to the end of that month.",
        ),
    ],
)
def test_the_terms_say_how_tiers_are_lost(policy: dict[str, Any], english: str) -> None:
    assert english in said(**policy)[0]


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_each_policy_has_words_in_each_language(policy: dict[str, Any]) -> None:
    lines = said(**policy)

    assert len(set(lines)) == 3
    for line in lines:
        assert "{" not in line
        assert line.endswith(".")
    if policy["downgrade"] == "NEVER":
        assert said(window=policy["window"], upgrade=policy["upgrade"]) == lines


@pytest.mark.parametrize("term", ["graceDays", "warnDays"])
@pytest.mark.parametrize("days", [-1, 367])
def test_grace_and_warning_are_no_more_than_a_year(days: int, term: str) -> None:
    (problem,) = review.errors(terms_of(tierPolicy={term: days}))

    assert problem.path == ("tierPolicy", term)
