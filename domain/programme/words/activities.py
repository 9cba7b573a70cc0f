"""What activities give and what badges are for, in a sentence."""

from domain.language import Text, in_language, number, rendered, said
from domain.programme.conditions import parse
from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.terms import ActivityRule, Badge, BadgeFor, Programme
from domain.programme.words import rules
from domain.programme.words.conditions import condition

_RULE = said("{given} for: {activity}", "{given} за: {activity}", "{given} για: {activity}")
_WHEN = said(", when {when}", ", если {when}", ", όταν {when}")
_ACTIVITIES = said("{activity}: {count}.", "{activity}: {count}.", "{activity}: {count}.")
_ORDERS = said(
    en="For {count} {count|order|orders}.",
    ru="За {count} {count|заказ|заказа|заказов}.",
    el="Για {count} {count|παραγγελία|παραγγελίες}.",
)
_TIER = said("For reaching the tier {tier}.", "За уровень «{tier}».", "Για το επίπεδο «{tier}».")


def activity_rule(programme: Programme, rule: ActivityRule, language: str) -> str:
    """The rule's own text; where it has none, a sentence made of its terms."""
    if rule.text is not None:
        return in_language(rule.text, language)
    given = rules.counted(programme, rule.unit, rule.points)
    name = activity_name(programme, rule.activity)
    words = rendered(_RULE, language, given=given, activity=name)
    kind = programme.activity(rule.activity)
    if rule.when is not None and kind is not None:
        asked = parse(rule.when, ACTIVITY_SUBJECTS, leaves=leaves_of(programme, kind))
        words += rendered(_WHEN, language, when=condition(programme, asked, language))
    return words + rules.bounds(programme, rule, language) + "."


def badge_goal(programme: Programme, badge: Badge, language: str) -> str:
    """What the badge is given for: "For 10 orders."."""
    match badge.given_for:
        case BadgeFor.ORDERS:
            return rendered(_ORDERS, language, count=badge.count)
        case BadgeFor.ACTIVITIES:
            name = activity_name(programme, badge.activity or "")
            return rendered(
                _ACTIVITIES, language, activity=name, count=number(badge.count, language)
            )
        case BadgeFor.TIER:
            tier = programme.tier(badge.tier or "")
            return rendered(_TIER, language, tier=tier.name if tier else badge.tier or "")


def activity_name(programme: Programme, code: str) -> Text:
    """What the kind is called; its code where the programme has dropped it."""
    kind = programme.activity(code)
    return kind.name if kind else {"en": code}
