"""The mistakes that programmes die of: each is found where it is, and nowhere else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.programme import document, review
from domain.programme.problems import Problem, Severity
from domain.programme.review.assuming import assumed
from domain.programme.review.circumstances import Buyer, Circumstances, RewardFacts, Year
from domain.programme.review.mistakes import mistakes
from domain.programme.templates import contents, names
from domain.programme.terms import Programme
from tests.factories.programme import a_rule, a_tier

TODAY = date(2026, 11, 25)
COFFEE = RewardFacts("coffee", "POINTS", 60, 100, 200, is_price_cut=False)


def _cafe(**changes: Any) -> dict[str, Any]:
    # Of discounts nothing is known of a year, and they are for some members.
    cafe = {name: each for name, each in contents("cafe").items() if name != "discounts"}
    rules = [rule for rule in cafe["rules"] if rule["code"] != "cold-summer"]
    return {**cafe, "rules": rules, "discounts": [], **changes}


def _with(*rules: dict[str, Any]) -> dict[str, Any]:
    return _cafe(rules=[*_cafe()["rules"], *rules])


def _unit(**terms: Any) -> dict[str, Any]:
    first, *others = _cafe()["units"]
    return _cafe(units=[{**first, **terms}, *others])


def _found(contents: dict[str, Any], **known: Any) -> list[Problem]:
    programme = document.decoded(contents)
    assert review.errors(programme) == [], "the mistakes are of programmes that could be published"
    given = {"today": TODAY, "rewards": [COFFEE], "year": assumed(programme), **known}
    return list(mistakes(programme, Circumstances(**given)))


def _only(contents: dict[str, Any], says: str, **known: Any) -> Problem:
    found = [each for each in _found(contents, **known) if says in each.message]
    assert len(found) == 1, (says, _found(contents, **known))
    return found[0]


def test_a_good_programme_has_none() -> None:
    assert _found(_cafe()) == []


def test_a_condition_that_nothing_meets_is_an_error() -> None:
    never = {"all": [{"orderAmount": {"atLeast": 500}}, {"orderAmount": {"below": 300}}]}
    problem = _only(_with(a_rule("never", when=never, group="CAMPAIGN")), "Nothing can ever meet")
    assert (problem.path, problem.severity) == (("rules", "6", "when"), Severity.ERROR)


NEVER = [
    {"timeHour": {"atLeast": 24}},
    {"all": [{"memberTier": {"in": ["friend"]}}, {"memberTier": {"in": ["family"]}}]},
    {"all": [{"memberTier": {"in": ["friend"]}}, {"not": {"memberTier": {"in": ["friend"]}}}]},
    {"any": [{"memberNps": {"above": 10}}, {"memberOrders": {"equals": 2, "above": 2}}]},
    {"not": {"any": [{"orderAmount": {"atLeast": 5}}, {"orderAmount": {"below": 9}}]}},
]
SOMETIMES = [
    {"all": [{"memberOrders": {"atLeast": 5}}, {"memberOrders": {"below": 3, "withinDays": 30}}]},
    {"any": [{"timeHour": {"atLeast": 24}}, {"timeHour": {"below": 9}}]},
    {"all": [{"memberSegment": {"in": ["a"]}}, {"memberSegment": {"in": ["b"]}}]},
    {"all": [{"orderAmount": {"atLeast": 5}}, {"not": {"orderAmount": {"above": 5}}}]},
]


@pytest.mark.parametrize("when", NEVER)
def test_what_never_holds_is_known(when: dict[str, Any]) -> None:
    assert _only(_with(a_rule("r", when=when, group="CAMPAIGN")), "Nothing can ever meet")


@pytest.mark.parametrize("when", SOMETIMES)
def test_what_may_hold_is_not_taken_for_never(when: dict[str, Any]) -> None:
    assert _found(_with(a_rule("r", when=when, group="CAMPAIGN"))) == []


def test_a_rule_whose_time_is_over() -> None:
    problem = _only(contents("cafe"), "was over on 2026-09-01")
    assert (problem.path, problem.severity) == (("rules", "5", "validUntil"), Severity.WARNING)


def test_a_rule_that_another_always_beats() -> None:
    effect = {"kind": "PER_AMOUNT", "points": 1, "eachMinor": 200}
    less = a_rule("less", effect=effect, lines={"lineCategory": {"in": ["coffee"]}})
    assert _only(_with(less), "every-euro gives as much or more").path == ("rules", "6")
    assert _found({**_with(less), "basePolicy": "SUM"}) == []
    more = a_rule("more", effect={**effect, "points": 3}, lines=less["lines"])
    assert _found(_with(more)) == []


def test_a_reward_cheaper_than_its_cost() -> None:
    dear = replace(COFFEE, cost_minor=121)  # 60 points stand for 120
    assert _only(_cafe(), "The reward coffee costs us 121", rewards=[dear])


def test_a_reward_in_a_unit_that_goes() -> None:
    gone = replace(COFFEE, unit="MILES")
    assert _only(_cafe(), "bought with MILES, which is no more", rewards=[COFFEE, gone])


def test_points_that_expire_before_they_buy_anything() -> None:
    soon = _unit(expiry={"days": 7}, payWithPoints=None)
    assert _only(soon, "POINTS expire before they buy anything").path == ("units", "0", "expiry")


def test_worth_too_little() -> None:
    cheap = _unit(valueMinor=50, costMinor=20)
    cheap["units"][1] |= {"valueMinor": 0, "costMinor": 0}
    problem = _only(cheap, "gets back 0.61 %", rewards=[])
    assert "Assumed: 24 orders a year of 1500 minor units in EUR each" in problem.message


def test_worth_by_the_orders_there_were() -> None:
    year = Year([Buyer(100_000, {"POINTS": 90})] * 40)
    problem = _only(_cafe(), "gets back 0.45 %", year=year)
    assert "By the orders of the last 12 months of 40 members." in problem.message


def test_a_first_reward_that_is_too_far() -> None:
    far = replace(COFFEE, price=1_000)
    assert _only(_unit(payWithPoints=None), "waits 21 months for the first reward", rewards=[far])


def test_a_reward_that_nobody_can_reach() -> None:
    far = replace(COFFEE, code="car", price=100_000)
    problem = _only(_cafe(), "Nobody can reach the reward car", rewards=[COFFEE, far])
    assert problem.path == ("units", "0")


def test_a_tier_that_hardly_anybody_reaches() -> None:
    tiers = [*_cafe()["tiers"], a_tier("moon", 4, 50_000, 20_000)]
    assert _only(_cafe(tiers=tiers), "Fewer than 1 in 200").path == ("tiers", "3", "threshold")
    many = [Buyer(10_000, {"POINTS": 500}, 500)] * 398
    moonstruck = [*many, *[Buyer(10**6, {"POINTS": 60_000}, 60_000)] * 2]
    assert not [
        each
        for each in _found(_cafe(tiers=tiers), year=Year(moonstruck))
        if "Fewer than 1 in 200" in each.message
    ]


def test_too_many_rules_conditions_and_limits() -> None:
    limit = {"points": 5, "per": "DAY"}
    three = {"all": [{"orderAmount": {"atLeast": 1}}, {"timeHour": {"below": 9}},
                     {"orderStore": {"in": ["a"]}}]}  # fmt: skip
    more = [a_rule(f"r{n}", group="CAMPAIGN", limit=limit, when=three) for n in range(9)]
    found = [each.message for each in _found(_with(*more))]
    assert found == [
        "18 rules are more than people keep in mind: 15.",
        "37 conditions are more than people keep in mind: 25.",
        "14 limits, dates and caps are more than people keep in mind: 12.",
    ]


def test_terms_longer_than_a_phones_screen() -> None:
    terms = {**_cafe()["terms"], "ru": "Правила. " * 120}
    problem = _only(_cafe(terms=terms), "The terms in 'ru' take")
    assert problem.path == ("terms", "ru")


def test_nothing_that_looks_at_the_member() -> None:
    rules = [rule for rule in _cafe()["rules"] if rule["code"] != "second-visit"]
    plain = _cafe(rules=rules)
    assert _only(plain, "It treats everybody alike")
    assert _found(plain, personal=1) == []


def test_money_alone() -> None:
    tiers = [tier | {"benefits": []} for tier in _cafe()["tiers"]]
    bare = _cafe(tiers=tiers, badges=[], birthday=None, anniversary=None)
    cut = replace(COFFEE, is_price_cut=True)
    assert _only(bare, "It gives nothing but money", rewards=[cut])
    assert _found(bare) == []


def test_each_worse_change_is_told_with_the_days_of_notice() -> None:
    before: Programme = document.decoded(_cafe())
    rules = [*_cafe()["rules"]]
    rules[0] = {**rules[0], "effect": {"kind": "PER_AMOUNT", "points": 1, "eachMinor": 200}}
    found = _found(_cafe(rules=rules, claimDays=30, birthday=None), before=before)
    assert [each.path for each in found] == [
        ("rules", "0", "effect", "eachMinor"),
        ("birthday",),
        ("claimDays",),
    ]
    assert all(each.severity is Severity.WARNING for each in found)
    assert "1 point for each whole €2 instead of" in found[0].message
    assert "30 days" in found[0].hint
    assert _found(_cafe(), before=before) == []


@pytest.mark.parametrize("name", names())
def test_what_is_worse_than_any_other_programme_is_told_of_where_it_stands(name: str) -> None:
    programme: Programme = document.decoded(contents(name))
    for before in map(contents, names()):
        for each in _found(contents(name), before=document.decoded(before)):
            stands: Any = document.encoded(programme)
            for step in each.path:
                stands = stands[int(step)] if isinstance(stands, list | tuple) else stands.get(step)
                if stands is None:  # gone, or as it would be anyway
                    break


def test_a_discount_that_is_gone_or_gives_less_is_told_of_where_it_stands() -> None:
    before: Programme = document.decoded(contents("cafe"))
    _, family, _ = contents("cafe")["discounts"]
    less = family | {"limit": {"minor": 1000, "per": "MONTH"}}
    found = _found(_cafe(discounts=[less]), before=before)
    assert [each.path for each in found] == [
        ("discounts",),
        ("discounts", "0", "limit", "minor"),
        ("discounts",),
    ]
