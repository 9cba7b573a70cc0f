"""What holds for every programme and every order."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from domain.programme import document
from domain.programme.accruals import Accrual, PartKind
from domain.programme.facts import OrderFacts, Standing
from domain.programme.rules import Compiled, accrual, compiled
from tests.programme.strategies import orders, programmes, standings

quick = settings(max_examples=100, deadline=None)


def ready(written: dict[str, Any]) -> Compiled:
    return compiled(document.decoded(written))


def by_rule(judged: Accrual) -> dict[str, int]:
    return {part.rule: part.points for part in judged.parts}


@quick
@given(programmes(), orders(), standings)
def test_parts_sum_to_the_whole_by_unit_and_by_line(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    judged = accrual(ready(programme), order, standing)

    counted: Counter[str] = Counter()
    eligible = {line.number for line in order.lines if not line.excluded}
    for part in judged.parts:
        counted[part.unit] += part.points
        assert part.points > 0
        assert sum(points for _, points in part.lines) == part.points
        assert all(points >= 0 for _, points in part.lines)
        assert {number for number, _ in part.lines} <= eligible
    assert judged.totals() == counted
    assert judged.qualifying <= counted["POINTS"]


@quick
@given(programmes(), orders(), standings)
def test_each_rule_either_gives_or_says_why_not(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    judged = accrual(ready(programme), order, standing)

    gave = [part.rule for part in judged.parts if part.kind is not PartKind.TIER]
    told = [reason.rule for reason in judged.reasons]
    assert sorted(gave + told) == sorted(rule["code"] for rule in programme["rules"])


@quick
@given(programmes(), orders(), standings)
def test_it_earns_the_same_unexplained(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    rules = ready(programme)

    explained = accrual(rules, order, standing)

    assert accrual(rules, order, standing, explain=False) == structs.replace(explained, reasons=())


@quick
@given(programmes(), orders(), standings, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(
    programme: dict[str, Any], order: OrderFacts, standing: Standing, chance: random.Random
) -> None:
    rules = ready(programme)
    shuffled = list(order.lines)
    chance.shuffle(shuffled)

    judged = accrual(rules, order, standing)
    again = accrual(rules, replace(order, lines=tuple(shuffled)), standing)

    assert by_rule(again) == by_rule(judged)
    assert again.qualifying == judged.qualifying


@quick
@given(
    programmes(policies=("SUM",)),
    orders(),
    standings,
    st.integers(0, 5),
    st.integers(0, 3000),
)
def test_who_pays_more_earns_no_less(
    programme: dict[str, Any], order: OrderFacts, standing: Standing, index: int, more: int
) -> None:
    rules = ready(programme)
    lines = list(order.lines)
    line = lines[index % len(lines)]
    lines[index % len(lines)] = replace(line, amount_minor=line.amount_minor + more)

    before = accrual(rules, order, standing).totals()
    after = accrual(rules, replace(order, lines=tuple(lines)), standing).totals()

    assert all(after[unit] >= points for unit, points in before.items())


@quick
@given(programmes(), st.lists(orders(), min_size=1, max_size=6), standings)
def test_no_limit_is_exceeded_in_a_chain_of_orders(
    programme: dict[str, Any], chain: list[OrderFacts], standing: Standing
) -> None:
    rules = ready(programme)
    limits = {rule.code: rule.limit for rule in rules.programme.rules if rule.limit}
    used: dict[tuple[str, str], int] = {}
    for order in chain:
        judged = accrual(rules, order, replace(standing, used=used))
        for part in judged.parts:
            limit = limits.get(part.rule)
            assert (part.period is None) == (limit is None or limit.per == "ORDER")
            if limit is None:
                continue
            assert part.points <= limit.points
            assert part.desired is None or part.desired > part.points
            if part.period is not None:
                key = (part.rule, part.period)
                used[key] = used.get(key, 0) + part.points
    assert all(points <= limits[rule].points for (rule, _), points in used.items())


@quick
@given(programmes(policies=("BEST_OF",)), orders(), standings)
def test_the_best_base_rule_gives_as_much_as_it_would_alone(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    base = [
        rule
        for rule in programme["rules"]
        if rule["group"] == "BASE" and rule["effect"]["kind"] != "MULTIPLIER"
    ]
    alone = [accrual(ready({**programme, "rules": [rule]}), order, standing) for rule in base]

    judged = accrual(ready(programme), order, standing)

    assert judged.qualifying == max((each.qualifying for each in alone), default=0)


@quick
@given(programmes(), orders(), standings)
def test_what_a_multiplier_gives_does_not_hang_on_other_multipliers(
    programme: dict[str, Any], order: OrderFacts, standing: Standing
) -> None:
    judged = by_rule(accrual(ready(programme), order, standing))
    plain = [rule for rule in programme["rules"] if rule["effect"]["kind"] != "MULTIPLIER"]
    for rule in programme["rules"]:
        if rule["effect"]["kind"] == "MULTIPLIER":
            by_itself = {**programme, "rules": [*plain, rule]}
            expected = by_rule(accrual(ready(by_itself), order, standing)).get(rule["code"])
            assert judged.get(rule["code"]) == expected
