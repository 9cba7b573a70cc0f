"""Why points were given, and why not: a part or a reason in words, in any language, at any time."""

from domain.language import Text, factor, in_language, rendered, said, sentence
from domain.money import Money
from domain.programme.accruals import Part, PartKind, Reason, Why
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, parse
from domain.programme.leaves import LEAVES, Kind
from domain.programme.live import Miss
from domain.programme.terms import PerAmount, Programme, Rule
from domain.programme.words.conditions import clause, condition, found, has_choice
from domain.programme.words.rules import counted, in_force, limit, unit_label

_PARTS: dict[PartKind, Text] = {
    PartKind.PER_AMOUNT: said("{rate} for each whole {each}: {points} for {amount}",
                              "{rate} за {each}: {points} за {amount}",
                              "{rate} ανά {each}: {points} για {amount}"),
    PartKind.PER_ITEM: said("{rate} for each item: {points} for {count} {count|item|items}",
                            "{rate} за каждую штуку: {points} за {count} "
                            "{count|штуку|штуки|штук}",
                            "{rate} ανά τεμάχιο: {points} για {count} {count|τεμάχιο|τεμάχια}"),
    PartKind.PER_ORDER: said("{points} for the order", "{points} за заказ",
                             "{points} για την παραγγελία"),
    PartKind.MULTIPLIER: said("{label} × {factor}: {points} on top of {base}",
                              "{label} × {factor}: {base} и ещё {points}",
                              "{label} × {factor}: {base} και επιπλέον {points}"),
    PartKind.TIER: said("Tier {tier} × {factor}: {points} on top of {base}",
                        "Уровень «{tier}» × {factor}: {base} и ещё {points}",
                        "Επίπεδο «{tier}» × {factor}: {base} και επιπλέον {points}"),
    PartKind.OFFER: said("{points} from your offer", "{points} по вашему предложению",
                         "{points} από την προσφορά σας"),
    PartKind.WELCOME: said("{points} for joining", "{points} за вступление",
                           "{points} για την εγγραφή"),
    PartKind.REFERRAL: said("{points} for a friend's first order",
                            "{points} за первый заказ друга",
                            "{points} για την πρώτη παραγγελία φίλου"),
    PartKind.SURVEY: said("{points} for your answers", "{points} за ваши ответы",
                          "{points} για τις απαντήσεις σας"),
}  # fmt: skip
_CUT = said(
    "; within the limit ({limit}) given: {points}",
    "; в пределах лимита ({limit}) начислено: {points}",
    "; εντός του ορίου ({limit}) δόθηκαν: {points}",
)
_NAMES: dict[PartKind, Text] = {
    PartKind.TIER: said("Tier {tier}", "Уровень «{tier}»", "Επίπεδο «{tier}»"),
    PartKind.OFFER: said("Personal offer", "Личное предложение", "Προσωπική προσφορά"),
    PartKind.WELCOME: said("Welcome", "Приветствие", "Καλωσόρισμα"),
    PartKind.REFERRAL: said("Friends", "Друзья", "Φίλοι"),
    PartKind.SURVEY: said("Survey", "Опрос", "Έρευνα"),
}
_REASONS: dict[Why, Text] = {
    Why.NOT_IN_FORCE: said("Only {dates}", "Только {dates}", "Μόνο {dates}"),
    Why.CURRENCY: said("Only for orders in {currency}", "Только за заказы в валюте {currency}",
                       "Μόνο για παραγγελίες σε {currency}"),
    Why.CONDITION: said("Only when {clause}", "Только если {clause}", "Μόνο όταν {clause}"),
    Why.NO_LINE: said("Only for goods where {lines}; this order has none",
                      "Только за товары, у которых {lines}; в этом заказе таких нет",
                      "Μόνο για προϊόντα όπου {lines}· η παραγγελία δεν έχει τέτοια"),
    Why.TOO_LITTLE: said("{each} are needed; the goods that count come to {had}",
                         "Нужно {each}; подходящих товаров — на {had}",
                         "Χρειάζονται {each}· τα προϊόντα που μετρούν είναι {had}"),
    Why.NOT_BEST: said("Only the best of these rules counts; more came from “{better}”",
                       "Из таких правил действует лучшее; больше дало «{better}»",
                       "Από αυτούς τους κανόνες ισχύει ο καλύτερος· περισσότερα έδωσε: «{better}»"),
    Why.LIMIT: said("The limit is reached: {limit}", "Предел достигнут: {limit}",
                    "Το όριο εξαντλήθηκε: {limit}"),
}  # fmt: skip
_HAD = said("; this time: {had}", "; сейчас: {had}", "· αυτή τη φορά: {had}")
_NOTHING = said(
    "Nothing in this order earns points",
    "Ничто в этом заказе не приносит баллов",
    "Κανένα προϊόν της παραγγελίας δεν δίνει πόντους",
)
_NOTHING_TO_MULTIPLY = said(
    "This order has nothing that it would multiply",
    "В этом заказе нечего умножать",
    "Η παραγγελία δεν έχει κάτι να πολλαπλασιαστεί",
)


