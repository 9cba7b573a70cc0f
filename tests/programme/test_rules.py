"""What orders earn, to the point, example by example."""

from datetime import UTC, date, datetime

import pytest

from domain.programme.accruals import Accrual, PartKind, Reason, Why
from domain.programme.conditions import Op, Test
from domain.programme.conditions.live import Miss
from domain.programme.facts import OfferFacts
from domain.programme.rules import accrual, periods
from tests.factories.programme import (
    NOON,
    PER_EURO,
    a_line,
    a_rule,
    a_standing,
    an_order,
    rules_of,
)

PASTRIES = {"lineCategory": {"in": ["pastry"]}}
TWICE = {"kind": "MULTIPLIER", "basisPoints": 20_000}


def given(judged: Accrual) -> dict[str, int]:
    """Points by rule."""
    return {part.rule: part.points for part in judged.parts}


def test_each_whole_euro_of_the_whole_order_earns_a_point_floored_once() -> None:
    order = an_order(a_line(1, 60), a_line(2, 60), a_line(3, 1130))

    judged = accrual(rules_of(a_rule()), order, a_standing())

    (part,) = judged.parts
    assert part.inputs == {"amount": 1250, "each": 100, "rate": 1}
    assert (judged.totals(), judged.qualifying) == ({"POINTS": 12}, 12)
    assert part.lines == ((1, 1), (2, 0), (3, 11))


def test_lines_that_are_excluded_earn_nothing() -> None:
    order = an_order(a_line(1, 500), a_line(2, 900, excluded=True))

    assert accrual(rules_of(a_rule()), order, a_standing()).totals() == {"POINTS": 5}


@pytest.mark.parametrize(("tax", "points"), [("TAX_EARNS", 12), ("BEFORE_TAX", 10)])
def test_tax_earns_as_the_programme_says(tax: str, points: int) -> None:
    order = an_order(a_line(1, 1240, included_tax_minor=240))

    assert accrual(rules_of(a_rule(), tax=tax), order, a_standing()).totals() == {"POINTS": points}


def test_items_are_counted_and_each_line_has_those_of_its_own() -> None:
    rule = a_rule(effect={"kind": "PER_ITEM", "points": 2}, unit="STARS", lines=PASTRIES)
    cheap = a_line(1, 300, quantity=2, category="pastry")
    dear = a_line(3, 3000, quantity=1, category="pastry")

    judged = accrual(rules_of(rule), an_order(cheap, a_line(2, quantity=9), dear), a_standing())

    (part,) = judged.parts
    assert part.inputs == {"count": 3, "rate": 2}
    assert (part.points, part.lines) == (6, ((1, 4), (3, 2)))
    assert judged.qualifying == 0


def test_an_order_earns_its_bonus_once_shared_by_amount() -> None:
    rule = a_rule(effect={"kind": "PER_ORDER", "points": 10})

    (part,) = accrual(rules_of(rule), an_order(a_line(1, 300), a_line(2, 100)), a_standing()).parts

    assert (part.points, part.lines) == (10, ((1, 8), (2, 2)))


def test_of_base_rules_the_best_counts_and_the_other_is_told_which() -> None:
    more = a_rule("more", effect={"kind": "PER_AMOUNT", "points": 3, "eachMinor": 200})
    stars = a_rule("stars", unit="STARS", effect={"kind": "PER_ORDER", "points": 1})

    judged = accrual(rules_of(a_rule(), more, stars), an_order(), a_standing())

    assert given(judged) == {"more": 18, "stars": 1}
    assert judged.reasons == (Reason("every-euro", Why.NOT_BEST, better="more"),)


def test_of_equal_base_rules_the_first_counts() -> None:
    assert given(accrual(rules_of(a_rule("b"), a_rule("a")), an_order(), a_standing())) == {"b": 12}


def test_base_rules_add_up_where_the_programme_says_so() -> None:
    rules = rules_of(a_rule("a"), a_rule("b"), basePolicy="SUM")

    judged = accrual(rules, an_order(), a_standing())

    assert (given(judged), judged.qualifying) == ({"a": 12, "b": 12}, 24)


