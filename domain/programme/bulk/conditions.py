"""The second reading of conditions: judged in bulk, as masks over columns.

What is unknown is in neither mask: not in that of the rows where a condition holds, and not in
that of those where its contrary does. So only what is asked for is reckoned.
"""

import operator
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from domain.programme.bulk.columns import BoolArray, Column, Ints, Sets, Texts
from domain.programme.bulk.scene import Scene
from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Test
from domain.programme.conditions.attributes import column_of
from domain.programme.conditions.history import Figure
from domain.programme.conditions.leaves import LEAVES, Subject
from domain.programme.conditions.live import as_int

Mask = Callable[[Scene], BoolArray]
"""Takes a Scene; where the condition is true. Of conditions on lines: of which lines."""

_COMPARE: dict[Op, Callable[[Any, int], BoolArray]] = {
    Op.AT_LEAST: operator.ge,
    Op.AT_MOST: operator.le,
    Op.BELOW: operator.lt,
    Op.ABOVE: operator.gt,
    Op.EQUALS: operator.eq,
    Op.IS: operator.eq,
    Op.FROM: operator.ge,
    Op.UNTIL: operator.lt,
}
# Up to so many names are looked for one by one, which is quicker than through a table.
_FEW = 3


@lru_cache(maxsize=4096)
def compiled(condition: Condition, truth: bool = True) -> Mask:
    """Where the condition is true, or with `truth` False where it is false."""
    match condition:
        case Test():
            return _test(condition, truth)
        case Not(of):
            return compiled(of, not truth)
        case AllOf(of):
            return _joined(of, truth, operator.and_ if truth else operator.or_)
        case AnyOf(of):
            return _joined(of, truth, operator.or_ if truth else operator.and_)


def _joined(of: tuple[Condition, ...], truth: bool, join: Callable[[Any, Any], Any]) -> Mask:
    masks = [compiled(part, truth) for part in of]
    return lambda scene: reduce(join, [mask(scene) for mask in masks])


def _test(test: Test, truth: bool) -> Mask:
    read = _reader(test)
    if test.op is Op.IN:
        assert isinstance(test.value, tuple)
        wanted = frozenset(test.value)
        return lambda scene: _among(read(scene), wanted, truth)
    compare, bound = _COMPARE[test.op], as_int(test.value)

    def compared(scene: Scene) -> BoolArray:
        column = read(scene)
        assert isinstance(column, Ints)
        found = compare(column.values, bound)
        return _where(found, column.known, truth)

    return compared


def _reader(test: Test) -> Callable[[Scene], Column]:
    leaf = LEAVES.get(test.leaf)
    if leaf is not None and leaf.subject is Subject.HISTORY:
        figure = Figure(leaf.column, test.over)
        return lambda scene: scene.figure(figure)
    name = column_of(test.leaf)
    return lambda scene: scene.column(name)


def _among(column: Column, wanted: frozenset[str], truth: bool) -> BoolArray:
    if isinstance(column, Texts):
        found = _coded(column, [n for n, word in enumerate(column.words) if word in wanted])
        return _where(found, None if truth else column.codes >= 0, truth)
    if isinstance(column, Sets):
        held = [column.having[word] for word in wanted if word in column.having]
        return _where(reduce(operator.or_, held, np.zeros_like(column.known)), column.known, truth)
    # Unknown everywhere: there is no such column.
    return np.zeros(len(column.values), np.bool_)


def _coded(column: Texts, codes: list[int]) -> BoolArray:
    if 1 <= len(codes) <= _FEW:
        return reduce(operator.or_, [column.codes == code for code in codes])
    table = np.zeros(len(column.words) + 1, np.bool_)
    table[codes] = True
    found: BoolArray = table[column.codes]
    return found


def _where(found: BoolArray, known: BoolArray | None, truth: bool) -> BoolArray:
    asked = found if truth else ~found
    return asked if known is None else asked & known
