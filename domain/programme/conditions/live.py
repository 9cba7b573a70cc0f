"""The first reading of conditions: judged live, as closures over one order's plain values."""

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Operand, Test
from domain.programme.conditions.attributes import column_of
from domain.programme.conditions.history import Figure
from domain.programme.conditions.leaves import LEAVES, Kind, Subject
from domain.programme.conditions.member_attributes import attribute_in, value_for

Check = Callable[[object], bool | None]
"""Takes a Scene; true, false, or None for unknown."""

_COMPARE: dict[Op, Callable[[int, int], bool]] = {
    Op.AT_LEAST: operator.ge,
    Op.AT_MOST: operator.le,
    Op.BELOW: operator.lt,
    Op.ABOVE: operator.gt,
    Op.EQUALS: operator.eq,
    Op.IS: operator.eq,
    Op.FROM: operator.ge,
    Op.UNTIL: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Miss:
    """The test that a condition failed by, and what was found (None: not known).

    `negated`: the test held, and the condition wanted it not to.
    """

    test: Test
    had: int | bool | str | date | None
    negated: bool = False


@lru_cache(maxsize=4096)
def compiled(condition: Condition) -> Check:
    """The condition as a function of a scene; under a microsecond a leaf."""
    match condition:
        case Test():
            return _test(condition)
        case Not(of):
            return _negation(compiled(of))
        case AllOf(of):
            return _every(tuple(compiled(part) for part in of))
        case AnyOf(of):
            return _some(tuple(compiled(part) for part in of))


def miss(condition: Condition, scene: object, negated: bool = False) -> Miss | None:
    """Why the condition (or, `negated`, its contrary) is not true; None if it is.

    Of several reasons the first in reading order.
    """
    match condition:
        case Test():
            if compiled(condition)(scene) is (not negated):
                return None
            return Miss(condition, _found(condition, scene), negated)
        case Not(of):
            return miss(of, scene, not negated)
        case AllOf(of) | AnyOf(of):
            misses = [miss(part, scene, negated) for part in of]
            if isinstance(condition, AllOf) != negated:
                return next((one for one in misses if one is not None), None)
            return None if None in misses else misses[0]


def _found(test: Test, scene: object) -> int | bool | str | date | None:
    value: Any = reader(test)(scene)
    if value is not None and isinstance(test.value, date):
        return date.fromordinal(int(value))
    if isinstance(value, frozenset):
        return None
    found: int | bool | str | None = value
    return found


def reader(test: Test) -> Callable[[object], Any]:
    """What a test looks at, out of a scene; None: not known."""
    leaf = LEAVES.get(test.leaf)
    if (attribute := attribute_in(test.leaf)) is not None:
        return _telling(attribute, test.op)
    if leaf is None or leaf.subject is not Subject.HISTORY:
        return operator.attrgetter(column_of(test.leaf))
    figure = Figure(leaf.column, test.over)

    def read(scene: Any) -> int | None:
        value: int | None = scene.standing.history.get(figure)
        return value

    return read


def _telling(attribute: str, op: Op) -> Callable[[object], Any]:
    def read(scene: Any) -> Any:
        return value_for(op, scene.standing.person.attributes.get(attribute))

    return read


def _test(test: Test) -> Check:
    read = reader(test)
    if test.op is Op.IN:
        leaf = LEAVES.get(test.leaf)
        among = _sharing if leaf is not None and leaf.kind is Kind.TEXTS else _membership
        return among(read, test.value)
    compare = _COMPARE[test.op]
    bound = _as_int(test.value)

    def compared(scene: object) -> bool | None:
        value = read(scene)
        return None if value is None else compare(value, bound)

    return compared


def _membership(read: Callable[[object], object], value: Operand) -> Check:
    wanted = frozenset(value if isinstance(value, tuple) else ())

    def among(scene: object) -> bool | None:
        value = read(scene)
        return None if value is None else value in wanted

    return among


def _sharing(read: Callable[[object], Collection[str] | None], value: Operand) -> Check:
    wanted = frozenset(value if isinstance(value, tuple) else ())

    def shares(scene: object) -> bool | None:
        value = read(scene)
        return None if value is None else not wanted.isdisjoint(value)

    return shares


def _as_int(value: Operand) -> int:
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, tuple):
        raise TypeError("texts are not compared by size")
    return value


def _negation(check: Check) -> Check:
    def negated(scene: object) -> bool | None:
        verdict = check(scene)
        return None if verdict is None else not verdict

    return negated


def _every(checks: tuple[Check, ...]) -> Check:
    def every(scene: object) -> bool | None:
        verdict: bool | None = True
        for check in checks:
            one = check(scene)
            if one is False:
                return False
            if one is None:
                verdict = None
        return verdict

    return every


def _some(checks: tuple[Check, ...]) -> Check:
    def some(scene: object) -> bool | None:
        verdict: bool | None = False
        for check in checks:
            one = check(scene)
            if one is True:
                return True
            if one is None:
                verdict = None
        return verdict

    return some
