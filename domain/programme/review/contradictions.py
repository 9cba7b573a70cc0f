"""What works against itself: rules that never apply, or that another one always beats."""

from collections.abc import Iterator, Sequence

from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, parse
from domain.programme.conditions.attributes import leaves_of
from domain.programme.conditions.leaves import Subject
from domain.programme.conditions.logic import implies, never
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.problems import Problem, Severity
from domain.programme.review.circumstances import Circumstances, cheapest
from domain.programme.review.simplicity import conditions
from domain.programme.terms import (
    ActivityRule,
    BasePolicy,
    Discount,
    Effect,
    Group,
    Multiplier,
    PerAmount,
    PerOrder,
    Programme,
    Rule,
    Written,
)


def never_apply(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Conditions that nothing meets, for certain; rules whose time is over."""
    general = leaves_of_programme(programme)
    own = [leaves_of(programme, kind) for kind in programme.activities]
    known = {leaf.name: leaf for leaves in (general, *own) for leaf in leaves.values()}
    for path, condition in conditions(programme):
        if never(condition, known):
            hint = "Look at what it asks of the same thing twice: at least 5 and below 3."
            yield Problem(path, "Nothing can ever meet this condition.", hint)
    lists: dict[str, Sequence[Rule | ActivityRule | Discount]] = {
        "rules": programme.rules,
        "discounts": programme.discounts,
        "activityRules": programme.activity_rules,
    }
    for name, rules in lists.items():
        for index, rule in enumerate(rules):
            if rule.valid_until is not None and rule.valid_until <= found.today:
                message = f"This rule was over on {rule.valid_until}; it gives nothing any more."
                hint = "Give it new days, or take it out."
                yield Problem((name, str(index), "validUntil"), message, hint, Severity.WARNING)


def shadowed(programme: Programme, _found: Circumstances) -> Iterator[Problem]:
    """Base rules that never are the best: another applies whenever they do, and gives no less."""
    if programme.base_policy is not BasePolicy.BEST_OF:
        return
    base = [
        (index, rule)
        for index, rule in enumerate(programme.rules)
        if rule.group is Group.BASE and not isinstance(rule.effect, Multiplier)
    ]
    for index, rule in base:
        for place, other in base:
            is_earlier = place < index
            if place == index or not _beats(programme, other, rule):
                continue
            if is_earlier or not _beats(programme, rule, other):
                message = f"{other.code} gives as much or more whenever this rule applies."
                hint = "Give more, take it out, make it a CAMPAIGN, or let base rules add up: SUM."
                yield Problem(("rules", str(index)), message, hint, Severity.WARNING)
                break


def _beats(programme: Programme, other: Rule, rule: Rule) -> bool:
    return (
        other.unit == rule.unit
        and other.limit is None
        and other.valid_from is None
        and other.valid_until is None
        and _gives_no_less(other.effect, rule.effect)
        and _covers(programme, other.when, rule.when, ORDER_SUBJECTS)
        and _covers(programme, other.lines, rule.lines, LINE_SUBJECTS)
    )


def _gives_no_less(other: Effect, effect: Effect) -> bool:
    if isinstance(other, Multiplier) or isinstance(effect, Multiplier):
        return False
    if type(other) is not type(effect) or other.points < effect.points:
        return False
    if isinstance(other, PerAmount) and isinstance(effect, PerAmount):
        return other.each_minor <= effect.each_minor
    return isinstance(other, PerOrder) or other.points >= effect.points


def _covers(
    programme: Programme, wide: Written | None, narrow: Written | None, subjects: frozenset[Subject]
) -> bool:
    if wide is None or wide == narrow:
        return True
    if narrow is None:
        return False
    leaves = leaves_of_programme(programme)
    one, other = (parse(written, subjects, leaves=leaves) for written in (narrow, wide))
    return implies(one, other, {leaf.name: leaf for leaf in leaves.values()})


def too_cheap(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Rewards that cost more than what their points have been reckoned with."""
    for reward in found.rewards:
        unit = programme.unit(reward.unit)
        if unit is None:
            message = f"The reward {reward.code} is bought with {reward.unit}, which is no more."
            hint = "Keep the unit, or change the reward first."
            yield Problem(("units",), message, hint, Severity.WARNING)
            continue
        set_aside = reward.price * unit.cost_minor // 100
        if unit.cost_minor and reward.cost_minor and set_aside < reward.cost_minor:
            message = (
                f"The reward {reward.code} costs us {reward.cost_minor} minor units, and its"
                f" {reward.price} {unit.code} stand for {set_aside}."
            )
            path = ("units", str(programme.units.index(unit)), "costMinor")
            yield Problem(path, message, "Ask more points, or raise `costMinor`.", Severity.WARNING)


def gone_too_soon(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Points that a typical member loses before they can buy anything."""
    if found.year is None:
        return
    typical = found.year.typical
    for index, unit in enumerate(programme.units):
        least, expiry = cheapest(unit, found.rewards), unit.expiry
        if least is None or expiry is None or expiry.kept_by:
            continue
        days = expiry.days or expiry.months * 365 // 12
        earned = typical.points.get(unit.code, 0) * days // 365
        if days and typical.points.get(unit.code, 0) and earned < least:
            message = (
                f"{unit.code} expire before they buy anything: a typical member has {earned} when"
                f" the first go, and the cheapest thing takes {least}."
            )
            hint = "Let them last longer, or offer something smaller."
            yield Problem(("units", str(index), "expiry"), message, hint, Severity.WARNING)
