"""The bulk reading is the live one, of every condition and of every programme."""

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.programme import document
from domain.programme.accruals import PartKind
from domain.programme.bulk import conditions as bulk
from domain.programme.bulk.accruals import Accruals, accruals
from domain.programme.bulk.gathering import orders_of, standings_of
from domain.programme.bulk.scene import Scene as Columns
from domain.programme.bulk.view import ManyOrders
from domain.programme.compiling import Compiled, compiled
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, Op, figures
from domain.programme.conditions.leaves import LEAVES
from domain.programme.conditions.live import compiled as live
from domain.programme.facts import OrderFacts, Scene, Standing
from domain.programme.rules import accrual
from domain.programme.view import points_of
from tests.counts import count
from tests.factories.programme import a_line, a_rule, a_standing, an_order, rules_of
from tests.programme import everything

by_chance = settings(max_examples=count(40, 400), deadline=None)

Key = tuple[PartKind, str, str]
Judged = tuple[dict[Key, int], int]


def ready(written: dict[str, Any]) -> Compiled:
    return compiled(document.decoded(written))


def orders_and_standings(
    data: st.DataObject, programme: Compiled
) -> tuple[list[OrderFacts], list[Standing]]:
    orders = data.draw(st.lists(everything.orders(), min_size=1, max_size=6))
    offers = data.draw(everything.offers)
    return orders, [data.draw(everything.standings(programme, each, offers)) for each in orders]


def scene_of(programme: Compiled, order: OrderFacts, standing: Standing) -> Scene:
    local = order.occurred_at.astimezone(programme.zone)
    return Scene(order, standing, local, programme.ranks)


def by_live(programme: Compiled, order: OrderFacts, standing: Standing) -> Judged:
    judged = accrual(programme, order, standing)
    found: Counter[Key] = Counter()
    for part in judged.parts:
        rule = "" if part.kind is PartKind.TIER else part.rule
        found[part.kind, rule, part.unit] += part.points
    return dict(found), judged.qualifying


def in_numbers(programme: Compiled, order: OrderFacts, standing: Standing) -> Judged:
    reckoned = points_of(programme, order, standing)
    found: Counter[Key] = Counter()
    for each in reckoned.points:
        found[each.kind, each.rule, each.unit] += each.points
    return {key: points for key, points in found.items() if points}, reckoned.qualifying


def by_bulk(judged: Accruals, place: int) -> Judged:
    found: Counter[Key] = Counter()
    for each in judged.points:
        found[each.kind, each.rule, each.unit] += int(each.points[place])
    return {key: points for key, points in found.items() if points}, int(judged.qualifying[place])


def truth(programme: Compiled, condition: Condition, scene: Columns) -> list[bool | None]:
    yes, no = bulk.compiled(condition)(scene), bulk.compiled(condition, False)(scene)
    assert not (yes & no).any()
    return [True if y else False if n else None for y, n in zip(yes, no, strict=True)]


def same_of_orders(data: st.DataObject) -> None:
    condition = data.draw(everything.conditions_on(ORDER_SUBJECTS))
    programme = replace(ready(data.draw(everything.programmes(1))), figures=figures([condition]))
    orders, standings = orders_and_standings(data, programme)
    columns = Columns(
        programme, orders_of(programme, orders), standings_of(programme, orders, standings)
    )

    one_by_one = [
        live(condition)(scene_of(programme, order, standing))
        for order, standing in zip(orders, standings, strict=True)
    ]

    assert truth(programme, condition, columns) == one_by_one


@pytest.mark.counted
@by_chance
@given(st.data())
def test_a_condition_holds_in_bulk_where_it_holds_live(data: st.DataObject) -> None:
    same_of_orders(data)


