"""Programmes, orders and conditions by chance."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Test
from domain.programme.facts import LineFacts, OrderFacts, Standing
from tests.factories.programme import a_programme, a_rule

CATEGORIES = ("coffee", "pastry")
YEAR_SECONDS = 365 * 24 * 3600

instants = st.integers(0, YEAR_SECONDS).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)

amounts = st.integers(0, 5000) | st.integers(0, 10**9)


@st.composite
def lines(draw: st.DrawFn, number: int) -> LineFacts:
    amount = draw(amounts)
    return LineFacts(
        number=number,
        sku=draw(st.sampled_from(("A", "B"))),
        amount_minor=amount,
        quantity=draw(st.integers(1, 5)),
        category=draw(st.sampled_from((None, *CATEGORIES))),
        included_tax_minor=amount // 6,
        excluded=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    count = draw(st.integers(1, 6))
    return OrderFacts(
        draw(instants), "EUR", tuple(draw(lines(number)) for number in range(1, count + 1))
    )


amount_effects = st.builds(
    lambda points, each: {"kind": "PER_AMOUNT", "points": points, "eachMinor": each},
    st.integers(1, 5),
    st.sampled_from((1, 70, 100, 1000)),
) | st.builds(lambda points: {"kind": "PER_ITEM", "points": points}, st.integers(1, 5))
order_effects = st.builds(lambda points: {"kind": "PER_ORDER", "points": points}, st.integers(1, 9))
multipliers = st.builds(
    lambda factor: {"kind": "MULTIPLIER", "basisPoints": factor},
    st.sampled_from((10_001, 12_500, 15_000, 20_000, 30_000)),
)
line_conditions = st.none() | st.builds(
    lambda category: {"lineCategory": {"in": [category]}}, st.sampled_from(CATEGORIES)
)
order_conditions = st.none() | st.builds(
    lambda least: {"orderAmount": {"atLeast": least}}, st.integers(0, 10_000)
)
limits = st.none() | st.builds(
    lambda points, per: {"points": points, "per": per},
    st.integers(1, 60),
    st.sampled_from(("ORDER", "DAY", "WEEK", "MONTH", "YEAR", "EVER")),
)


@st.composite
def rules(draw: st.DrawFn, code: str) -> dict[str, Any]:
    limit = draw(limits)
    return a_rule(
        code,
        unit=draw(st.sampled_from(("POINTS", "STARS"))),
        effect=draw(amount_effects | order_effects | multipliers),
        group=draw(st.sampled_from(("BASE", "CAMPAIGN"))),
        lines=draw(line_conditions),
        when=draw(order_conditions),
        **({} if limit is None else {"limit": limit}),
    )


@st.composite
def programmes(draw: st.DrawFn, policies: tuple[str, ...] = ("BEST_OF", "SUM")) -> dict[str, Any]:
    count = draw(st.integers(1, 5))
    return a_programme(
        rules=[draw(rules(f"rule-{number}")) for number in range(count)],
        basePolicy=draw(st.sampled_from(policies)),
        tax=draw(st.sampled_from(("TAX_EARNS", "BEFORE_TAX"))),
    )


standings = st.builds(
    Standing, st.sampled_from(("bronze", "silver", "gold")), order_count=st.integers(0, 3)
)

_tests = st.one_of(
    st.builds(Test, st.just("orderAmount"), st.sampled_from((Op.AT_LEAST, Op.BELOW, Op.EQUALS)),
              st.integers(0, 3)),
    st.builds(Test, st.just("memberAge"), st.sampled_from((Op.AT_MOST, Op.ABOVE)),
              st.integers(0, 3)),
    st.builds(Test, st.just("orderStore"), st.just(Op.IN),
              st.sampled_from((("a",), ("b",), ("a", "b")))),
    st.builds(Test, st.just("memberBirthdayToday"), st.just(Op.IS), st.booleans()),
)  # fmt: skip


def _compound(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, parts)


conditions: st.SearchStrategy[Condition] = st.recursive(_tests, _compound, max_leaves=6)