def test_a_rule_whose_limit_is_near_does_not_beat_one_that_gives_more() -> None:
    cut = a_rule(
        "cut", effect={"kind": "PER_ORDER", "points": 99}, limit={"points": 5, "per": "ORDER"}
    )

    assert given(accrual(rules_of(cut, a_rule()), an_order(), a_standing())) == {"every-euro": 12}


def test_campaigns_add_to_base_rules_and_do_not_count_for_the_tier() -> None:
    rules = rules_of(a_rule(), a_rule("a", group="CAMPAIGN"), a_rule("b", group="CAMPAIGN"))

    judged = accrual(rules, an_order(), a_standing())

    assert (judged.totals(), judged.qualifying) == ({"POINTS": 36}, 12)


def test_a_tier_multiplies_base_points_alone() -> None:
    rules = rules_of(a_rule(), a_rule("extra", group="CAMPAIGN"))

    judged = accrual(rules, an_order(), a_standing("gold"))

    tier = judged.parts[1]
    assert (tier.kind, tier.rule, tier.unit, tier.points) == (PartKind.TIER, "gold", "POINTS", 6)
    assert tier.inputs == {"base": 12, "factor": 15_000}
    assert (judged.totals(), judged.qualifying) == ({"POINTS": 30}, 12)


def test_multipliers_act_on_base_points_and_not_on_each_other() -> None:
    rules = rules_of(a_rule(), a_rule("twice", effect=TWICE), a_rule("again", effect=TWICE))

    judged = accrual(rules, an_order(), a_standing("silver"))

    assert given(judged) == {"every-euro": 12, "silver": 3, "twice": 12, "again": 12}


def test_a_multiplier_of_some_lines_takes_what_those_lines_earn_by_themselves() -> None:
    rules = rules_of(a_rule(), a_rule("twice", effect=TWICE, lines=PASTRIES))
    order = an_order(
        a_line(1, 650), a_line(2, 325, category="pastry"), a_line(3, 325, category="pastry")
    )

    judged = accrual(rules, order, a_standing())

    twice = judged.parts[1]
    assert (twice.points, twice.inputs) == (6, {"base": 6, "factor": 20_000})
    assert twice.lines == ((2, 3), (3, 3))


def test_points_for_the_order_are_multiplied_whole_if_one_line_counts() -> None:
    bonus = a_rule("bonus", effect={"kind": "PER_ORDER", "points": 10})
    rules = rules_of(bonus, a_rule("twice", effect=TWICE, lines=PASTRIES))
    order = an_order(a_line(1, 100, category="pastry"), a_line(2, 900))

    judged = accrual(rules, order, a_standing())

    assert given(judged) == {"bonus": 10, "twice": 10}
    assert judged.parts[1].lines == ((1, 10),)


def test_a_multiplier_finds_nothing_where_no_base_rule_gave() -> None:
    rules = rules_of(a_rule(), a_rule("twice", effect=TWICE, unit="STARS"))

    judged = accrual(rules, an_order(), a_standing())

    assert given(judged) == {"every-euro": 12}
    assert judged.reasons == (Reason("twice", Why.TOO_LITTLE),)


def test_an_offer_gives_its_points_for_an_order_that_meets_it() -> None:
    dear = Test("orderAmount", Op.AT_LEAST, 3000)
    standing = a_standing(
        offers=(
            OfferFacts("met", {"en": "Met"}, "STARS", 20),
            OfferFacts("missed", {"en": "Missed"}, "STARS", 50, when=dear),
        )
    )

    judged = accrual(rules_of(a_rule()), an_order(a_line(1, 800), a_line(2, 440)), standing)

    offer = judged.parts[1]
    assert (offer.rule, offer.kind, offer.unit, offer.points) == (
        "met",
        PartKind.OFFER,
        "STARS",
        20,
    )
    assert offer.lines == ((1, 13), (2, 7))
    assert judged.reasons == (Reason("missed", Why.CONDITION, Miss(dear, 1240)),)
    assert judged.qualifying == 12


