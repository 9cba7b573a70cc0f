"""Conditions on a member who is not who it was when they were judged: what could still hold."""

from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Test
from domain.programme.conditions.leaves import LEAVES, Subject
from domain.programme.conditions.live import compiled
from domain.programme.conditions.member_attributes import attribute_in

# What a member has shown is kept with what it was judged by; what it tells of itself is not.
_SHOWN = frozenset({"memberSource", "memberNps"})


def is_told(test: Test) -> bool:
    """Whether it looks at what members tell of themselves, and may tell otherwise later."""
    leaf = LEAVES.get(test.leaf)
    if leaf is None:
        return attribute_in(test.leaf) is not None
    return leaf.subject is Subject.MEMBER and test.leaf not in _SHOWN


def could_be(condition: Condition, scene: object, wanted: bool = True) -> bool:
    """Whether it is `wanted` for somebody of whom all the rest is so."""
    match condition:
        case Test():
            return is_told(condition) or compiled(condition)(scene) is wanted
        case Not(of):
            return could_be(of, scene, not wanted)
        case AllOf(of) | AnyOf(of):
            every = isinstance(condition, AllOf) == wanted
            return (all if every else any)([could_be(part, scene, wanted) for part in of])
