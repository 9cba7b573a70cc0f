"""Documents become terms and back; what is wrong in one is told with its path."""

from typing import Any

import pytest
from hypothesis import given, settings

from domain.programme import document, review, templates
from domain.programme.problems import Invalid, Severity
from domain.programme.terms import Multiplier, PerAmount
from tests.factories.programme import a_programme, a_rule, a_tier
from tests.programme.strategies import programmes

EVERYTHING = a_rule(
    text={"en": "t", "ru": "t", "el": "t"},
    group="CAMPAIGN",
    lines={"lineCategory": {"in": ["coffee"]}},
    when={"orderAmount": {"atLeast": 100}},
    limit={"points": 5, "per": "WEEK"},
    validFrom="2026-06-01",
    validUntil="2026-09-01",
)


def test_effects_are_told_apart_by_their_kind() -> None:
    twice = a_rule("twice", effect={"kind": "MULTIPLIER", "basisPoints": 20_000})

    programme = document.decoded(a_programme(rules=[a_rule(), twice]))

    assert [rule.effect for rule in programme.rules] == [PerAmount(1, 100), Multiplier(20_000)]


@settings(max_examples=50, deadline=None)
@given(programmes())
def test_encoded_and_decoded_it_is_the_same_and_so_is_its_hash(written: dict[str, Any]) -> None:
    programme = document.decoded(written)

    again = document.decoded(document.encoded(programme))

    assert again == programme
    assert document.hashed(again) == document.hashed(programme)


def test_what_is_left_to_its_default_is_not_written() -> None:
    said = document.decoded(a_programme(basePolicy="BEST_OF", tax="TAX_EARNS"))
    unsaid = document.decoded(a_programme())

    assert document.encoded(said) == document.encoded(unsaid)
    assert document.hashed(said) == document.hashed(unsaid)


