"""The programmes to start from: without problems, and a plain order earns a point a whole unit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.programme import document, review, templates, words
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.rules import Compiled, accrual, compiled

LANGUAGES = ("en", "ru", "el")

# What fits on a phone at once: 40 letters in a line, 27 lines.
SCREEN_LETTERS = 1080

plain_lines = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 9)), min_size=1, max_size=8)
instants = st.integers(0, 10 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def ready(name: str) -> Compiled:
    return compiled(document.decoded(templates.contents(name)))


CAFE, SHOP = ready("cafe"), ready("shop")


def plain_order(at: datetime, currency: str, lines: list[tuple[int, int]]) -> OrderFacts:
    """Goods of which nothing is known but what they cost."""
    return OrderFacts(
        at,
        currency,
        tuple(
            LineFacts(number, f"sku-{number}", amount, quantity)
            for number, (amount, quantity) in enumerate(lines, start=1)
        ),
    )


@settings(max_examples=200, deadline=None)
@given(plain_lines, instants, st.integers(0, 5))
def test_in_the_cafe_a_plain_order_earns_a_point_for_each_whole_euro_and_no_more(
    lines: list[tuple[int, int]], at: datetime, order_count: int
) -> None:
    euros = sum(amount for amount, _ in lines) // 100

    judged = accrual(CAFE, plain_order(at, "EUR", lines), Standing("friend", 0, order_count))

    assert judged.totals() == ({"POINTS": euros} if euros else {})
    assert judged.qualifying == euros


@settings(max_examples=50, deadline=None)
@given(plain_lines, instants)
def test_in_the_shop_a_plain_order_earns_a_point_for_each_whole_dollar(
    lines: list[tuple[int, int]], at: datetime
) -> None:
    cents = sum(amount for amount, _ in lines)
    bonus = 25 if cents >= 10_000 else 0

    judged = accrual(SHOP, plain_order(at, "USD", lines), Standing("bronze"))

    points = cents // 100 + bonus
    assert judged.totals() == ({"POINTS": points} if points else {})


@pytest.mark.parametrize("name", templates.names())
def test_a_template_has_no_problems(name: str) -> None:
    assert review.problems(document.decoded(templates.contents(name))) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", templates.names())
def test_the_terms_of_a_template_fit_a_phone_s_screen(name: str, language: str) -> None:
    text = words.terms(document.decoded(templates.contents(name)), language)

    assert 200 <= len(text) <= SCREEN_LETTERS


def test_a_template_is_the_caller_s_own_to_change() -> None:
    templates.contents("cafe")["rules"].clear()

    assert len(templates.contents("cafe")["rules"]) == 7


def test_each_rule_of_the_cafe_gives_when_it_is_met() -> None:
    tuesday = datetime(2026, 7, 7, 5, 30, tzinfo=UTC)  # half past eight in Athens
    order = OrderFacts(
        tuesday,
        "EUR",
        (
            LineFacts(1, "FLAT-WHITE", 760, 2, 380, "coffee"),
            LineFacts(2, "CROISSANT", 290, 1, 290, "pastry"),
            LineFacts(3, "FREDDO", 420, 1, 420, "cold-drink"),
            LineFacts(4, "HONEY", 8100, 9, 900, "pantry", "Meliti"),
        ),
    )

    judged = accrual(CAFE, order, Standing("regular", order_count=1))

    assert {part.rule: part.points for part in judged.parts} == {
        "every-euro": 95,
        "coffee-star": 2,
        "regular": 23,
        "pastry-tuesday": 2,
        "meliti-honey": 20,
        "second-visit": 10,
        "cold-summer": 3,
        "early-star": 1,
    }
    assert judged.reasons == ()
