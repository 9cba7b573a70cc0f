"""Discounts read aloud: the rule in a sentence, what it took off and how, and why not."""

from domain.language import in_language, money, rendered, said
from domain.money import Money
from domain.programme.accruals import Reason, Why
from domain.programme.conditions import LINE_SUBJECTS, parse
from domain.programme.discounting import Off
from domain.programme.terms import AmountOff, Discount, FreeDelivery, PercentOff, Programme
from domain.programme.words import reasons, rules
from domain.programme.words.conditions import condition
from domain.programme.words.payments import percent

_PERCENT = said("{percent}% off{goods}", "Скидка {percent}%{goods}", "Έκπτωση {percent}%{goods}")
_AMOUNT = said("{money} off{goods}", "Скидка {money}{goods}", "Έκπτωση {money}{goods}")
_DELIVERY = said("Free delivery", "Бесплатная доставка", "Δωρεάν παράδοση")
_GOODS = said(" goods where {lines}", " на товары, у которых {lines}", " σε προϊόντα όπου {lines}")
_WHEN = said(", when {when}", ", если {when}", ", όταν {when}")
_LIMIT = said("; limit: {limit}", "; лимит: {limit}", "· όριο: {limit}")
_BUDGET = said(
    en="; {money} for all members together",
    ru="; на всех участников — {money}",
    el="· {money} για όλα τα μέλη μαζί",
)
_SCHEDULE = said("; {days}", "; {days}", "· {days}")

_PERCENT_OF = said(
    "{percent}% of {of}: {off}", "{percent}% от {of}: {off}", "{percent}% από {of}: {off}"
)
_OFF_OF = said("{off} off {of}", "{off} от {of}", "{off} από {of}")
_FREE = said("Free delivery: {off}", "Бесплатная доставка: {off}", "Δωρεάν παράδοση: {off}")
_CUT_LIMIT = said(
    en="; within the limit ({limit}): {off}",
    ru="; в пределах лимита ({limit}): {off}",
    el="· εντός ορίου ({limit}): {off}",
)
_CUT_BUDGET = said(
    en="; what is left of its budget: {off}",
    ru="; осталось в бюджете скидки: {off}",
    el="· όσα απομένουν στον προϋπολογισμό: {off}",
)

_CURRENCY = said(
    en="Only for orders in {currency}.",
    ru="Только для заказов в валюте {currency}.",
    el="Μόνο για παραγγελίες σε {currency}.",
)
_NOBODY = said("Only for members.", "Только для участников.", "Μόνο για μέλη.")
_BUDGET_USED = said(
    en="Its budget is used up.",
    ru="Бюджет этой скидки исчерпан.",
    el="Ο προϋπολογισμός της έκπτωσης εξαντλήθηκε.",
)
_NOTHING = said(
    en="There is nothing for it to take off.",
    ru="Ей нечего уменьшать.",
    el="Δεν υπάρχει κάτι να αφαιρέσει.",
)
_NOT_BEST = said(
    en="“{better}” takes off more, and only the best counts.",
    ru="«{better}» даёт больше, а действует лучшая скидка.",
    el="Η «{better}» αφαιρεί περισσότερα και ισχύει μόνο η καλύτερη.",
)
_NO_QUOTE = said(
    en="The order was reported without a quote: {off} would have been taken off.",
    ru="Заказ пришёл без расчёта цены: скидка была бы {off}.",
    el="Η παραγγελία ήρθε χωρίς προσφορά τιμής: η έκπτωση θα ήταν {off}.",
)
_MEANWHILE = {
    Why.LIMIT: said(
        en="The limit was used up after the quote: {off} less.",
        ru="Лимит исчерпан после расчёта цены: на {off} меньше.",
        el="Το όριο εξαντλήθηκε μετά την προσφορά τιμής: {off} λιγότερα.",
    ),
    Why.BUDGET: said(
        en="The budget was used up after the quote: {off} less.",
        ru="Бюджет исчерпан после расчёта цены: на {off} меньше.",
        el="Ο προϋπολογισμός εξαντλήθηκε μετά την προσφορά τιμής: {off} λιγότερα.",
    ),
}


