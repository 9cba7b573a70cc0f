"""Rules look at who a member is, and at what the programme asks; what nobody told is unknown."""

from typing import Any

import pytest

from domain.programme import document
from domain.programme.conditions import ORDER_SUBJECTS, Test, parse, to_json
from domain.programme.conditions.live import compiled
from domain.programme.conditions.member_attributes import leaves_in, leaves_of_programme
from domain.programme.facts import Person, Scene
from domain.programme.review.whole import errors
from domain.programme.rules import accrual
from domain.programme.terms import Programme
from domain.programme.words.conditions import condition as words
from domain.programme.words.reasons import reason
from tests.factories.persons import a_member_attribute, what_is_asked
from tests.factories.programme import (
    NOON,
    a_programme,
    a_rule,
    a_standing,
    an_order,
    rules_of,
    terms_of,
)

VEGAN = {"member.diet": {"in": ["vegan"]}}
DOG = {"member.hasDog": {"is": True}}
FAMILY = {"member.children": {"atLeast": 2}}
WED = {"member.wedding": {"until": "2020-01-01"}}


def holds(when: dict[str, Any], **attributes: str | int | bool) -> bool | None:
    read = parse(when, ORDER_SUBJECTS, leaves=leaves_of_programme(asking()))
    standing = a_standing(person=Person(attributes=attributes))
    return compiled(read)(Scene(an_order(), standing, NOON, {}))


def asking(**changes: Any) -> Programme:
    return terms_of(**{**what_is_asked(), **changes})


@pytest.mark.parametrize(
    ("when", "name", "right", "wrong"),
    [
        (VEGAN, "diet", "vegan", "any"),
        (DOG, "hasDog", True, False),
        (FAMILY, "children", 2, 1),
        (WED, "wedding", "2019-12-31", "2020-01-01"),
    ],
)
def test_an_attribute_of_each_type_is_a_leaf(
    when: dict[str, Any], name: str, right: Any, wrong: Any
) -> None:
    assert holds(when, **{name: right}) is True
    assert holds(when, **{name: wrong}) is False
    assert holds({"not": when}, **{name: wrong}) is True


@pytest.mark.parametrize("when", [VEGAN, DOG, FAMILY, WED])
def test_what_nobody_told_is_unknown_and_so_is_a_value_of_another_type(
    when: dict[str, Any],
) -> None:
    ((leaf, _),) = when.items()
    name = leaf.removeprefix("member.")
    for kept in ({}, {name: 7.5}, {name: [1]}, {name: "" if name == "wedding" else None}):
        assert holds(when, **kept) is None
        assert holds({"not": when}, **kept) is None


def test_a_number_is_no_flag_and_a_flag_no_number() -> None:
    assert holds(DOG, hasDog=1) is None
    assert holds(FAMILY, children=True) is None


def test_a_rule_looks_at_an_attribute_and_says_why_not() -> None:
    rules = rules_of(a_rule(when=VEGAN), **what_is_asked())
    order = an_order()
    assert accrual(rules, order, a_standing(person=Person(attributes={"diet": "vegan"}))).parts
    (why,) = accrual(rules, order, a_standing(person=Person(attributes={"diet": "any"}))).reasons
    told = [reason(rules.programme, why, language) for language in ("en", "ru", "el")]
    assert told == [
        "Only when “diet” is Vegan; here: Anything.",
        "Только если «diet» — Vegan; здесь: Anything.",
        "Μόνο όταν «diet» είναι Vegan· εδώ: Anything.",
    ]


def test_conditions_are_read_aloud_by_the_labels_of_the_programme() -> None:
    programme = asking()
    when = {"all": [DOG, {"not": VEGAN}, FAMILY, {"memberIncomeBand": {"in": ["low"]}}]}
    read = parse(when, ORDER_SUBJECTS, leaves=leaves_of_programme(programme))
    assert to_json(read) == when
    assert words(programme, read, "en") == (
        "“hasDog”: yes, “diet” is not Vegan, “children” is at least 2 and"
        " the member's income band is Low"
    )