@pytest.mark.counted
@by_chance
@given(st.data())
def test_a_condition_on_lines_holds_in_bulk_where_it_holds_live(data: st.DataObject) -> None:
    condition = data.draw(everything.conditions_on(LINE_SUBJECTS))
    programme = rules_of(a_rule())
    orders = data.draw(st.lists(everything.orders(), min_size=1, max_size=6))
    standings = [a_standing()] * len(orders)
    columns = Columns(
        programme, orders_of(programme, orders), standings_of(programme, orders, standings)
    )

    one_by_one = []
    for order in orders:
        scene = scene_of(programme, order, a_standing())
        for line in scene.lines:
            scene.line = line
            one_by_one.append(live(condition)(scene))

    assert truth(programme, condition, columns) == one_by_one


def same_points(data: st.DataObject) -> None:
    programme = ready(data.draw(everything.programmes()))
    orders, standings = orders_and_standings(data, programme)
    columns = orders_of(programme, orders), standings_of(programme, orders, standings)
    in_bulk = accruals(programme, *columns)
    for place, (order, standing) in enumerate(zip(orders, standings, strict=True)):
        told = by_live(programme, order, standing)
        assert by_bulk(in_bulk, place) == told
        assert in_numbers(programme, order, standing) == told


@pytest.mark.counted
@by_chance
@given(st.data())
def test_orders_earn_in_bulk_by_rule_and_unit_what_they_earn_live(data: st.DataObject) -> None:
    same_points(data)


@pytest.mark.counted
@by_chance
@given(st.data())
def test_parts_sum_to_the_whole_by_rule_by_line_and_in_bulk(data: st.DataObject) -> None:
    programme = ready(data.draw(everything.programmes()))
    orders, standings = orders_and_standings(data, programme)
    columns = orders_of(programme, orders), standings_of(programme, orders, standings)
    in_bulk = accruals(programme, *columns)

    for place, (order, standing) in enumerate(zip(orders, standings, strict=True)):
        judged = accrual(programme, order, standing)
        for part in judged.parts:
            assert sum(share for _, share in part.lines) == part.points
        for unit in ("POINTS", "STARS"):
            assert in_bulk.of_unit(unit)[place] == judged.totals().get(unit, 0)
        uses: Counter[str] = Counter()
        for key, _, points in judged.uses():
            uses[key] = max(uses[key], points)
        for key, points in uses.items():
            assert in_bulk.used_by(programme)[key][place] == points


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=lambda leaf: leaf.name)
def test_every_leaf_has_its_column(leaf: Any) -> None:
    programme = rules_of(a_rule())
    orders, standings = [an_order(a_line())], [a_standing()]
    columns = Columns(
        programme, orders_of(programme, orders), standings_of(programme, orders, standings)
    )
    if leaf.subject != "HISTORY":
        assert leaf.column.partition(".")[1] == "" or leaf.column in {
            **columns.orders.lines,
            **columns.orders.columns,
            **columns.standings.columns,
        }
        columns.column(leaf.column)


def test_of_no_orders_there_is_nothing() -> None:
    programme = rules_of(a_rule())
    judged = accruals(programme, orders_of(programme, []), standings_of(programme, [], []))
    assert judged.of_unit("POINTS").tolist() == judged.qualifying.tolist() == []


planted = settings(max_examples=1_000, deadline=None, database=None, phases=[Phase.generate])


@pytest.fixture
def afresh() -> Iterator[None]:
    """No condition is known that was compiled before, or will be after."""
    bulk.compiled.cache_clear()
    yield
    bulk.compiled.cache_clear()


@pytest.mark.usefixtures("afresh")
def test_a_test_that_bulk_gets_wrong_at_its_border_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(bulk._COMPARE, Op.AT_LEAST, operator.gt)
    with pytest.raises(AssertionError):
        planted(given(st.data())(same_of_orders))()


@pytest.mark.usefixtures("afresh")
def test_what_is_unknown_and_taken_for_false_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_two_values(found: Any, known: Any, truth: bool) -> Any:
        return (found if known is None else found & known) == truth

    monkeypatch.setattr(bulk, "_where", of_two_values)
    with pytest.raises(AssertionError):
        planted(given(st.data())(same_of_orders))()


def test_a_limit_that_bulk_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ManyOrders, "used", lambda *_: np.zeros((), np.int64))
    with pytest.raises(AssertionError):
        planted(given(st.data())(same_points))()
