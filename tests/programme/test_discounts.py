"""What discount rules take off an order, which lines bear it, and why others take nothing off."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.programme import discounting, words
from domain.programme.accruals import Why
from domain.programme.conditions.history import EVERY, Figure, Over
from domain.programme.discounting import Discounted, Rooms
from domain.programme.review import problems
from domain.programme.terms import Programme
from domain.programme.words import discounts as in_words
from tests.factories.discounts import FREE, TWO_EUROS, a_discount, discounts_of
from tests.factories.programme import NOON, a_line, a_standing, an_order, terms_of

PASTRY = {"lineCategory": {"in": ["pastry"]}}
GOLD = {"memberTier": {"in": ["gold"]}}
CART = an_order(a_line(1, 4000), a_line(2, 1000, category="pastry"))
NONE: Rooms = {}


def taken(*discounts: dict[str, Any], delivery: int = 0, **more: Any) -> Discounted:
    order, standing = more.pop("order", CART), more.pop("standing", a_standing())
    rooms = more.pop("rooms", NONE)
    return discounting.discounts(discounts_of(*discounts, **more), order, delivery, standing, rooms)


def reasons(found: Discounted) -> dict[str, Why]:
    return {each.rule: each.why for each in found.reasons}


def test_a_percentage_is_of_its_lines_and_whole_minor_units() -> None:
    (off,) = taken(a_discount(lines=PASTRY)).taken
    assert (off.of, off.goods, off.lines) == (1000, 50, ((2, 50),))
    (off,) = taken(a_discount(), order=an_order(a_line(1, 33), a_line(2, 66))).taken
    assert (off.goods, off.lines) == (4, ((1, 1), (2, 3)))


def test_an_amount_never_takes_more_than_the_goods_cost() -> None:
    (off,) = taken(a_discount(effect=TWO_EUROS), order=an_order(a_line(1, 150))).taken
    assert off.goods == 150
    found = taken(a_discount(effect=TWO_EUROS), order=an_order(a_line(1, 0)))
    assert reasons(found) == {"five": Why.TOO_LITTLE}


def test_the_best_counts_alone_and_delivery_is_free_beside_it() -> None:
    both = a_discount(), a_discount("two", effect=TWO_EUROS), a_discount("free", effect=FREE)
    found = taken(*both, delivery=350)
    assert [off.amount for off in found.taken] == [("five", 250, 0), ("free", 0, 350)]
    assert reasons(found) == {"two": Why.NOT_BEST}


def test_summed_each_is_of_what_is_left() -> None:
    both = a_discount("two", effect=TWO_EUROS, lines=PASTRY), a_discount()
    found = taken(*both, discountPolicy="SUM")
    assert [off.amount for off in found.taken] == [("two", 200, 0), ("five", 240, 0)]
    assert found.taken[1].of == 4800


def test_a_delivery_is_free_once_and_as_a_whole() -> None:
    twice = a_discount("a", effect=FREE), a_discount("b", effect=FREE)
    found = taken(*twice, delivery=350)
    assert [off.code for off in found.taken] == ["a"]
    assert reasons(found) == {"b": Why.TOO_LITTLE}
    cut = taken(twice[0], delivery=350, rooms={"a": (349, Why.BUDGET)})
    assert (cut.taken, reasons(cut)) == ((), {"a": Why.BUDGET})


def test_lines_that_earn_nothing_get_nothing_off() -> None:
    order = an_order(a_line(1, 4000, excluded=True), a_line(2, 1000))
    (off,) = taken(a_discount(), order=order).taken
    assert off.lines == ((2, 50),)


def test_limits_and_budgets_cut_and_what_they_cut_is_named() -> None:
    programme = discounts_of(a_discount(limit={"minor": 1000, "per": "MONTH"}, budgetMinor=90_000))
    used = {("five", "MONTH 2026-06-01"): 900}
    rooms = discounting.rooms(programme, NOON.date(), used, {"five": 80_000})
    assert rooms == {"five": (100, Why.LIMIT)}
    rooms = discounting.rooms(programme, NOON.date(), used, {"five": 89_950})
    assert rooms == {"five": (50, Why.BUDGET)}
    found = discounting.discounts(programme, CART, 0, a_standing(), rooms)
    (off,) = found.taken
    assert (off.goods, off.desired, off.cut, off.period) == (
        50, 250, Why.BUDGET, "MONTH 2026-06-01",
    )  # fmt: skip
    none = discounting.discounts(programme, CART, 0, a_standing(), {"five": (0, Why.LIMIT)})
    assert reasons(none) == {"five": Why.LIMIT}


def test_who_buys_decides() -> None:
    gold = a_discount(when=GOLD)
    assert taken(gold, standing=a_standing("gold")).taken
    assert reasons(taken(gold)) == {"five": Why.CONDITION}
    found = taken(gold, a_discount("all", effect=TWO_EUROS), standing=None)
    assert [off.code for off in found.taken] == ["all"]
    assert reasons(found) == {"five": Why.NOBODY}
    limited = a_discount(limit={"minor": 1, "per": "EVER"})
    assert reasons(taken(limited, standing=None)) == {"five": Why.NOBODY}


def test_a_step_by_what_was_spent_before() -> None:
    step = a_discount(when={"memberSpent": {"atLeast": 50_000, "withinDays": 365}})
    figure = Figure("spent", Over(within_days=365))
    assert discounts_of(step).figures == {figure}
    assert figure.over != EVERY
    rich, poor = a_standing(history={figure: 50_000}), a_standing(history={figure: 49_999})
    assert taken(step, standing=rich).taken
    assert not taken(step, standing=poor).taken


def test_a_season_begins_and_ends_on_local_days() -> None:
    summer = a_discount(validFrom="2026-06-01", validUntil="2026-09-01")
    last = datetime(2026, 8, 31, 20, 59, tzinfo=UTC)  # 23:59 in Athens
    assert taken(summer, order=an_order(a_line(), at=last)).taken
    after = datetime(2026, 8, 31, 21, tzinfo=UTC)
    found = taken(summer, order=an_order(a_line(), at=after))
    assert reasons(found) == {"five": Why.NOT_IN_FORCE}


def test_orders_in_other_currencies_get_none() -> None:
    assert reasons(taken(a_discount(), order=an_order(currency="USD"))) == {"five": Why.CURRENCY}


def test_what_was_quoted_is_laid_on_the_same_lines_again() -> None:
    programme = discounts_of(
        a_discount("two", effect=TWO_EUROS, lines=PASTRY), a_discount(), discountPolicy="SUM"
    )
    quoted = discounting.discounts(programme, CART, 0, a_standing(), NONE).taken
    again = discounting.bound(programme, CART, 0, [off.amount for off in quoted], NONE)
    assert again == quoted
    rooms: Rooms = {"two": (30, Why.LIMIT)}
    cut, kept = discounting.bound(programme, CART, 0, [off.amount for off in quoted], rooms)
    assert (cut.goods, cut.desired, cut.cut) == (30, 200, Why.LIMIT)
    assert kept.goods == 240


@pytest.mark.parametrize(
    ("discount", "path"),
    [
        (a_discount(effect={"kind": "PERCENT_OFF", "basisPoints": 0}), "effect.basisPoints"),
        (a_discount(effect={"kind": "PERCENT_OFF", "basisPoints": 10_001}), "effect.basisPoints"),
        (a_discount(effect={"kind": "AMOUNT_OFF", "minor": 0}), "effect.minor"),
        (a_discount(effect=FREE, lines=PASTRY), "lines"),
        (a_discount(budgetMinor=0), "budgetMinor"),
        (a_discount(limit={"minor": 0, "per": "DAY"}), "limit.minor"),
        (a_discount(when=PASTRY), "when.lineCategory"),
        (a_discount(when={"memberTier": {"in": ["platinum"]}}), "when.memberTier"),
        (a_discount(lines=GOLD), "lines.memberTier"),
        (a_discount("every-euro"), "code"),
        (a_discount("no code"), "code"),
        (a_discount(name={"en": "Only"}), "name.ru"),
        (a_discount(validFrom="2026-06-01", validUntil="2026-06-01"), "validUntil"),
    ],
)
def test_what_cannot_work_is_a_problem(discount: dict[str, Any], path: str) -> None:
    found = problems(terms_of(discounts=[discount]))
    assert f"discounts.0.{path}" in {".".join(each.path) for each in found}


def test_two_of_one_code_are_a_problem() -> None:
    found = problems(terms_of(discounts=[a_discount(), a_discount()]))
    assert [".".join(each.path) for each in found] == ["discounts.1.code"]


SAID = terms_of(
    discounts=[
        a_discount(lines=PASTRY, when=GOLD, limit={"minor": 1000, "per": "MONTH"},
                   budgetMinor=50_000, validFrom="2026-06-01", validUntil="2026-09-01"),
        a_discount("two", effect=TWO_EUROS),
        a_discount("free", effect=FREE, when={"orderAmount": {"atLeast": 3000}}),
        a_discount("own", text={"en": "As we say.", "ru": "Как скажем.", "el": "Όπως λέμε."}),
    ]
)  # fmt: skip


def sentence(programme: Programme, code: str, language: str) -> str:
    terms = programme.discount(code)
    assert terms is not None
    return in_words.discount(programme, terms, language)


def test_a_discount_is_a_sentence_in_each_language() -> None:
    assert sentence(SAID, "five", "en") == (
        "5% off goods where the category is “pastry”, when the tier is “Gold”; limit: €10 a month;"
        " €500 for all members together; from 1 June 2026 to 31 August 2026."
    )
    assert sentence(SAID, "two", "ru") == "Скидка 2\u00a0€."
    assert sentence(SAID, "two", "el") == "Έκπτωση 2\u00a0€."
    assert sentence(SAID, "free", "en") == "Free delivery, when the goods come to at least €30."
    assert sentence(SAID, "own", "ru") == "Как скажем."


def test_what_was_taken_off_is_explained() -> None:
    five = a_discount()
    (off,) = taken(five, order=an_order(a_line(1, 4000))).taken
    programme = terms_of(discounts=[five])
    assert in_words.off(programme, off, "en") == "5% of €40: €2"
    assert in_words.off(programme, off, "ru") == "5% от 40\u00a0€: 2\u00a0€"
    limited = a_discount(limit={"minor": 150, "per": "ORDER"})
    rooms: Rooms = {"five": (150, Why.LIMIT)}
    (off,) = taken(limited, order=an_order(a_line(1, 4000)), rooms=rooms).taken
    assert in_words.off(terms_of(discounts=[limited]), off, "en") == (
        "5% of €40: €2; within the limit (€1.50 an order): €1.50"
    )


def test_why_not_is_said_in_words() -> None:
    found = taken(
        a_discount(when=GOLD), a_discount("two", effect=TWO_EUROS), a_discount("more"),
        a_discount("free", effect=FREE),
    )  # fmt: skip
    programme = terms_of(discounts=[a_discount(when=GOLD), a_discount("two"), a_discount("more")])
    said = {each.rule: in_words.not_off(programme, each, "en") for each in found.reasons}
    assert said == {
        "five": "Only when the tier is “Gold”; here: “Bronze”.",
        "two": "“More” takes off more, and only the best counts.",
        "free": "There is nothing for it to take off.",
    }


def test_old_documents_keep_their_hash() -> None:
    assert terms_of().discounts == ()
    assert words.terms(terms_of(discounts=[a_discount()]), "en") == words.terms(terms_of(), "en")
