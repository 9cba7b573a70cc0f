"""A refund leaves the order that never had what came back: whatever the steps, to the point."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.orders.reducing import by_key, changes, kept, kept_by_share, reduced
from domain.orders.remembering import kept_form, remembered
from domain.programme import document
from domain.programme.accruals import Accrual, PartKind
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.rules import Compiled, accrual, compiled, periods
from tests.factories.orders import MORNING
from tests.factories.programme import a_programme, a_rule
from tests.programme.strategies import orders, programmes, standings

quick = settings(max_examples=200, deadline=None)


def ready(written: dict[str, Any]) -> Compiled:
    return compiled(document.decoded(written))


@st.composite
def returns(draw: st.DrawFn) -> tuple[OrderFacts, list[dict[int, int]]]:
    """An order, and steps in which some of its pieces come back, each once at most."""
    order = draw(orders())
    pieces = [line.number for line in order.lines for _ in range(line.quantity)]
    back = draw(st.permutations(pieces))[: draw(st.integers(0, len(pieces)))]
    steps: list[dict[int, int]] = []
    while back:
        size = draw(st.integers(1, len(back)))
        steps.append(dict(Counter(back[:size])))
        back = back[size:]
    return order, steps


@st.composite
def cases(draw: st.DrawFn) -> tuple[Compiled, OrderFacts, list[dict[int, int]], Standing]:
    """The same with rules, and somebody of whom their limits have given some already."""
    rules = ready(draw(programmes()))
    order, steps = draw(returns())
    used = {
        (rule.code, period): draw(st.integers(0, 60))
        for rule in rules.programme.rules
        for period in periods(rules, order.occurred_at)
    }
    return rules, order, steps, replace(draw(standings), used=used)


@quick
@given(cases())
def test_steps_take_what_one_refund_of_all_of_it_takes(
    case: tuple[Compiled, OrderFacts, list[dict[int, int]], Standing],
) -> None:
    rules, order, steps, standing = case
    left = before = by_key(accrual(rules, order, standing).parts)
    back: Counter[int] = Counter()

    for step in steps:
        back.update(step)
        now = by_key(kept(rules, order, standing, back).parts)
        taken = changes(left, now)
        left = {key: left.get(key, 0) - taken.get(key, 0) for key in {*left, *taken}}
        left = {key: points for key, points in left.items() if points}

    at_once = accrual(rules, reduced(order, back), standing)
    assert left == by_key(at_once.parts)
    assert changes(before, left) == changes(before, by_key(at_once.parts))
    assert remembered(kept_form(standing, rules, order.occurred_at)) == standing


@quick
@given(programmes(), orders(), standings)
def test_refunding_all_leaves_nothing_and_nothing_leaves_all(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    rules = ready(programme)
    earned = accrual(rules, order, standing)
    everything = {line.number: line.quantity for line in order.lines}

    assert kept(rules, order, standing, everything) == Accrual()
    assert by_key(kept(rules, order, standing, {}).parts) == by_key(earned.parts)
    assert kept_by_share(rules, order, earned.parts, everything) == Accrual()
    assert kept_by_share(rules, order, earned.parts, {}).qualifying == earned.qualifying


@quick
@given(returns())
def test_what_was_paid_goes_down_to_the_minor_unit(
    case: tuple[OrderFacts, list[dict[int, int]]],
) -> None:
    order, steps = case
    back: Counter[int] = Counter()
    paid = {line.number: line.amount_minor for line in order.lines}
    gone: Counter[int] = Counter()

    for step in steps:
        before = {line.number: line.amount_minor for line in reduced(order, back).lines}
        back.update(step)
        after = {line.number: line.amount_minor for line in reduced(order, back).lines}
        gone.update({n: before.get(n, 0) - after.get(n, 0) for n in before})

    left = {line.number: line.amount_minor for line in reduced(order, back).lines}
    assert all(gone[number] + left.get(number, 0) == amount for number, amount in paid.items())


def test_a_threshold_is_lost_when_the_rest_falls_below_it() -> None:
    bonus = a_rule(
        "big",
        effect={"kind": "PER_ORDER", "points": 50},
        when={"orderAmount": {"atLeast": 10_000}},
        group="CAMPAIGN",
    )
    rules = ready(a_programme(rules=[a_rule("euro"), bonus]))
    line = LineFacts(1, "A", 12_000, quantity=3)
    order = OrderFacts(MORNING, "EUR", (line,))
    standing = Standing("bronze")

    left = kept(rules, order, standing, {1: 1})

    assert {part.rule for part in left.parts} == {"euro"}
    assert all(part.kind is not PartKind.PER_ORDER for part in left.parts)
