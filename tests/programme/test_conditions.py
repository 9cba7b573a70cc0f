"""The condition language: what holds, what is unknown, what is refused and how to mend it."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.programme import conditions as language
from domain.programme.conditions import (
    LINE_SUBJECTS,
    ORDER_SUBJECTS,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Op,
    Test,
    parse,
    to_json,
)
from domain.programme.conditions.live import Miss, compiled, miss
from domain.programme.problems import Invalid
from tests.programme.strategies import conditions

YES: dict[str, Any] = {"orderAmount": {"atLeast": 1}}
NO: dict[str, Any] = {"orderAmount": {"below": 1}}
UNKNOWN: dict[str, Any] = {"memberAge": {"atLeast": 1}}
NAMED = {True: YES, False: NO, None: UNKNOWN}

scenes = st.builds(
    lambda amount, age, store, is_birthday: SimpleNamespace(
        amount_minor=amount,
        age=age,
        is_birthday=is_birthday,
        order=SimpleNamespace(store=store),
    ),
    st.integers(0, 3),
    st.none() | st.integers(0, 3),
    st.sampled_from((None, "a", "b", "c")),
    st.sampled_from((None, True, False)),
)
SCENE = SimpleNamespace(amount_minor=1, age=None)


def judged(written: dict[str, Any]) -> bool | None:
    return compiled(parse(written))(SCENE)


@pytest.mark.parametrize(("value", "contrary"), [(True, False), (False, True), (None, None)])
def test_what_is_unknown_stays_unknown_when_it_is_denied(
    value: bool | None, contrary: bool | None
) -> None:
    assert judged(NAMED[value]) is value
    assert judged({"not": NAMED[value]}) is contrary


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_all_and_any_know_three_values(
    one: bool | None, other: bool | None, both: bool | None, either: bool | None
) -> None:
    for pair in ([NAMED[one], NAMED[other]], [NAMED[other], NAMED[one]]):
        assert judged({"all": pair}) is both
        assert judged({"any": pair}) is either


def by_definition(condition: Condition, scene: Any) -> bool | None:
    """The same without cleverness."""
    match condition:
        case Not(of):
            found = by_definition(of, scene)
            return None if found is None else not found
        case AllOf(of):
            found_all = [by_definition(part, scene) for part in of]
            return False if False in found_all else None if None in found_all else True
        case AnyOf(of):
            found_all = [by_definition(part, scene) for part in of]
            return True if True in found_all else None if None in found_all else False
        case Test("orderStore", _, value):
            store = scene.order.store
            assert isinstance(value, tuple)
            return None if store is None else store in value
        case Test("memberBirthdayToday", _, value):
            return None if scene.is_birthday is None else scene.is_birthday is value
        case Test(leaf, op, value):
            had: int | None = scene.amount_minor if leaf == "orderAmount" else scene.age
            if had is None:
                return None
            assert isinstance(value, int)
            return {
                Op.AT_LEAST: had >= value,
                Op.AT_MOST: had <= value,
                Op.BELOW: had < value,
                Op.ABOVE: had > value,
                Op.EQUALS: had == value,
            }[op]


@settings(max_examples=200, deadline=None)
@given(conditions, scenes)
def test_judged_live_as_by_definition_and_missed_unless_true(
    condition: Condition, scene: Any
) -> None:
    verdict = compiled(condition)(scene)

    assert verdict is by_definition(condition, scene)
    missed = miss(condition, scene)
    assert (missed is None) is (verdict is True)
    if missed is not None:
        assert missed.test in language.tests(condition)
        alone = by_definition(missed.test, scene)
        assert alone is None if missed.had is None else alone is missed.negated


@settings(max_examples=100, deadline=None)
@given(conditions)
def test_written_and_read_again_it_is_the_same(condition: Condition) -> None:
    assert parse(to_json(condition)) == condition


def test_several_tests_on_one_leaf_hold_together() -> None:
    assert parse({"orderAmount": {"atLeast": 1, "below": 5}}) == AllOf(
        (Test("orderAmount", Op.AT_LEAST, 1), Test("orderAmount", Op.BELOW, 5))
    )


def test_a_miss_names_the_first_test_in_reading_order() -> None:
    scene = SimpleNamespace(amount_minor=5, age=None)
    rich, young = Test("orderAmount", Op.ABOVE, 9), Test("memberAge", Op.BELOW, 30)

    assert miss(AllOf((young, rich)), scene) == Miss(young, None)
    assert miss(AnyOf((rich, young)), scene) == Miss(rich, 5)
    assert miss(Not(Test("orderAmount", Op.BELOW, 9)), scene) == Miss(
        Test("orderAmount", Op.BELOW, 9), 5, negated=True
    )


@pytest.mark.parametrize(
    ("written", "path", "message", "hint"),
    [
        ("coffee", "", "exactly one key", '"all"'),
        ({}, "", "exactly one key", '"all"'),
        ({**YES, "timeHour": {"below": 7}}, "", "exactly one key", '"all"'),
        ({"all": []}, "all", "1 to 100", "Leave the condition out"),
        ({"any": [YES, 3]}, "any.1", "exactly one key", '"not"'),
        ({"not": {"not": []}}, "not.not", "exactly one key", '"all"'),
        ({"orderAmmount": {"atLeast": 1}}, "orderAmmount", "no leaf", "orderAmount"),
        ({"lineSku": {"in": ["A"]}}, "lineSku", "looks at the line", "`lines`"),
        ({"orderAmount": 3000}, "orderAmount", "object of tests", '{"orderAmount":'),
        ({"orderAmount": {"atleast": 1}}, "orderAmount.atleast", "no test", "atLeast"),
        ({"orderAmount": {"atLeast": 1.5}}, "orderAmount.atLeast", "whole number", "minor units"),
        ({"orderAmount": {"atLeast": True}}, "orderAmount.atLeast", "whole number", "3000"),
        ({"memberAge": {"below": 2**60}}, "memberAge.below", "whole number", "60"),
        ({"memberBirthdayToday": {"is": 1}}, "memberBirthdayToday.is", "true or false", "quotes"),
        ({"timeDate": {"from": "1 June"}}, "timeDate.from", "takes a date", "2026-06-01"),
        ({"timeDate": {"from": "2026-02-30"}}, "timeDate.from", "takes a date", "2026-06-01"),
        ({"orderStore": {"in": "a"}}, "orderStore.in", "a list", "Even one value"),
        ({"orderStore": {"in": []}}, "orderStore.in", "a list", "Even one value"),
        ({"orderStore": {"in": ["a", ""]}}, "orderStore.in.1", "1 to 64", "Write it so"),
        ({"timeWeekday": {"in": ["TUESDY"]}}, "timeWeekday.in.0", "never TUESDY", "TUESDAY"),
    ],
)
def test_a_fault_is_told_with_its_path_and_its_remedy(
    written: Any, path: str, message: str, hint: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parse(written)

    (problem,) = refused.value.problems
    assert ".".join(problem.path) == path
    assert message in problem.message
    assert hint in problem.hint


def test_all_faults_are_told_at_once_below_the_path_given() -> None:
    written = {"all": [{"nothing": {"is": True}}, {"not": {"timeHour": {"in": [7]}}}]}

    with pytest.raises(Invalid) as refused:
        parse(written, ORDER_SUBJECTS, ("rules", "2", "when"))

    assert [".".join(problem.path) for problem in refused.value.problems] == [
        "rules.2.when.all.0.nothing",
        "rules.2.when.all.1.not.timeHour.in",
    ]


def test_a_condition_is_at_most_eight_levels_deep() -> None:
    written = YES
    for _ in range(7):
        written = {"not": written}
    assert parse(written)

    with pytest.raises(Invalid, match="8 levels"):
        parse({"not": written})


def test_line_conditions_look_at_lines_alone() -> None:
    assert parse({"lineQuantity": {"atLeast": 2}}, LINE_SUBJECTS)
    with pytest.raises(Invalid, match="looks at the order"):
        parse(YES, LINE_SUBJECTS)
