"""Where the leaves can be used: in which conditions of a programme, and beside it."""

from collections.abc import Mapping
from enum import StrEnum

from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.conditions.history import Goods
from domain.programme.conditions.leaf import Leaf, Subject
from domain.programme.conditions.tree import LINE_SUBJECTS, OPS, ORDER_SUBJECTS
from domain.programme.terms import Activity

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
    Use.SEGMENTS: frozenset({Subject.MEMBER, Subject.STANDING, Subject.HISTORY, Subject.TIME}),
}
_OF_ACTIVITIES = leaves_of(Activity("any", {}))
_NOT_OF_SEGMENTS = {"memberSegment", "memberOrderNumber"}


def uses(leaf: Leaf) -> tuple[Use, ...]:
    """Where a leaf can be asked."""
    return tuple(
        use
        for use, subjects in _SUBJECTS.items()
        if leaf.subject in subjects
        and not (
            use is Use.ACTIVITIES
            and leaf.subject is not Subject.ACTIVITY
            and leaf.name not in _OF_ACTIVITIES
        )
        and not (use is Use.SEGMENTS and leaf.name in _NOT_OF_SEGMENTS)
    )


def tests_of(leaf: Leaf) -> tuple[str, ...]:
    """What it can be held against, and of HISTORY which orders can be meant."""
    ops = tuple(op.value for op in OPS[leaf.kind])
    if leaf.subject is not Subject.HISTORY:
        return ops
    return (*ops, *(goods.value for goods in Goods), WITHIN_DAYS)