def problems(**changes: Any) -> list[tuple[tuple[str, ...], str, str]]:
    programme = document.decoded(a_programme(**{**what_is_asked(), **changes}))
    return [(each.path, each.message, each.hint) for each in errors(programme)]


def test_names_and_values_that_are_none_are_refused_with_path_and_remedy() -> None:
    for when, path, remedy in (
        ({"member.diett": {"in": ["vegan"]}}, ("member.diett",), "Did you mean diet"),
        ({"member.diet": {"in": ["vegn"]}}, ("member.diet", "in", "0"), "Did you mean vegan?"),
        ({"member.diet": {"atLeast": 1}}, ("member.diet", "atLeast"), "member.diet knows: in."),
        ({"memberIncomeBand": {"in": ["lo"]}}, ("memberIncomeBand", "in", "0"), "low"),
    ):
        ((found, _, hint),) = problems(rules=[a_rule(), a_rule("extra", when=when)])
        assert found == ("rules", "1", "when", *path)
        assert remedy in hint


def test_an_income_band_is_asked_for_only_where_there_are_some() -> None:
    when = {"memberIncomeBand": {"in": ["low"]}}
    (found,) = problems(incomeBands=[], rules=[a_rule(), a_rule("extra", when=when)])
    assert found[0] == ("rules", "1", "when", "memberIncomeBand")


def test_interests_that_the_programme_declares_are_the_only_ones() -> None:
    interests = what_is_asked()["incomeBands"]
    when = {"memberInterests": {"in": ["tea"]}}
    assert problems(rules=[a_rule(), a_rule("extra", when=when)]) == []
    assert problems(interests=interests, rules=[a_rule(), a_rule("extra", when=when)])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": "no name"}, "name"),
        ({"name": "sex"}, "name"),
        ({"name": "memberAge"}, "name"),
        ({"type": "FLAG", "choices": [{"code": "a", "name": {"en": "A"}}]}, "choices"),
        ({"least": 1}, "least"),
        ({"type": "NUMBER", "least": 2, "most": 1}, "most"),
        ({"setBy": []}, "setBy"),
        ({"seenBy": ["TEAM"]}, "seenBy"),
        ({"purpose": {"en": "Only so."}}, "purpose"),
    ],
)
def test_an_attribute_that_cannot_be_is_a_problem(changes: dict[str, Any], path: str) -> None:
    found = problems(memberAttributes=[a_member_attribute("hobby") | changes])
    assert ("memberAttributes", "0", path) in {each[0][:3] for each in found}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"name": "hobby"}, ("name",)),
        ({"name": "diet", "thanks": {"unit": "COINS", "points": 1}}, ("thanks", "unit")),
        ({"name": "diet", "thanks": {"unit": "POINTS", "points": 0}}, ("thanks", "points")),
    ],
)
def test_a_question_that_cannot_be_is_a_problem(
    question: dict[str, Any], path: tuple[str, ...]
) -> None:
    text = {"en": "So?", "ru": "Ну?", "el": "Λοιπόν;"}
    (found,) = problems(profileQuestions=[{"text": text, **question}])
    assert found[0] == ("profileQuestions", "0", *path)


def test_what_an_offer_asked_is_read_though_the_programme_asks_it_no_more() -> None:
    for when in (VEGAN, DOG, FAMILY, WED, {"all": [VEGAN, {"not": DOG}]}):
        assert to_json(parse(when, ORDER_SUBJECTS, leaves=leaves_in(when))) == when
    read = parse(VEGAN, ORDER_SUBJECTS, leaves=leaves_in(VEGAN))
    assert isinstance(read, Test)
    assert words(terms_of(), read, "en") == "“diet” is “vegan”"
    retyped = asking(memberAttributes=[a_member_attribute("diet", "NUMBER")])
    assert words(retyped, read, "en") == "“diet” is “vegan”"


def test_a_programme_without_them_is_the_document_that_it_was() -> None:
    plain = document.decoded(a_programme())
    assert not {"memberAttributes", "incomeBands", "interests", "profileQuestions"} & set(
        document.encoded(plain)
    )