@pytest.mark.parametrize(
    ("per", "period"),
    [
        ("ORDER", None),
        ("DAY", "DAY 2026-06-03"),
        ("WEEK", "WEEK 2026-06-01"),
        ("MONTH", "MONTH 2026-06-01"),
        ("YEAR", "YEAR 2026-01-01"),
        ("EVER", "EVER"),
    ],
)
def test_a_limit_cuts_and_says_what_it_would_have_been(per: str, period: str | None) -> None:
    rules = rules_of(a_rule(limit={"points": 10, "per": per}))

    (part,) = accrual(rules, an_order(a_line(1, 900), a_line(2, 340)), a_standing()).parts

    assert (part.points, part.desired, part.period) == (10, 12, period)
    assert part.lines == ((1, 8), (2, 2))
    assert periods(rules, NOON) == ([period] if period else [])


def test_a_limit_counts_what_was_given_in_its_period_alone() -> None:
    rules = rules_of(a_rule(limit={"points": 20, "per": "MONTH"}))
    used = {("every-euro", "MONTH 2026-06-01"): 15, ("every-euro", "MONTH 2026-05-01"): 20}

    (part,) = accrual(rules, an_order(), a_standing(used=used)).parts

    assert (part.points, part.desired) == (5, 12)


def test_a_limit_that_is_used_up_is_the_reason() -> None:
    rules = rules_of(a_rule(limit={"points": 20, "per": "EVER"}))

    judged = accrual(rules, an_order(), a_standing(used={("every-euro", "EVER"): 20}))

    assert judged == Accrual((), (Reason("every-euro", Why.LIMIT),), 0)


def test_a_limit_of_a_base_rule_holds_for_what_multiplies_it() -> None:
    rules = rules_of(a_rule(limit={"points": 4, "per": "ORDER"}), a_rule("twice", effect=TWICE))

    assert given(accrual(rules, an_order(), a_standing())) == {"every-euro": 4, "twice": 4}


@pytest.mark.parametrize(
    ("at", "is_in_force"),
    [
        (datetime(2026, 5, 31, 20, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 31, 21, tzinfo=UTC), True),  # midnight in Athens
        (datetime(2026, 8, 31, 20, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 8, 31, 21, tzinfo=UTC), False),
    ],
)
def test_a_rule_is_in_force_on_local_days_until_before_the_last(
    at: datetime, is_in_force: bool
) -> None:
    rules = rules_of(a_rule(validFrom="2026-06-01", validUntil="2026-09-01"))

    judged = accrual(rules, an_order(at=at), a_standing())

    assert judged.totals() == ({"POINTS": 12} if is_in_force else {})
    assert judged.reasons == (() if is_in_force else (Reason("every-euro", Why.NOT_IN_FORCE),))


def test_a_rule_is_judged_at_the_shop_s_own_time() -> None:
    monday_night = datetime(2026, 6, 1, 21, 30, tzinfo=UTC)  # Tuesday, half past midnight
    rules = rules_of(
        a_rule(when={"all": [{"timeWeekday": {"in": ["TUESDAY"]}}, {"timeHour": {"equals": 0}},
                             {"timeDate": {"from": "2026-06-02", "until": "2026-06-03"}}]})
    )  # fmt: skip

    assert accrual(rules, an_order(at=monday_night), a_standing()).totals() == {"POINTS": 12}


def test_reasons_say_what_failed_and_what_was_there() -> None:
    rules = rules_of(
        a_rule("dear", when={"orderAmount": {"atLeast": 3000}}),
        a_rule("sweet", lines=PASTRIES),
        a_rule("hundreds", effect={**PER_EURO, "eachMinor": 10_000}),
        a_rule("old", validUntil=date(2026, 6, 3).isoformat()),
    )

    judged = accrual(rules, an_order(), a_standing())

    assert judged.parts == ()
    assert judged.reasons == (
        Reason("dear", Why.CONDITION, Miss(Test("orderAmount", Op.AT_LEAST, 3000), 1240)),
        Reason("sweet", Why.NO_LINE),
        Reason("hundreds", Why.TOO_LITTLE, had=1240),
        Reason("old", Why.NOT_IN_FORCE),
    )


def test_another_currency_earns_nothing() -> None:
    judged = accrual(rules_of(a_rule()), an_order(currency="USD"), a_standing())

    assert judged == Accrual((), (Reason("every-euro", Why.CURRENCY),), 0)


def test_an_order_for_nothing_earns_nothing_by_amount() -> None:
    assert accrual(rules_of(a_rule()), an_order(a_line(amount=0)), a_standing()).parts == ()
