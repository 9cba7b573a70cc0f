"""Whom a change touches, as far as that can be told without judging orders. Pure.

What cannot be told touches everybody: a rule for orders that nobody can be judged by beforehand,
a gift for friends that anybody may bring.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from domain.programme.changes.comparing import Change
from domain.programme.changes.directions import ChangeEffect
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, parse, tests
from domain.programme.conditions.leaves import LEAVES, Subject
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.terms import Programme

# What orders of the past can show: the same order is judged by both versions.
REPLAYED = frozenset({"rules", "basePolicy", "tax", "earnOn", "currencies", "qualifyingUnit"})

_NOBODY = frozenset({"welcome", "adjustments"})
_ABOVE_ENTRY = frozenset({"downgrade", "graceDays", "graceToMonthEnd", "warnDays", "refund"})
# Columns that an order's row still knows long after; the rest of a member may be another now.
_KEPT = frozenset({Subject.LINE, Subject.ORDER, Subject.TIME})
_KEPT_LEAVES = frozenset(
    {"memberTier", "memberTierRank", "memberOrderNumber", "memberQualifying", "memberMonths"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a member has to do with: its tier, units it holds, activities it has reported lately."""

    tier: str
    units: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    has_birthday: bool = False
    is_in_pool: bool = False


def touches(change: Change, place: Place, before: Programme, after: Programme) -> bool:
    """Whether the change is one for who has this place; of rules for orders: for anybody."""
    if change.effect is ChangeEffect.NEUTRAL or change.path[0] in _NOBODY:
        return False
    touched = _TOUCHED.get(change.path[0])
    return touched is None or touched(change, place, before, after)


def effect_on(
    place: Place, changes: Iterable[Change], before: Programme, after: Programme
) -> ChangeEffect:
    """What these changes come to for who has this place: WORSE if one of them is, else BETTER."""
    effects = {change.effect for change in changes if touches(change, place, before, after)}
    for effect in (ChangeEffect.WORSE, ChangeEffect.BETTER):
        if effect in effects:
            return effect
    return ChangeEffect.NEUTRAL


def is_replayed(change: Change, before: Programme, after: Programme) -> bool:
    """Whether orders of the past show it: not a rule's days, nor who a member was."""
    if change.path[0] not in REPLAYED:
        return False
    if change.path[0] != "rules":
        return True
    rules = [(each, each.rule(change.path[1])) for each in (before, after)]
    asked = [
        parse(written, subjects, leaves=leaves_of_programme(programme))
        for programme, rule in rules
        if rule is not None
        for written, subjects in ((rule.lines, LINE_SUBJECTS), (rule.when, ORDER_SUBJECTS))
        if written is not None
    ]
    is_dated = any(rule is not None and (rule.valid_from or rule.valid_until) for _, rule in rules)
    return not is_dated and all(_is_kept(condition) for condition in asked)


def _is_kept(condition: Condition) -> bool:
    return all(
        test.leaf in _KEPT_LEAVES or (test.leaf in LEAVES and LEAVES[test.leaf].subject in _KEPT)
        for test in tests(condition)
    )


_Touched = Callable[[Change, Place, Programme, Programme], bool]


def _unit(change: Change, place: Place, _before: Programme, _after: Programme) -> bool:
    return change.path[1] in place.units


def _tier(change: Change, place: Place, before: Programme, after: Programme) -> bool:
    code = change.path[1]
    if place.tier == code or (held := before.tier(place.tier)) is None:
        return place.tier == code
    # How far it is to a tier is something to all below it.
    wanted = before.tier(code) or after.tier(code)
    is_way = change.field in ("tiers.*", "tiers.*.threshold")
    return is_way and wanted is not None and wanted.rank > held.rank


def _policy(change: Change, place: Place, before: Programme, _after: Programme) -> bool:
    is_entry = before.tiers[0].code == place.tier
    return not (is_entry and change.path[1] in _ABOVE_ENTRY)


def _activity_rule(change: Change, place: Place, before: Programme, after: Programme) -> bool:
    rules = [programme.activity_rule(change.path[1]) for programme in (before, after)]
    return any(rule is not None and rule.activity in place.activities for rule in rules)


_TOUCHED: Mapping[str, _Touched] = {
    "units": _unit,
    "tiers": _tier,
    "tierPolicy": _policy,
    "activityRules": _activity_rule,
    "activities": lambda change, place, *_: change.path[1] in place.activities,
    "birthday": lambda _change, place, *_: place.has_birthday,
    "pools": lambda change, place, *_: place.is_in_pool or change.field == "pools",
}
