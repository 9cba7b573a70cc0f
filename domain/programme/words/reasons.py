"""Why there are no points: what a rule asked for, and what the order had."""

from domain.language import in_language, money, rendered, said, together
from domain.money import Money
from domain.programme.accruals import Reason, Why
from domain.programme.conditions import LINE_SUBJECTS, parse
from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.conditions.live import Miss
from domain.programme.terms import ActivityRule, Discount, PerAmount, Programme, Rule
from domain.programme.words import lifetimes, rules
from domain.programme.words.conditions import clause, condition, found, has_choice

_NOT_IN_FORCE = said(
    "Not in force on that day.", "В тот день не действовало.", "Δεν ίσχυε εκείνη την ημέρα."
)
IN_FORCE = said("In force only {days}.", "Действует только {days}.", "Ισχύει μόνο {days}.")
_CURRENCY = said(
    en="Only orders in {currency} count.",
    ru="Засчитываются только заказы в валюте {currency}.",
    el="Μετρούν μόνο παραγγελίες σε {currency}.",
)
_CONDITION = said("Not for this order.", "Не для этого заказа.", "Όχι για αυτή την παραγγελία.")
_ONLY_WHEN = said("Only when {asked}.", "Только если {asked}.", "Μόνο όταν {asked}.")
_ONLY_WHEN_HAD = said(
    en="Only when {asked}; here: {had}.",
    ru="Только если {asked}; здесь: {had}.",
    el="Μόνο όταν {asked}· εδώ: {had}.",
)
_UNKNOWN = said("not known", "неизвестно", "άγνωστο")
_NO_LINE = said(
    en="None of these goods count.",
    ru="Эти товары не засчитываются.",
    el="Αυτά τα προϊόντα δεν μετρούν.",
)
_NO_SUCH_LINE = said(
    en="Only for goods where {lines}; there are none here.",
    ru="Только товары, у которых {lines}; здесь таких нет.",
    el="Μόνο για προϊόντα όπου {lines}· εδώ δεν υπάρχουν.",
)
_TOO_LITTLE = said(
    "It comes to less than {one}.", "Получается меньше, чем {one}.", "Δεν συμπληρώνεται {one}."
)
_LESS = said(
    en="Less than {each}: these goods come to {had}.",
    ru="Меньше {each}: эти товары стоят {had}.",
    el="Λιγότερο από {each}: αυτά τα προϊόντα κάνουν {had}.",
)
_NOT_BEST = said(
    "Another rule gave more.", "Другое правило дало больше.", "Άλλος κανόνας έδωσε περισσότερα."
)
_BETTER = said(
    en="“{better}” gave more, and only the best counts.",
    ru="«{better}» даёт больше, а засчитывается лучшее.",
    el="Το «{better}» έδωσε περισσότερα και μετράει μόνο το καλύτερο.",
)
_LIMIT = said("The limit is used up.", "Лимит исчерпан.", "Το όριο εξαντλήθηκε.")
_CAP = said(
    en="The wallet takes no more: {caps}.",
    ru="Кошелёк больше не принимает: {caps}.",
    el="Το πορτοφόλι δεν δέχεται άλλους: {caps}.",
)
_FULL = said(
    "The wallet takes no more.", "Кошелёк больше не принимает.", "Το πορτοφόλι δεν δέχεται άλλους."
)
LIMIT_OF = said(
    en="The limit is used up: {limit}.",
    ru="Лимит исчерпан: {limit}.",
    el="Το όριο εξαντλήθηκε: {limit}.",
)


