"""How points pay: what cannot be published, and how the terms say it."""

from typing import Any

import pytest

from domain.programme import document, review, words
from domain.programme.problems import Severity
from tests.factories.programme import a_programme


def a_paying_programme(**terms: Any) -> dict[str, Any]:
    """100 points pay a euro, within these bounds."""
    contents = a_programme()
    contents["units"][0]["payWithPoints"] = {"points": 100, "minor": 100, **terms}
    return contents


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"points": 0}, "points"),
        ({"minor": 0}, "minor"),
        ({"minPoints": 0}, "minPoints"),
        ({"step": -1}, "step"),
        ({"maxBasisPoints": 10_001}, "maxBasisPoints"),
        ({"maxBasisPoints": 0}, "maxBasisPoints"),
        ({"holdDays": 0}, "holdDays"),
        ({"maxPoints": 99, "minPoints": 100}, "maxPoints"),
        ({"maxPoints": 60, "minPoints": 50, "step": 40}, "maxPoints"),
    ],
)
def test_points_that_could_never_pay_are_not_published(terms: dict[str, Any], field: str) -> None:
    programme = document.decoded(a_paying_programme(**terms))
    (problem,) = review.problems(programme)
    assert problem.severity is Severity.ERROR
    assert problem.path == ("units", "0", "payWithPoints", field)
    assert problem.hint


def test_good_terms_have_no_problem_and_come_back_as_they_were() -> None:
    contents = a_paying_programme(maxPoints=500, step=50, maxBasisPoints=5000, holdDays=30)
    programme = document.decoded(contents)
    assert review.problems(programme) == []
    assert document.decoded(document.encoded(programme)) == programme


def test_who_does_not_take_points_has_the_hash_of_before() -> None:
    assert "payWithPoints" not in str(document.encoded(document.decoded(a_programme())))
    assert "earnOn" not in str(document.encoded(document.decoded(a_programme())))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "With 100 points you pay €1 of the goods, from 200 points, in steps of 50,"
               " 900 points at most, up to 33.3% of them."),
        ("ru", "За 100 баллов можно оплатить 1\xa0€ стоимости товаров, не меньше 200 баллов,"
               " шагами по 50, не больше 900 баллов, до 33,3% этой стоимости."),
        ("el", "100 πόντοι πληρώνουν 1\xa0€, από 200 πόντοι, ανά 50, έως 900 πόντοι,"
               " έως 33,3% των προϊόντων."),
    ],
)  # fmt: skip
def test_the_terms_say_how_points_pay(language: str, said: str) -> None:
    bounds = {"minPoints": 200, "step": 50, "maxPoints": 900, "maxBasisPoints": 3330}
    programme = document.decoded(a_paying_programme(**bounds))
    assert said in words.terms(programme, language).split("\n")