def part(programme: Programme, given: Part, language: str) -> str:
    """How a part was reckoned: "1 point for each whole €1: 12 points for €12.40"."""
    inputs, unit = given.inputs, given.unit
    points = given.points if given.desired is None else given.desired
    money = {
        name: Money(inputs[name], programme.currency)
        for name in ("amount", "each")
        if name in inputs
    }
    numbers = {
        name: counted(programme, unit, inputs[name]) for name in ("rate", "base") if name in inputs
    }
    text = rendered(
        _PARTS[given.kind],
        language,
        points=counted(programme, unit, points),
        count=inputs.get("count", 0),
        label=unit_label(programme, unit, language),
        factor=factor(inputs.get("factor", 0), language),
        tier=_tier_name(programme, given.rule, language),
        **money,
        **numbers,
    )
    rule = programme.rule(given.rule)
    if given.desired is not None and rule is not None and rule.limit is not None:
        bound = limit(programme, unit, rule.limit, language)
        cut = counted(programme, unit, given.points)
        text += rendered(_CUT, language, limit=bound, points=cut)
    return text


def part_name(programme: Programme, kind: PartKind, rule: str, language: str) -> str:
    """The name of what gave a part: the rule's, the tier's, or what else it came from."""
    if kind in _NAMES:
        if kind is PartKind.WELCOME and programme.welcome is not None:
            return in_language(programme.welcome.name, language)
        return rendered(_NAMES[kind], language, tier=_tier_name(programme, rule, language))
    known = programme.rule(rule)
    return in_language(known.name, language) if known is not None else rule


def reason(programme: Programme, given: Reason, language: str) -> str:
    """Why a rule, or an offer, gave nothing: "Only when the goods come to ...; this time: €24"."""
    rule = programme.rule(given.rule)
    match given.why:
        case Why.CONDITION:
            return sentence(_condition(programme, rule, given.miss, language))
        case Why.NO_LINE:
            if rule is None or rule.lines is None:
                return in_language(_NOTHING, language)
            lines = condition(programme, parse(rule.lines, LINE_SUBJECTS), language)
            return rendered(_REASONS[given.why], language, lines=lines)
        case Why.TOO_LITTLE:
            if given.had is None or rule is None or not isinstance(rule.effect, PerAmount):
                return in_language(_NOTHING_TO_MULTIPLY, language)
            each = Money(rule.effect.each_minor, programme.currency)
            had = Money(given.had, programme.currency)
            return rendered(_REASONS[given.why], language, each=each, had=had)
    better = part_name(programme, PartKind.PER_AMOUNT, given.better or "", language)
    bound = limit(programme, rule.unit, rule.limit, language) if rule and rule.limit else ""
    return rendered(
        _REASONS[given.why],
        language,
        dates=in_force(rule, language) if rule else "",
        currency=programme.currency,
        better=better,
        limit=bound,
    )


def _condition(programme: Programme, rule: Rule | None, miss: Miss | None, language: str) -> str:
    asked = parse(rule.when, ORDER_SUBJECTS) if rule is not None and rule.when else None
    if miss is None or (asked is not None and has_choice(asked)):
        # The first test that failed is not the only way: all of them are said.
        whole = condition(programme, asked, language) if asked is not None else ""
        return rendered(_REASONS[Why.CONDITION], language, clause=whole)
    failed = clause(programme, miss.test, language, negated=miss.negated)
    text = rendered(_REASONS[Why.CONDITION], language, clause=failed)
    leaf = LEAVES[miss.test.leaf]
    if leaf.kind is Kind.FLAG and miss.had is not None:
        return text
    return text + rendered(_HAD, language, had=found(programme, leaf, miss.had, language))


def _tier_name(programme: Programme, code: str, language: str) -> str:
    tier = programme.tier(code)
    return in_language(tier.name, language) if tier is not None else code
