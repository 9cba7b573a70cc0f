"""What members may send to each other: reviewed, and said in words."""

from typing import Any

import pytest

from domain.language import LANGUAGES
from domain.programme import words
from domain.programme.document import decoded
from domain.programme.review import problems
from domain.programme.terms import Transfers
from tests.factories.programme import a_programme, terms_of


def with_transfers(**terms: Any) -> dict[str, Any]:
    document = a_programme()
    document["units"][0]["transfers"] = terms
    return document


def test_members_send_nothing_unless_it_is_said() -> None:
    assert terms_of().units[0].transfers is None
    assert decoded(with_transfers()).units[0].transfers == Transfers(points_min=1)


@pytest.mark.parametrize(
    ("terms", "where"),
    [
        ({"pointsMin": 0}, "pointsMin"),
        ({"pointsMax": 10**9 + 1}, "pointsMax"),
        ({"pointsMin": 10, "pointsMax": 9}, "pointsMax"),
        ({"pointsMax": 10, "dayPointsMax": 9}, "dayPointsMax"),
        ({"pointsMin": 10, "monthPointsMax": 9}, "monthPointsMax"),
        ({"dayPointsMax": 20, "monthPointsMax": 19}, "monthPointsMax"),
        ({"dayTriesMax": 0}, "dayTriesMax"),
        ({"dayTriesMax": 10**6 + 1}, "dayTriesMax"),
    ],
)
def test_bounds_that_nothing_fits_are_found(terms: dict[str, int], where: str) -> None:
    (found,) = problems(decoded(with_transfers(**terms)))
    assert found.path == ("units", "0", "transfers", where)


def test_bounds_that_fit_are_good() -> None:
    terms = {"pointsMin": 5, "pointsMax": 5, "dayPointsMax": 5, "monthPointsMax": 5}
    assert problems(decoded(with_transfers(**terms))) == []


def test_what_may_be_sent_is_among_the_terms_in_words() -> None:
    document = with_transfers(pointsMax=21, dayPointsMax=1000, monthPointsMax=3000)
    said = [words.terms(decoded(document), language).splitlines()[1] for language in LANGUAGES]
    assert said == [
        "Points: can be sent to others (from 1, up to 21 at a time, 1,000 a day, 3,000 a month).",
        "Баллы: можно отправлять другим (от 1, до 21 за раз, 1\xa0000 в день, 3\xa0000 в месяц).",
        "Πόντοι: μπορούν να σταλούν σε άλλους"
        " (από 1, έως 21 κάθε φορά, 1.000 την ημέρα, 3.000 τον μήνα).",
    ]
