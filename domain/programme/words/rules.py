"""A rule in a sentence: what it gives, for which goods, when, how much at most, how long."""

from datetime import timedelta
from math import gcd

from domain.language import Counted, Text, day, in_language, money, plural_form, rendered, said
from domain.money import WHOLE_BASIS_POINTS, Money, exponent_of
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, parse
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.terms import (
    ActivityRule,
    Discount,
    Limit,
    LimitPeriod,
    Multiplier,
    PerAmount,
    PerItem,
    PerOrder,
    Programme,
    Rule,
    Written,
)
from domain.programme.words.conditions import condition

_PER_AMOUNT = said("{given} for {each}", "{given} за {each}", "{given} για {each}")
_PER_ITEM = said("{given} for each item", "{given} за каждую единицу", "{given} για κάθε τεμάχιο")
_PER_ORDER = said("{given} for an order", "{given} за заказ", "{given} για παραγγελία")
_MULTIPLIER = said("{given} instead of {base}", "{given} вместо {base}", "{given} αντί για {base}")

_ON_GOODS = said(
    " on goods where {lines}", " за товары, у которых {lines}", " σε προϊόντα όπου {lines}"
)
_OF_GOODS = said(" where {lines}", " товаров, у которых {lines}", " όπου {lines}")
_WITH_GOODS = said(
    " with goods where {lines}", " с товарами, у которых {lines}", " με προϊόντα όπου {lines}"
)
_GOODS = {PerItem: _OF_GOODS, PerOrder: _WITH_GOODS, PerAmount: _ON_GOODS, Multiplier: _ON_GOODS}
_WHEN = said(", when {when}", ", если {when}", ", όταν {when}")
_LIMIT = said("; limit: {limit}", "; лимит: {limit}", "· όριο: {limit}")
_SCHEDULE = said("; {days}", "; {days}", "· {days}")

_PERIODS = {
    LimitPeriod.ORDER: said("{limit} an order", "{limit} за заказ", "{limit} ανά παραγγελία"),
    LimitPeriod.DAY: said("{limit} a day", "{limit} в день", "{limit} την ημέρα"),
    LimitPeriod.WEEK: said("{limit} a week", "{limit} в неделю", "{limit} την εβδομάδα"),
    LimitPeriod.MONTH: said("{limit} a month", "{limit} в месяц", "{limit} τον μήνα"),
    LimitPeriod.YEAR: said("{limit} a year", "{limit} в год", "{limit} τον χρόνο"),
    LimitPeriod.EVER: said("{limit} in all", "{limit} за всё время", "{limit} συνολικά"),
}

_BETWEEN = said("from {first} to {last}", "с {first} по {last}", "από {first} έως {last}")
_SINCE = said("from {first}", "с {first}", "από {first}")
_UP_TO = said("until {last}", "по {last}", "έως {last}")

# One whole unit of money, as it is called after "for"; others are written with their sign.
_WHOLE = {
    "EUR": said("each whole euro", "каждый полный евро", "κάθε ολόκληρο ευρώ"),
    "USD": said("each whole dollar", "каждый полный доллар", "κάθε ολόκληρο δολάριο"),
    "GBP": said("each whole pound", "каждый полный фунт", "κάθε ολόκληρη λίρα"),
    "JPY": said("each whole yen", "каждую полную иену", "κάθε ολόκληρο γεν"),
    "RUB": said("each whole rouble", "каждый полный рубль", "κάθε ολόκληρο ρούβλι"),
}
_EACH = said("each whole {money}", "каждые полные {money}", "κάθε ολόκληρο ποσό {money}")
# Russian adjectives have a gender after 1, 21, 31: "sum" lends its own to any currency.
_EACH_ONE = said("each whole {money}", "каждую полную сумму в {money}", _EACH["el"])


def rule(programme: Programme, rule: Rule, language: str) -> str:
    """The rule's own text; where it has none, a sentence made of its terms."""
    if rule.text is not None:
        return in_language(rule.text, language)
    words = [effect(programme, rule, language)]
    if rule.lines is not None:
        lines = condition(programme, parse(rule.lines, LINE_SUBJECTS), language)
        words.append(rendered(_GOODS[type(rule.effect)], language, lines=lines))
    if rule.when is not None:
        when = condition(programme, asked(programme, rule.when), language)
        words.append(rendered(_WHEN, language, when=when))
    return "".join(words) + bounds(programme, rule, language) + "."


def asked(programme: Programme, when: Written) -> Condition:
    """What a rule for orders asks."""
    return parse(when, ORDER_SUBJECTS, leaves=leaves_of_programme(programme))


def bounds(programme: Programme, rule: Rule | ActivityRule, language: str) -> str:
    """How a rule's sentence goes on: "; limit: 20 points a month; from 1 June 2026"."""
    words = ""
    if rule.limit is not None:
        words = rendered(_LIMIT, language, limit=limit(programme, rule, rule.limit, language))
    days = schedule(rule, language)
    return words + (rendered(_SCHEDULE, language, days=days) if days is not None else "")


def limit(programme: Programme, rule: Rule | ActivityRule, limit: Limit, language: str) -> str:
    """The limit as a noun: "20 points a month"."""
    points = counted(programme, rule.unit, limit.points)
    return at_most(points, limit.per, language)


def at_most(points: Counted | str, per: LimitPeriod, language: str) -> str:
    """So many points in a period, as a noun."""
    return rendered(_PERIODS[per], language, limit=points)


def schedule(rule: Rule | ActivityRule | Discount, language: str) -> str | None:
    """From when to when, both days included; None for a rule that always holds."""
    first = day(rule.valid_from, language) if rule.valid_from else ""
    last = day(rule.valid_until - timedelta(days=1), language) if rule.valid_until else ""
    if not first and not last:
        return None
    words = _BETWEEN if first and last else _SINCE if first else _UP_TO
    return rendered(words, language, first=first, last=last)


def each(programme: Programme, each_minor: int, language: str) -> str:
    """For what an amount rule gives: "each whole euro", "each whole €10"."""
    currency = programme.currency
    whole, rest = divmod(each_minor, 10 ** exponent_of(currency))
    if (whole, rest) == (1, 0) and currency in _WHOLE:
        return in_language(_WHOLE[currency], language)
    is_one = rest == 0 and plural_form("ru", whole) == "one"
    words: Text = _EACH_ONE if is_one else _EACH
    return rendered(words, language, money=money(Money(each_minor, currency), language))


def counted(programme: Programme, unit: str, points: int) -> Counted:
    """So many of the unit; of one that the programme has lost, under its code."""
    terms = programme.unit(unit)
    return Counted(points, terms.names if terms else {"en": {"many": unit}})


def effect(programme: Programme, rule: Rule, language: str) -> str:
    """What a rule gives, conditions and bounds aside: "2 points for each whole euro"."""
    given_by = rule.effect
    match given_by:
        case PerAmount():
            given = counted(programme, rule.unit, given_by.points)
            whole = each(programme, given_by.each_minor, language)
            return rendered(_PER_AMOUNT, language, given=given, each=whole)
        case PerItem():
            given = counted(programme, rule.unit, given_by.points)
            return rendered(_PER_ITEM, language, given=given)
        case PerOrder():
            given = counted(programme, rule.unit, given_by.points)
            return rendered(_PER_ORDER, language, given=given)
        case Multiplier():
            shared = gcd(given_by.basis_points, WHOLE_BASIS_POINTS)
            given = counted(programme, rule.unit, given_by.basis_points // shared)
            base = WHOLE_BASIS_POINTS // shared
            return rendered(_MULTIPLIER, language, given=given, base=base)
