"""Which way a change of one value goes for a member: what the table of fields is made of.

A direction looks at the value before and after, None where it was not said. What cannot be told
is NEUTRAL: nobody is told that something got better on a guess. But what takes the place of another
thing is worse for somebody, and is announced.
"""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any

from domain.programme.conditions import parse
from domain.programme.conditions.leaves import Subject
from domain.programme.conditions.logic import implies
from domain.programme.conditions.member_attributes import leaves_in
from domain.programme.problems import Invalid
from domain.programme.terms import LimitPeriod


class ChangeEffect(StrEnum):
    """What a change is for the members that it touches."""

    BETTER = "BETTER"
    WORSE = "WORSE"
    NEUTRAL = "NEUTRAL"


Direction = Callable[[Any, Any], ChangeEffect]

BETTER, WORSE, NEUTRAL = ChangeEffect.BETTER, ChangeEffect.WORSE, ChangeEffect.NEUTRAL


def neither(_before: Any, _after: Any) -> ChangeEffect:
    """A name, a date of nothing, a thing of the team's: nobody gets more or less by it."""
    return NEUTRAL


def more(before: Any, after: Any) -> ChangeEffect:
    """The more the better; being said or not says nothing by itself. Flags: better when set."""
    if before is None or after is None:
        return NEUTRAL
    return BETTER if after > before else WORSE


def less(before: Any, after: Any) -> ChangeEffect:
    """The less the better. Flags: better when not set."""
    return more(after, before)


def most(before: Any, after: Any) -> ChangeEffect:
    """A bound, the higher the better; None, no bound, is best."""
    if before is None or after is None:
        return BETTER if after is None else WORSE
    return more(before, after)


def owed(before: Any, after: Any) -> ChangeEffect:
    """What can be asked back, the less the better; None, all of it, is worst."""
    return most(after, before)


def begins(before: Any, after: Any) -> ChangeEffect:
    """The first day of something good: the sooner the better; None, always, is best."""
    if before is None or after is None:
        return BETTER if after is None else WORSE
    return less(before, after)


def given(before: Any, after: Any) -> ChangeEffect:
    """Something good: better when it comes, worse when it goes."""
    if before is None or after is None:
        return BETTER if before is None else WORSE
    return NEUTRAL


def exchanged(before: Any, after: Any) -> ChangeEffect:
    """One thing in the place of another: whoever made more of the other loses, either way."""
    found = given(before, after)
    return WORSE if found is NEUTRAL and before != after else found


def imposed(before: Any, after: Any) -> ChangeEffect:
    """Something that holds a member back: worse when it comes, better when it goes."""
    return given(after, before)


def wider(before: Collection[Any], after: Collection[Any]) -> ChangeEffect:
    """A choice: better with more in it, worse with less; something else is neither."""
    was, now = set(before), set(after)
    if was == now:
        return NEUTRAL
    return BETTER if was < now else WORSE if now < was else NEUTRAL


def narrower(before: Collection[Any], after: Collection[Any]) -> ChangeEffect:
    """Days that end something: better with fewer of them, or none before; worse when none after."""
    if not before or not after:
        return BETTER if not before else WORSE
    return wider(after, before)


def ranked(*best_last: Any, beside: Collection[Any] = ()) -> Direction:
    """One of these, the last the best; against those `beside` nothing can be said."""

    def direction(before: Any, after: Any) -> ChangeEffect:
        if before in beside or after in beside:
            return NEUTRAL
        return more(best_last.index(before), best_last.index(after))

    return direction


OFTEN = ranked(*reversed(LimitPeriod))
"""In what time a limit counts: the sooner it begins anew, the better."""


def condition(subjects: Collection[Subject]) -> Direction:
    """A condition: worse when it comes or gets narrower for sure, better when it goes or widens."""

    def direction(before: Any, after: Any) -> ChangeEffect:
        if before is None or after is None:
            return BETTER if after is None else WORSE
        try:
            leaves = {**leaves_in(before), **leaves_in(after)}
            was, now = (parse(each, subjects, leaves=leaves) for each in (before, after))
        except Invalid:  # it looks at attributes that only its activity knows
            return NEUTRAL
        widens, narrows = implies(was, now, leaves), implies(now, was, leaves)
        if widens is narrows:
            return NEUTRAL
        return BETTER if widens else WORSE

    return direction
