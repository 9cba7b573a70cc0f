"""Earning rules in words: their names, what they give, when, how much at most."""

from datetime import timedelta

from domain.calendar import Period
from domain.language import Counted, Text, factor, in_language, rendered, said, sentence
from domain.money import Money
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, parse
from domain.programme.terms import (
    Expiry,
    Limit,
    LimitPeriod,
    Multiplier,
    PerAmount,
    PerItem,
    Programme,
    Rule,
)
from domain.programme.words.conditions import condition

_PER_AMOUNT = said("{rate} for each whole {each}", "{rate} за {each}", "{rate} ανά {each}")
_PER_ITEM = said("{rate} for each item", "{rate} за каждую штуку", "{rate} ανά τεμάχιο")
_PER_ORDER = said("{rate} for an order", "{rate} за заказ", "{rate} για παραγγελία")
_MULTIPLIER = said("{label} × {factor}", "{label} × {factor}", "{label} × {factor}")
_ON_GOODS = said(" on goods where {lines}", " за товары, у которых {lines}",
                 " για προϊόντα όπου {lines}")  # fmt: skip
_OF_GOODS = said(" of goods where {lines}", " товаров, у которых {lines}",
                 " προϊόντων όπου {lines}")  # fmt: skip
_WITH_GOODS = said(" with goods where {lines}", " с товарами, у которых {lines}",
                   " με προϊόντα όπου {lines}")  # fmt: skip
_WHEN = said(", when {when}", ", если {when}", ", όταν {when}")
_BETWEEN = said("from {first} to {last}", "с {first} по {last}", "από {first} έως {last}")
_FROM = said("from {first}", "с {first}", "από {first}")
_TO = said("until {last} inclusive", "по {last} включительно", "έως και {last}")
_LIMIT = said("; at most {limit}", "; предел — {limit}", "; όριο: {limit}")
_PER: dict[LimitPeriod, Text] = {
    LimitPeriod.ORDER: said("{points} an order", "{points} за заказ", "{points} ανά παραγγελία"),
    LimitPeriod.DAY: said("{points} a day", "{points} в день", "{points} την ημέρα"),
    LimitPeriod.WEEK: said("{points} a week", "{points} в неделю", "{points} την εβδομάδα"),
    LimitPeriod.MONTH: said("{points} a month", "{points} в месяц", "{points} τον μήνα"),
    LimitPeriod.YEAR: said("{points} a year", "{points} в год", "{points} τον χρόνο"),
    LimitPeriod.EVER: said("{points} in all", "{points} за всё время", "{points} συνολικά"),
}
_NEVER = said("{label}: never expire", "{label}: не сгорают", "{label}: δεν λήγουν ποτέ")
_EXPIRY = said(
    "{label}: good for {months} {months|month|months}{end}",
    "{label}: действуют {months} {months|месяц|месяца|месяцев}{end}",
    "{label}: ισχύουν για {months} {months|μήνα|μήνες}{end}",
)
_END: dict[Period, Text] = {
    Period.DAY: said("", "", ""),
    Period.WEEK: said(", then to the end of the week", ", затем до конца недели",
                      ", έπειτα έως το τέλος της εβδομάδας"),
    Period.MONTH: said(", then to the end of the month", ", затем до конца месяца",
                       ", έπειτα έως το τέλος του μήνα"),
    Period.QUARTER: said(", then to the end of the quarter", ", затем до конца квартала",
                         ", έπειτα έως το τέλος του τριμήνου"),
    Period.YEAR: said(", then to the end of the year", ", затем до конца года",
                      ", έπειτα έως το τέλος του έτους"),
}  # fmt: skip


def rule_text(programme: Programme, rule: Rule, language: str) -> str:
    """What the rule gives: the programme's own text, else read off the rule."""
    if rule.text is not None and language in rule.text:
        return rule.text[language]
    text = _effect(programme, rule, language)
    if rule.when is not None:
        asked = condition(programme, parse(rule.when, ORDER_SUBJECTS), language)
        text += rendered(_WHEN, language, when=asked)
    if dates := in_force(rule, language):
        text += f", {dates}"
    if rule.limit is not None:
        text += rendered(_LIMIT, language, limit=limit(programme, rule.unit, rule.limit, language))
    return sentence(f"{text}.")


def in_force(rule: Rule, language: str) -> str:
    """The days of the rule: "from 1 June 2026 to 31 August 2026"; empty: always."""
    first = rule.valid_from
    last = rule.valid_until - timedelta(days=1) if rule.valid_until else None
    if first and last:
        return rendered(_BETWEEN, language, first=first, last=last)
    if first:
        return rendered(_FROM, language, first=first)
    return rendered(_TO, language, last=last) if last else ""


def limit(programme: Programme, unit: str, bound: Limit, language: str) -> str:
    """A limit in words: "100 points a month"."""
    points = counted(programme, unit, bound.points)
    return rendered(_PER[bound.per], language, points=points)


def counted(programme: Programme, unit: str, points: int) -> Counted:
    """Points with the name of their unit, for texts; the code, if the unit is no longer there."""
    known = programme.unit(unit)
    return Counted(points, known.names if known is not None else {"en": {"many": unit}})


def unit_label(programme: Programme, unit: str, language: str) -> str:
    """What heads a wallet of this unit: "Points"."""
    known = programme.unit(unit)
    return in_language(known.label, language) if known is not None else unit


def expiry(programme: Programme, unit: str, language: str) -> str:
    """How long points of this unit are good."""
    known = programme.unit(unit)
    label = unit_label(programme, unit, language)
    terms: Expiry | None = known.expiry if known is not None else None
    if terms is None:
        return rendered(_NEVER, language, label=label)
    end = in_language(_END[terms.rounded_to or Period.DAY], language)
    return rendered(_EXPIRY, language, label=label, months=terms.months, end=end)


def _effect(programme: Programme, rule: Rule, language: str) -> str:
    effect = rule.effect
    goods = _ON_GOODS
    if isinstance(effect, Multiplier):
        label = unit_label(programme, rule.unit, language)
        times = factor(effect.basis_points, language)
        text = rendered(_MULTIPLIER, language, label=label, factor=times)
    else:
        rate = counted(programme, rule.unit, effect.points)
        if isinstance(effect, PerAmount):
            each = Money(effect.each_minor, programme.currency)
            text = rendered(_PER_AMOUNT, language, rate=rate, each=each)
        elif isinstance(effect, PerItem):
            text, goods = rendered(_PER_ITEM, language, rate=rate), _OF_GOODS
        else:
            text, goods = rendered(_PER_ORDER, language, rate=rate), _WITH_GOODS
    if rule.lines is not None:
        asked = condition(programme, parse(rule.lines, LINE_SUBJECTS), language)
        text += rendered(goods, language, lines=asked)
    return text