def test_another_number_is_another_hash() -> None:
    one = document.decoded(a_programme())
    other = document.decoded(a_programme(windowDays=364))

    assert document.hashed(one) != document.hashed(other)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"windowDays": "365"}, "windowDays"),
        ({"windows": 1}, "windows"),
        ({"rules": [a_rule(), {**a_rule("b"), "group": "OTHER"}]}, "rules.1.group"),
        ({"rules": [a_rule(effect={"kind": "PER_MILE", "points": 1})]}, "rules.0.effect.kind"),
        ({"rules": [a_rule(effect={"kind": "PER_ITEM", "point": 1})]}, "rules.0.effect.point"),
        ({"rules": [a_rule(effect={"kind": "PER_ITEM"})]}, "rules.0.effect"),
        ({"rules": [a_rule(validFrom="2026-02-30")]}, "rules.0.validFrom"),
        ({"tiers": [{**a_tier("a", 1, 0, 10_000), "rank": 1.5}]}, "tiers.0.rank"),
    ],
)
def test_what_does_not_fit_its_type_is_told_with_its_path(
    changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        document.decoded(a_programme(**changes))

    (problem,) = refused.value.problems
    assert ".".join(problem.path) == path
    assert problem.message
    assert problem.hint


def test_a_full_document_has_no_problems() -> None:
    assert review.problems(document.decoded(a_programme(rules=[a_rule("a"), EVERYTHING]))) == []


def unit(**changes: Any) -> dict[str, Any]:
    first: dict[str, Any] = a_programme()["units"][0]
    return {**first, **changes}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "Europe"}, "timeZone"),
        ({"timeZone": "../x"}, "timeZone"),
        ({"currency": "EURO"}, "currency"),
        ({"windowDays": 0}, "windowDays"),
        ({"windowDays": 10**9}, "windowDays"),
        ({"termsVersion": 0}, "termsVersion"),
        ({"languages": []}, "languages"),
        ({"languages": ["en", "en"]}, "languages.1"),
        ({"name": {"en": "The Corner", "ru": "Угол", "el": " "}}, "name.el"),
        ({"units": [unit(), unit()]}, "units.1.code"),
        ({"units": [unit(code="my points"), unit()]}, "units.0.code"),
        ({"units": [unit(names={"en": {"one": "a", "many": "b"}, "el": {"one": "a", "many": "b"},
                                "ru": {"one": "a", "many": "b"}})]}, "units.0.names.ru"),
        ({"units": [unit(expiry={"months": 0})]}, "units.0.expiry.months"),
        ({"units": [unit(expiry={"months": 10**6})]}, "units.0.expiry.months"),
        ({"units": [unit(valueMinor=-1)]}, "units.0.valueMinor"),
        ({"qualifyingUnit": "MILES"}, "qualifyingUnit"),
        ({"tiers": []}, "tiers"),
        ({"tiers": [a_tier("a", 1, 5, 10_000)]}, "tiers"),
        ({"tiers": [a_tier("a", 1, 0, 9_999)]}, "tiers.0.multiplierBasisPoints"),
        ({"tiers": [a_tier("a", 1, 0, 10_000) | {"debtLimit": -1}]}, "tiers.0.debtLimit"),
        ({"tiers": [a_tier("a", 1, 0, 10_000), a_tier("a", 2, 1, 10_000)]}, "tiers.1.code"),
        ({"tiers": [a_tier("a", 1, 0, 10_000), a_tier("b", 1, 1, 10_000)]}, "tiers.1.threshold"),
        ({"tiers": [a_tier("a", 1, 0, 10_000), a_tier("b", 2, 0, 10_000)]}, "tiers.1.threshold"),
        ({"rules": []}, "rules"),
        ({"rules": [a_rule(), a_rule()]}, "rules.1.code"),
        ({"rules": [a_rule("x" * 41)]}, "rules.0.code"),
        ({"rules": [a_rule(unit="MILES")]}, "rules.0.unit"),
        ({"rules": [a_rule(name={"en": "a", "ru": "b"})]}, "rules.0.name.el"),
        ({"rules": [a_rule(effect={"kind": "PER_ITEM", "points": 0})]}, "rules.0.effect.points"),
        ({"rules": [a_rule(effect={"kind": "PER_AMOUNT", "points": 1, "eachMinor": 0})]},
         "rules.0.effect.eachMinor"),
        ({"rules": [a_rule(), a_rule("x", effect={"kind": "MULTIPLIER", "basisPoints": 10_000})]},
         "rules.1.effect.basisPoints"),
        ({"rules": [a_rule(limit={"points": 0, "per": "DAY"})]}, "rules.0.limit.points"),
        ({"rules": [a_rule(validFrom="2026-06-01", validUntil="2026-06-01")]},
         "rules.0.validUntil"),
        ({"rules": [a_rule(when={"all": [{"lineSku": {"in": ["a"]}}]})]},
         "rules.0.when.all.0.lineSku"),
        ({"rules": [a_rule(lines={"lineCategory": {"in": []}})]}, "rules.0.lines.lineCategory.in"),
        ({"rules": [a_rule(when={"memberTier": {"in": ["platinum"]}})]},
         "rules.0.when.memberTier.in.0"),
        ({"rules": [a_rule(f"rule-{n}") for n in range(51)]}, "rules"),
        ({"languages": ["en"] * 21}, "languages"),
        ({"tiers": [a_tier(f"tier-{n}", n + 1, n) for n in range(11)]}, "tiers"),
        ({"welcome": {"unit": "MILES", "points": 5, "name": {"en": "a", "ru": "a", "el": "a"}}},
         "welcome.unit"),
        ({"welcome": {"unit": "POINTS", "points": 0, "name": {"en": "a", "ru": "a", "el": "a"}}},
         "welcome.points"),
        ({"referral": {"unit": "POINTS", "referrerPoints": 0, "friendPoints": 0,
                       "text": {"en": "a", "ru": "a", "el": "a"}}}, "referral"),
        ({"terms": {"en": "a", "el": "a"}}, "terms.ru"),
    ],
)  # fmt: skip
def test_what_could_never_work_is_told_with_path_and_remedy(
    changes: dict[str, Any], path: str
) -> None:
    errors = review.errors(document.decoded(a_programme(**changes)))

    assert path in [".".join(problem.path) for problem in errors]
    assert all(problem.message and problem.hint for problem in errors)


def test_a_multiplier_needs_a_base_rule_of_its_unit() -> None:
    stars = a_rule("stars", unit="STARS", effect={"kind": "MULTIPLIER", "basisPoints": 20_000})

    (problem,) = review.errors(document.decoded(a_programme(rules=[a_rule(), stars])))

    assert problem.path == ("rules", "1", "unit")


def test_tiers_that_nothing_leads_to_are_a_warning() -> None:
    programme = document.decoded(a_programme(qualifyingUnit="STARS"))

    (problem,) = review.problems(programme)

    assert (problem.path, problem.severity) == (("qualifyingUnit",), Severity.WARNING)
    assert review.errors(programme) == []


def test_an_unknown_template_is_told_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="bank, cafe, hotel, online, shop"):
        templates.contents("kiosk")


def test_a_list_that_is_as_it_would_be_anyway_changes_no_hash() -> None:
    said = document.decoded(a_programme(pools={"kinds": ["HOUSEHOLD", "COMPANY"], "peopleMax": 6}))
    unsaid = document.decoded(a_programme(pools={"peopleMax": 6}))

    assert said == unsaid
    assert document.hashed(said) == document.hashed(unsaid)
    assert document.encoded(said)["pools"] == {"peopleMax": 6}