def discount(programme: Programme, discount: Discount, language: str) -> str:
    """The discount's own text; where it has none, a sentence made of its terms."""
    if discount.text is not None:
        return in_language(discount.text, language)
    words = _effect(programme, discount, language)
    if discount.when is not None:
        when = condition(programme, rules.asked(programme, discount.when), language)
        words += rendered(_WHEN, language, when=when)
    if discount.limit is not None:
        words += rendered(_LIMIT, language, limit=_limit(programme, discount, language))
    if discount.budget_minor is not None:
        budget = Money(discount.budget_minor, programme.currency)
        words += rendered(_BUDGET, language, money=budget)
    days = rules.schedule(discount, language)
    return words + (rendered(_SCHEDULE, language, days=days) if days else "") + "."


def off(programme: Programme, off: Off, language: str) -> str:
    """How it came to what it took off: "5% of €40.00: €2.00". `programme`: that which judged."""
    terms = programme.discount(off.code)
    whole = Money(off.minor if off.desired is None else off.desired, programme.currency)
    of = Money(off.of, programme.currency)
    match terms.effect if terms else None:
        case PercentOff(basis_points=share):
            part = percent(share, language)
            words = rendered(_PERCENT_OF, language, percent=part, of=of, off=whole)
        case FreeDelivery():
            words = rendered(_FREE, language, off=whole)
        case _:
            words = rendered(_OFF_OF, language, off=whole, of=of)
    if off.cut is None or terms is None:
        return words
    left = Money(off.minor, programme.currency)
    if off.cut is Why.BUDGET or terms.limit is None:
        return words + rendered(_CUT_BUDGET, language, off=left)
    limit = _limit(programme, terms, language)
    return words + rendered(_CUT_LIMIT, language, limit=limit, off=left)


def not_off(programme: Programme, reason: Reason, language: str) -> str:
    """Why a discount takes nothing off an order, in a sentence."""
    terms = programme.discount(reason.rule)
    match reason.why:
        case Why.CURRENCY:
            return rendered(_CURRENCY, language, currency=programme.currency)
        case Why.NOBODY:
            return in_language(_NOBODY, language)
        case Why.BUDGET:
            return in_language(_BUDGET_USED, language)
        case Why.TOO_LITTLE:
            return in_language(_NOTHING, language)
        case Why.NOT_BEST:
            better = programme.discount(reason.better or "")
            name = better.name if better else reason.better or ""
            return rendered(_NOT_BEST, language, better=name)
        case Why.CONDITION:
            return reasons.missed(programme, terms, reason.miss, language)
        case Why.NO_LINE:
            return reasons.no_line(programme, terms, language)
        case Why.LIMIT if terms is not None and terms.limit is not None:
            limit = _limit(programme, terms, language)
            return rendered(reasons.LIMIT_OF, language, limit=limit)
        case Why.NOT_IN_FORCE if terms is not None and (days := rules.schedule(terms, language)):
            return rendered(reasons.IN_FORCE, language, days=days)
        case _:
            return reasons.reason(programme, reason, language)


def missed(programme: Programme, minor: int, cut: Why | None, language: str) -> str:
    """Why so much was not taken off an order that was to have it. `cut` None: without a quote."""
    words = _MEANWHILE.get(cut, _NO_QUOTE) if cut is not None else _NO_QUOTE
    return rendered(words, language, off=Money(minor, programme.currency))


def _effect(programme: Programme, discount: Discount, language: str) -> str:
    goods = ""
    if discount.lines is not None:
        lines = condition(programme, parse(discount.lines, LINE_SUBJECTS), language)
        goods = rendered(_GOODS, language, lines=lines)
    match discount.effect:
        case AmountOff(minor=minor):
            return rendered(_AMOUNT, language, money=Money(minor, programme.currency), goods=goods)
        case PercentOff(basis_points=share):
            return rendered(_PERCENT, language, percent=percent(share, language), goods=goods)
        case FreeDelivery():
            return in_language(_DELIVERY, language)


def _limit(programme: Programme, discount: Discount, language: str) -> str:
    limit = discount.limit
    assert limit is not None
    amount = money(Money(limit.minor, programme.currency), language)
    return rules.at_most(amount, limit.per, language)
