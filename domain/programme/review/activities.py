"""What is wrong with a programme's activities, their rules, and its badges."""

from collections.abc import Iterator

from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.problems import Path, Problem, Severity, nearest
from domain.programme.review.faults import bounds, codes, condition, said, twice, unit_known
from domain.programme.review.names import name as attribute_name
from domain.programme.terms import (
    ActivityRule,
    Attribute,
    AttributeType,
    Badge,
    BadgeFor,
    LimitPeriod,
    Programme,
)

POINTS_MAX = 10**9
COUNT_MAX = 10**6
LIST_MAX = 50
ATTRIBUTES_MAX = 20
VALUES_MAX = 100
VALUE_LENGTH_MAX = 64


def problems(programme: Programme) -> Iterator[Problem]:
    """All that is wrong, with path and remedy."""
    declared = {
        "activities": len(programme.activities),
        "activityRules": len(programme.activity_rules),
        "badges": len(programme.badges),
    }
    for name, count in declared.items():
        if count > LIST_MAX:
            yield Problem((name,), "Nobody reads so many.", f"Write {LIST_MAX} at most.")
    yield from codes("activities", [kind.code for kind in programme.activities])
    for index, kind in enumerate(programme.activities):
        path = ("activities", str(index))
        yield from said(programme, kind.name, (*path, "name"))
        if len(kind.attributes) > ATTRIBUTES_MAX:
            message = "Nobody fills in so much."
            yield Problem((*path, "attributes"), message, f"Ask for {ATTRIBUTES_MAX} at most.")
        names = [each.name for each in kind.attributes]
        yield from twice((*path, "attributes"), names, "name")
        for number, attribute in enumerate(kind.attributes):
            yield from _attribute(programme, attribute, (*path, "attributes", str(number)))
    yield from _rules(programme)
    yield from codes("badges", [badge.code for badge in programme.badges])
    for index, badge in enumerate(programme.badges):
        yield from _badge(programme, badge, ("badges", str(index)))


def _attribute(programme: Programme, attribute: Attribute, path: Path) -> Iterator[Problem]:
    yield from said(programme, attribute.label, (*path, "label"))
    yield from attribute_name(attribute.name, path)
    if attribute.values and attribute.type is not AttributeType.TEXT:
        hint = "Make it a TEXT, or leave `values` away."
        yield Problem((*path, "values"), "Only texts have a list of values.", hint)
    if len(attribute.values) > VALUES_MAX:
        yield Problem((*path, "values"), "A list is no longer one.", f"At most {VALUES_MAX}.")
    yield from twice((*path, "values"), attribute.values)
    for number, value in enumerate(attribute.values):
        if not 1 <= len(value) <= VALUE_LENGTH_MAX:
            hint = f"1 to {VALUE_LENGTH_MAX} characters."
            yield Problem((*path, "values", str(number)), "This is no value.", hint)


def _rules(programme: Programme) -> Iterator[Problem]:
    yield from codes("activityRules", [rule.code for rule in programme.activity_rules])
    earned = {rule.activity for rule in programme.activity_rules}
    for index, rule in enumerate(programme.activity_rules):
        path = ("activityRules", str(index))
        if programme.rule(rule.code) is not None:
            # What rules with a limit have given is counted by their codes.
            message = f"A rule for orders is called {rule.code}."
            yield Problem((*path, "code"), message, "Make it another.")
        yield from unit_known(programme, rule.unit, (*path, "unit"))
        yield from said(programme, rule.name, (*path, "name"))
        yield from said(programme, rule.text, (*path, "text"))
        yield from bounds(rule, path)
        yield from _rule(programme, rule, path)
    for index, kind in enumerate(programme.activities):
        counted = any(badge.activity == kind.code for badge in programme.badges)
        if kind.code not in earned and not counted:
            hint = "Write a rule or a badge for it, or take it out."
            where = ("activities", str(index))
            yield Problem(where, "Nothing comes of this activity.", hint, Severity.WARNING)


def _rule(programme: Programme, rule: ActivityRule, path: Path) -> Iterator[Problem]:
    if not 1 <= rule.points <= POINTS_MAX:
        message = "The rule gives nothing, or too much."
        yield Problem((*path, "points"), message, f"Write 1 to {POINTS_MAX}.")
    if rule.limit is not None and rule.limit.per is LimitPeriod.ORDER:
        hint = "Write DAY, WEEK, MONTH, YEAR or EVER."
        yield Problem((*path, "limit", "per"), "An activity is no order.", hint)
    kind = programme.activity(rule.activity)
    if kind is None:
        yield from _unknown(programme, rule.activity, (*path, "activity"))
        return
    if kind.by_members and rule.limit is None:
        message = "Members report this themselves, as often as they like."
        where = (*path, "limit")
        yield Problem(where, message, "Give the rule a limit.", Severity.WARNING)
    if rule.when is not None:
        leaves = leaves_of(programme, kind)
        yield from condition(programme, rule.when, ACTIVITY_SUBJECTS, (*path, "when"), leaves)


def _badge(programme: Programme, badge: Badge, path: Path) -> Iterator[Problem]:
    yield from said(programme, badge.name, (*path, "name"))
    yield from said(programme, badge.text, (*path, "text"))
    if not 1 <= badge.count <= COUNT_MAX:
        yield Problem((*path, "count"), "Of how many?", f"Write 1 to {COUNT_MAX}.")
    wanted = {BadgeFor.ACTIVITIES: "activity", BadgeFor.TIER: "tier"}.get(badge.given_for)
    for name, code in (("activity", badge.activity), ("tier", badge.tier)):
        if (code is not None) != (name == wanted):
            message = f"A badge for {badge.given_for} is not said so."
            remedy = f"Write `{name}`." if name == wanted else f"Leave `{name}` away."
            yield Problem((*path, name), message, remedy)
    if badge.activity is not None and programme.activity(badge.activity) is None:
        yield from _unknown(programme, badge.activity, (*path, "activity"))
    if badge.tier is not None and programme.tier(badge.tier) is None:
        hint = nearest(badge.tier, [tier.code for tier in programme.tiers], "There are")
        yield Problem((*path, "tier"), f"There is no tier {badge.tier}.", hint)


def _unknown(programme: Programme, code: str, path: Path) -> Iterator[Problem]:
    hint = nearest(code, [kind.code for kind in programme.activities], "There are")
    yield Problem(path, f"There is no activity {code}.", hint)
