"""Things that a programme has or no longer has, and what a field is of: named aloud."""

from domain.language import Counted, Text, in_language, rendered, said
from domain.programme.changes import FIELDS
from domain.programme.problems import Path
from domain.programme.terms import Programme
from domain.programme.words import (
    activities,
    discounts,
    lifetimes,
    payments,
    rules,
    terms,
    transfers,
    values,
)

_OF = said("{owner}: {what}", "{owner}: {what}", "{owner}: {what}")
# Said by what they are and their name.
_NAMED = {
    "tiers.*",
    "units.*",
    "badges.*",
    "activities.*",
    "currencies.*",
    "incomeBands.*",
    "interests.*",
    "memberAttributes.*",
    "profileQuestions.*",
}
_QUOTED = said("“{what}”", "«{what}»", "«{what}»")
_PLAIN = said("{what}", "{what}", "{what}")
_BOTH = said(
    en="{one} for you and {other} for your friend, for a friend's first order",
    ru="{one} вам и {other} другу за первый заказ друга",
    el="{one} σε εσάς και {other} στον φίλο σας για την πρώτη του παραγγελία",
)


def owner(before: Programme, after: Programme, path: Path, language: str) -> str:
    """What a field is of, by its name: “Gold”; empty for the programme itself."""
    name = _name(after, path) or _name(before, path)
    if name is None:
        return ""
    is_rule = path[0] in ("rules", "activityRules", "discounts")
    return rendered(_QUOTED if is_rule else _PLAIN, language, what=name)


def thing(programme: Programme, path: Path, field: str, language: str) -> str:
    """What came or went, with what it gives or takes."""
    name = _name(programme, path)
    what = _said(programme, path, field, language)
    if what is None:
        label = in_language(FIELDS[field].label, language)
        shown = in_language(name, language) if name else ""
        return rendered(_OF, language, owner=shown, what=label) if shown else label
    return what


def _name(programme: Programme, path: Path) -> Text | None:
    if len(path) < 2:
        return None
    code = path[1]
    match path[0]:
        case "units":
            unit = programme.unit(code)
            return unit.label if unit else None
        case "tiers":
            tier = programme.tier(code)
            return tier.name if tier else None
        case "rules":
            rule = programme.rule(code)
            return rule.name if rule else None
        case "activityRules":
            given = programme.activity_rule(code)
            return given.name if given else None
        case "discounts":
            off = programme.discount(code)
            return off.name if off else None
        case "activities":
            kind = programme.activity(code)
            return kind.name if kind else None
        case "badges":
            badge = programme.badge(code)
            return badge.name if badge else None
        case "incomeBands" | "interests":
            choices = programme.income_bands + programme.interests
            return next((each.name for each in choices if each.code == code), None)
        case "memberAttributes":
            attribute = programme.member_attribute(code)
            return attribute.label if attribute else None
        case "profileQuestions":
            asked = programme.profile_questions
            return next((each.text for each in asked if each.name == code), None)
        case "currencies":
            return {"en": code}
    return None


def _said(programme: Programme, path: Path, field: str, language: str) -> str | None:
    match field:
        case "rules.*" | "activityRules.*":
            return _rule(programme, path[1], language)
        case "discounts.*":
            return _discount(programme, path[1], language)
        case "rules.*.limit" | "activityRules.*.limit":
            return _limit(programme, path[1], language)
        case "tiers.*.benefits.*":
            return _benefit(programme, path, language)
        case _ if field in _NAMED:
            name = in_language(_name(programme, path) or {"en": path[1]}, language)
            quoted = rendered(_QUOTED, language, what=name)
            label = in_language(FIELDS[field].label, language)
            return f"{label} {quoted}"
        case "ending" if programme.ending is not None:
            return terms.end(programme.ending, language)
        case "welcome" | "birthday" | "anniversary" | "referral":
            return _gift(programme, path[0], language)
    return _of_unit(programme, path, field, language) if path[0] == "units" else None


def _rule(programme: Programme, code: str, language: str) -> str:
    rule, given = programme.rule(code), programme.activity_rule(code)
    if rule is not None:
        name, text = rule.name, rules.rule(programme, rule, language)
    else:
        assert given is not None
        name, text = given.name, activities.activity_rule(programme, given, language)
    return rendered(_OF, language, owner=rendered(_QUOTED, language, what=name), what=text)


def _discount(programme: Programme, code: str, language: str) -> str:
    off = programme.discount(code)
    assert off is not None
    text = discounts.discount(programme, off, language)
    return rendered(_OF, language, owner=rendered(_QUOTED, language, what=off.name), what=text)


def _limit(programme: Programme, code: str, language: str) -> str | None:
    rule = programme.rule(code) or programme.activity_rule(code)
    if rule is None or rule.limit is None:
        return None
    limit = rules.limit(programme, rule, rule.limit, language)
    label = in_language(FIELDS["rules.*.limit"].label, language)
    return rendered(_OF, language, owner=rule.name, what=f"{label} {limit}")


def _benefit(programme: Programme, path: Path, language: str) -> str | None:
    tier = programme.tier(path[1])
    for benefit in tier.benefits if tier else ():
        if path[3] in benefit.title.values():
            assert tier is not None
            return rendered(_OF, language, owner=tier.name, what=benefit.title)
    return None


def _gift(programme: Programme, name: str, language: str) -> str:
    label = in_language(FIELDS[name].label, language)
    unit = values.unit_at(programme, (name,))
    if name == "referral":
        assert programme.referral is not None
        both = (programme.referral.referrer_points, programme.referral.friend_points)
        one, other = (rules.counted(programme, unit, points) for points in both)
        return rendered(_BOTH, language, one=one, other=other)
    gift = getattr(programme, name)
    if not unit:
        return rendered(_OF, language, owner=label, what=gift.name)
    points: Counted = rules.counted(programme, unit, gift.points)
    return rendered(_OF, language, owner=label, what=points)


def _of_unit(programme: Programme, path: Path, field: str, language: str) -> str | None:
    unit = programme.unit(path[1])
    if unit is None:
        return None
    match field:
        case "units.*.expiry":
            return lifetimes.expiry(unit, language)
        case "units.*.transfers":
            return transfers.transfers(unit, language)
        case "units.*.payWithPoints":
            return payments.pay_with_points(programme, unit, language)
        case "units.*.caps.*":
            cap = next((cap for cap in unit.caps if cap.per == path[3]), None)
            if cap is None:
                return None
            most = rules.at_most(Counted(cap.points, unit.names), cap.per, language)
            label = in_language(FIELDS[field].label, language)
            return rendered(_OF, language, owner=unit.label, what=f"{label} {most}")
    return None
