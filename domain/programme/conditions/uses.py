"""Where the leaves can be used: in which conditions of a programme, and beside it."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, OF_ORDERS_ALONE
from domain.programme.conditions.history import Goods
from domain.programme.conditions.leaf import Leaf, Subject
from domain.programme.conditions.leaves import LEAVES
from domain.programme.conditions.tree import (
    LINE_SUBJECTS,
    OPS,
    ORDER_SUBJECTS,
    SEGMENT_LEAVES,
    SEGMENT_SUBJECTS,
)

WITHIN_DAYS = "withinDays"


class Use(StrEnum):
    """A place for a condition."""

    LINES = "LINES"
    WHEN = "WHEN"
    ACTIVITIES = "ACTIVITIES"
    SEGMENTS = "SEGMENTS"


_SUBJECTS: Mapping[Use, frozenset[Subject]] = {
    Use.LINES: LINE_SUBJECTS,
    Use.WHEN: ORDER_SUBJECTS,
    Use.ACTIVITIES: ACTIVITY_SUBJECTS,
    Use.SEGMENTS: SEGMENT_SUBJECTS,
}
_NOT_OF: Mapping[Use, Collection[str]] = {
    Use.ACTIVITIES: OF_ORDERS_ALONE,
    Use.SEGMENTS: LEAVES.keys() - SEGMENT_LEAVES.keys(),
}


def uses(leaf: Leaf) -> tuple[Use, ...]:
    """Where a leaf can be asked."""
    return tuple(
        use
        for use, subjects in _SUBJECTS.items()
        if leaf.subject in subjects and leaf.name not in _NOT_OF.get(use, ())
    )


def tests_of(leaf: Leaf) -> tuple[str, ...]:
    """What it can be held against, and of HISTORY which orders can be meant."""
    ops = tuple(op.value for op in OPS[leaf.kind])
    if leaf.subject is not Subject.HISTORY:
        return ops
    return (*ops, *(goods.value for goods in Goods), WITHIN_DAYS)
