"""Changes of the programme read aloud, each in the three languages."""

from typing import Any

import pytest

from domain.language import LANGUAGES
from domain.programme import words
from domain.programme.changes import changes
from tests.factories.programme import a_rule, in_three_languages, terms_of
from tests.programme.test_changes import WAYS, _per_amount, _rule, _unit


def _said(before: dict[str, Any], after: dict[str, Any], language: str) -> list[str]:
    was, now = terms_of(**before), terms_of(**after)
    return [words.change(was, now, change, language) for change in changes(was, now)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("before", "after"), [w[:2] for w in WAYS], ids=[w[2] for w in WAYS])
def test_every_change_is_one_whole_sentence(
    before: dict[str, Any], after: dict[str, Any], language: str
) -> None:
    (sentence,) = _said(before, after, language)
    assert sentence.endswith(".")
    assert sentence[0] == sentence[0].upper()
    assert not set("{}|") & set(sentence)
    (back,) = _said(after, before, language)
    assert back != sentence


SENTENCES = [
    (_per_amount(1, 100), _per_amount(2, 100),
     "“r” — 2 points for each whole euro instead of 1 point for each whole euro.",
     "«r» — 2 балла за каждый полный евро (было: 1 балл за каждый полный евро).",
     "«r» — 2 πόντοι για κάθε ολόκληρο ευρώ (πριν: 1 πόντος για κάθε ολόκληρο ευρώ)."),
    (_unit(expiry={"months": 24}), _unit(expiry={"months": 12}),
     "Points: how long they are good — 12 months instead of 24 months.",
     "Баллы: срок действия — 12 месяцев (было: 24 месяца).",
     "Πόντοι: διάρκεια ισχύος — 12 μήνες (πριν: 24 μήνες)."),
    (_rule(), {"rules": [a_rule("r"), a_rule("s")]},
     "New: “s”: 1 point for each whole euro.",
     "Новое: «s»: 1 балл за каждый полный евро.",
     "Νέο: «s»: 1 πόντος για κάθε ολόκληρο ευρώ."),
    ({}, {"tierPolicy": {"downgrade": "ONE_STEP"}},
     "What becomes of a tier that is not earned again — it goes down by one instead of it stays.",
     "Что происходит с неподтверждённым уровнем — снижается на ступень (было: сохраняется).",
     "Τι γίνεται με επίπεδο που δεν επιβεβαιώνεται — πέφτει κατά ένα (πριν: μένει)."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "en", "ru", "el"), SENTENCES)
def test_a_change_says_how_it_will_be_and_how_it_was(
    before: dict[str, Any], after: dict[str, Any], en: str, ru: str, el: str
) -> None:
    assert [_said(before, after, language)[0] for language in LANGUAGES] == [en, ru, el]


THINGS = [
    ({"incomeBands": [{"code": "low", "name": in_three_languages("Low")}]}, "income band “Low”"),
    ({"discounts": [{"code": "d", "name": in_three_languages("Summer"),
                     "effect": {"kind": "PERCENT_OFF", "basisPoints": 500}}]}, "“Summer”: 5% off"),
    ({"badges": [{"code": "b", "name": in_three_languages("Critic"), "icon": "x",
                  "text": in_three_languages("T"), "givenFor": "ORDERS"}]}, "badge “Critic”"),
    ({"welcome": {"unit": "POINTS", "points": 20, "name": in_three_languages("W")}},
     "for joining: 20 points"),
    ({"pools": {}}, "collecting together"),
    ({"currencies": [{"code": "USD", "minor": 100, "worthMinor": 86}]},
     "orders in another currency “USD”"),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "named"), THINGS, ids=[named for _, named in THINGS])
def test_what_comes_and_goes_is_named(terms: dict[str, Any], named: str) -> None:
    (new,), (gone,) = _said({}, terms, "en"), _said(terms, {}, "en")
    assert new.startswith(f"New: {named}")
    assert gone.startswith(f"No longer: {named}")