def reason(programme: Programme, reason: Reason, language: str) -> str:
    """Why the rule (or offer) gave nothing, in a sentence: "Only when the goods come to at least
    €30; here: €16.73." `programme` is the version that judged.
    """
    of_activities = programme.activity_rule(reason.rule)
    if of_activities is not None and reason.why is not Why.CAP:
        return _of_activities(programme, of_activities, reason.why, language)
    rule = programme.rule(reason.rule)
    match reason.why:
        case Why.CAP:
            return _capped(programme, reason.rule, language)
        case Why.NOT_IN_FORCE:
            days = rules.schedule(rule, language) if rule else None
            return rendered(IN_FORCE if days else _NOT_IN_FORCE, language, days=days or "")
        case Why.CURRENCY:
            others = [each.code for each in programme.currencies]
            known = ", ".join([programme.currency, *others])
            return rendered(_CURRENCY, language, currency=known)
        case Why.CONDITION:
            return missed(programme, rule, reason.miss, language)
        case Why.NO_LINE:
            return no_line(programme, rule, language)
        case Why.TOO_LITTLE:
            return _too_little(programme, rule, reason.had, language)
        case Why.NOT_BEST:
            better = programme.rule(reason.better) if reason.better else None
            if better is None:
                return in_language(_NOT_BEST, language)
            return rendered(_BETTER, language, better=better.name)
        case Why.LIMIT:
            if rule is None or rule.limit is None:
                return in_language(_LIMIT, language)
            limit = rules.limit(programme, rule, rule.limit, language)
            return rendered(LIMIT_OF, language, limit=limit)
        case Why.BUDGET | Why.NOBODY:  # of discounts alone: words/discounts.py says it
            return in_language(_CONDITION, language)


def _capped(programme: Programme, code: str, language: str) -> str:
    rule = programme.rule(code) or programme.activity_rule(code)
    unit = programme.unit(rule.unit) if rule else None
    if unit is None:
        return in_language(_FULL, language)
    return rendered(_CAP, language, caps=together(lifetimes.caps(unit, language), language))


def _of_activities(programme: Programme, rule: ActivityRule, why: Why, language: str) -> str:
    kind = programme.activity(rule.activity)
    if why is Why.CONDITION and rule.when is not None and kind is not None:
        asked = parse(rule.when, ACTIVITY_SUBJECTS, leaves=leaves_of(programme, kind))
        return rendered(_ONLY_WHEN, language, asked=condition(programme, asked, language))
    if why is Why.LIMIT and rule.limit is not None:
        limit = rules.limit(programme, rule, rule.limit, language)
        return rendered(LIMIT_OF, language, limit=limit)
    days = rules.schedule(rule, language)
    return rendered(IN_FORCE if days else _NOT_IN_FORCE, language, days=days or "")


def missed(
    programme: Programme, rule: Rule | Discount | None, miss: Miss | None, language: str
) -> str:
    """What the rule's condition asks for, and what it found instead."""
    asked_for = rules.asked(programme, rule.when) if rule and rule.when else None
    if asked_for is not None and has_choice(asked_for):
        # The test that failed is not the only way: all of them are told.
        return rendered(_ONLY_WHEN, language, asked=condition(programme, asked_for, language))
    if miss is None:
        return in_language(_CONDITION, language)
    asked = clause(programme, miss.test, language, contrary=miss.negated)
    if miss.had is None:
        had: str | None = in_language(_UNKNOWN, language)
    else:
        had = found(programme, miss.test, miss.had, language)
    if had is None:
        return rendered(_ONLY_WHEN, language, asked=asked)
    return rendered(_ONLY_WHEN_HAD, language, asked=asked, had=had)


def no_line(programme: Programme, rule: Rule | Discount | None, language: str) -> str:
    """Which goods count, where there are none of them."""
    if rule is None or rule.lines is None:
        return in_language(_NO_LINE, language)
    lines = condition(programme, parse(rule.lines, LINE_SUBJECTS), language)
    return rendered(_NO_SUCH_LINE, language, lines=lines)


def _too_little(programme: Programme, rule: Rule | None, had: int | None, language: str) -> str:
    if rule is not None and isinstance(rule.effect, PerAmount) and had is not None:
        each = money(Money(rule.effect.each_minor, programme.currency), language)
        return rendered(_LESS, language, each=each, had=Money(had, programme.currency))
    unit = rule.unit if rule else programme.qualifying_unit
    return rendered(_TOO_LITTLE, language, one=rules.counted(programme, unit, 1))
