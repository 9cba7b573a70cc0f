"""How long points last, as a programme declares it: what cannot be, and what is said of it."""

from typing import Any

import pytest

from domain.language import LANGUAGES
from domain.programme import words
from domain.programme.document import decoded, encoded, hashed
from domain.programme.review import problems
from domain.programme.terms import Programme
from tests.factories.programme import a_programme

NEW_YEAR = {"month": 12, "day": 31}
SUMMER = {"month": 6, "day": 30}


def lasting(**expiry: Any) -> Programme:
    """A programme whose POINTS last so."""
    document = a_programme()
    document["units"][0]["expiry"] = expiry
    return decoded(document)


@pytest.mark.parametrize(
    ("expiry", "path"),
    [
        ({}, "months"),
        ({"months": -1}, "months"),
        ({"days": -1}, "days"),
        ({"months": 1, "days": 1}, "days"),
        ({"months": 1, "roundedTo": "MONTH", "on": [SUMMER]}, "on"),
        ({"on": [SUMMER, SUMMER]}, "on"),
        ({"on": [{"month": 2, "day": 30}]}, "on.0"),
        ({"on": [SUMMER, {"month": 13, "day": 1}]}, "on.1"),
        ({"months": 1, "keptBy": ["EARNING", "EARNING"]}, "keptBy"),
        ({"months": 1, "warnDays": 400}, "warnDays"),
    ],
)
def test_what_cannot_be_is_found(expiry: dict[str, Any], path: str) -> None:
    found = problems(lasting(**expiry))
    assert {".".join(each.path) for each in found} >= {f"units.0.expiry.{path}"}
    assert all(each.hint for each in found)


@pytest.mark.parametrize(
    "expiry",
    [
        {"months": 12},
        {"days": 90, "roundedTo": "YEAR"},
        {"on": [SUMMER, NEW_YEAR]},
        {"months": 12, "on": [{"month": 2, "day": 29}]},
        {"months": 6, "keptBy": ["EARNING", "SPENDING"], "warnDays": 30},
    ],
)
def test_what_can_be_is_read_back_and_said_in_every_language(expiry: dict[str, Any]) -> None:
    programme = lasting(**expiry)
    assert problems(programme) == []
    assert decoded(encoded(programme)) == programme
    said = [words.terms(programme, language).splitlines()[0] for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("expiry", "said"),
    [
        ({"days": 90}, "good for 90 days from the day they are earned."),
        (
            {"months": 12, "roundedTo": "QUARTER"},
            "good for 12 months from the day they are earned, to the end of that quarter.",
        ),
        (
            {"on": [SUMMER, NEW_YEAR]},
            "good through the next 30 June or 31 December from the day they are earned.",
        ),
        (
            {"months": 12, "on": [NEW_YEAR]},
            "good for 12 months from the day they are earned, then through the next 31 December.",
        ),
        (
            {"months": 12, "keptBy": ["EARNING", "SPENDING"], "warnDays": 30},
            "good for 12 months from the day you last earned or spent any. We tell you 30 days"
            " before.",
        ),
    ],
)
def test_it_reads_well_in_english(expiry: dict[str, Any], said: str) -> None:
    assert words.terms(lasting(**expiry), "en").splitlines()[0] == f"Points: {said}"


def test_documents_of_before_are_what_they_were() -> None:
    # As it was hashed by the release before there was more than months.
    assert encoded(lasting(months=12))["units"][0]["expiry"] == {"months": 12}
    rounded = encoded(lasting(months=12, roundedTo="MONTH"))["units"][0]["expiry"]
    assert rounded == {"months": 12, "roundedTo": "MONTH"}
    assert hashed(lasting(months=12)) != hashed(lasting(months=12, warnDays=1))
