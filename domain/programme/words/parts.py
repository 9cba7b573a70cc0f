"""Why there are points: the reckoning of one part, with its numbers."""

from typing import Any

from domain.language import Counted, Text, factor, in_language, rendered, said
from domain.money import Money
from domain.programme.accruals import Part, PartKind, part_of
from domain.programme.terms import Programme
from domain.programme.words import rules

_TEXTS: dict[PartKind, Text] = {
    PartKind.PER_AMOUNT: said(
        en="{rate} for {each} of {amount}: {points}",
        ru="{rate} за {each} из {amount}: {points}",
        el="{rate} για {each} από {amount}: {points}",
    ),
    PartKind.PER_ITEM: said(
        en="{count} {count|item|items}, {rate} each: {points}",
        ru="{count} {count|единица|единицы|единиц}, за каждую {rate}: {points}",
        el="{count} {count|τεμάχιο|τεμάχια}, για το καθένα {rate}: {points}",
    ),
    PartKind.PER_ORDER: said(
        en="{points} for the order",
        ru="{points} за заказ",
        el="{points} για την παραγγελία",
    ),
    PartKind.MULTIPLIER: said(
        en="{base} × {factor}: {points} more",
        ru="{base} × {factor}: ещё {points}",
        el="{base} × {factor}: {points} επιπλέον",
    ),
    PartKind.TIER: said(
        en="Tier {tier}: {base} × {factor}, {points} more",
        ru="Уровень «{tier}»: {base} × {factor}, ещё {points}",
        el="Επίπεδο «{tier}»: {base} × {factor}, {points} επιπλέον",
    ),
    PartKind.OFFER: said("Offer: {points}", "Предложение: {points}", "Προσφορά: {points}"),
    PartKind.WELCOME: said(
        "For joining: {points}", "За вступление: {points}", "Για την εγγραφή: {points}"
    ),
    PartKind.REFERRAL: said(
        "A friend's invitation: {points}",
        "Приглашение друга: {points}",
        "Πρόσκληση φίλου: {points}",
    ),
    PartKind.SURVEY: said(
        en="Thanks for your answers: {points}",
        ru="Спасибо за ответы: {points}",
        el="Ευχαριστούμε για τις απαντήσεις: {points}",
    ),
    PartKind.PROFILE: said(
        en="Thanks for telling us: {points}",
        ru="Спасибо за рассказ о себе: {points}",
        el="Ευχαριστούμε που μας το είπατε: {points}",
    ),
    PartKind.BIRTHDAY: said(
        en="For your birthday: {points}",
        ru="Ко дню рождения: {points}",
        el="Για τα γενέθλιά σας: {points}",
    ),
    PartKind.ANNIVERSARY: said(
        en="{years} {years|year|years} with us: {points}",
        ru="{years} {years|год|года|лет} с нами: {points}",
        el="{years} {years|χρόνος|χρόνια} μαζί μας: {points}",
    ),
    PartKind.ACTIVITY: said("{rule}: {points}", "{rule}: {points}", "{rule}: {points}"),
    PartKind.EXPIRED: said(
        en="Had expired before: {points}",
        ru="Сгорело раньше: {points}",
        el="Είχαν λήξει νωρίτερα: {points}",
    ),
    PartKind.POOL: said(
        en="{base} × {factor} for the pool: {points}",
        ru="{base} × {factor} в общий счёт: {points}",
        el="{base} × {factor} για το κοινό ταμείο: {points}",
    ),
    PartKind.PAID: said(
        en="{paid} pay {worth} of the order",
        ru="{paid} — оплата заказа на {worth}",
        el="{paid}: πληρωμή {worth} της παραγγελίας",
    ),
}
_TAKEN_BACK = said(
    en="{name}: {had} so far, {points} taken back",
    ru="{name}: было {had}, списано {points}",
    el="{name}: έως τώρα {had}, αφαιρούνται {points}",
)
_GIVEN = said(
    en="{name}: {had} so far, {points} more",
    ru="{name}: было {had}, ещё {points}",
    el="{name}: έως τώρα {had}, {points} επιπλέον",
)
_NAMES: dict[PartKind, Text] = {
    PartKind.OFFER: said("Offer", "Предложение", "Προσφορά"),
    PartKind.REFERRAL: said("A friend's invitation", "Приглашение друга", "Πρόσκληση φίλου"),
}
_CUT = said(
    en="; within the limit: {points}",
    ru="; в пределах лимита: {points}",
    el="· εντός ορίου: {points}",
)
_CAPPED = said(
    en="; the wallet takes of it: {points}",
    ru="; из этого в кошелёк: {points}",
    el="· από αυτό στο πορτοφόλι: {points}",
)
_CUT_TO = said(
    en="; within the limit ({limit}): {points}",
    ru="; в пределах лимита ({limit}): {points}",
    el="· εντός ορίου ({limit}): {points}",
)


def part(programme: Programme, kept: dict[str, Any], unit: str, language: str) -> str:
    """How a part (`Part.as_json`) came to its points of `unit`: "1 point for each whole euro of
    €12.40: 12 points". `programme` is the version that judged it.
    """
    part = part_of(kept, unit)
    if "had" in part.inputs:
        return _returned(programme, part, language)
    reckoned = part.points if part.desired is None else part.desired
    values = _values(programme, part, language)
    points = rules.counted(programme, unit, abs(reckoned))
    return rendered(_TEXTS[part.kind], language, points=points, **values) + _cut(
        programme, part, language
    )


def _values(
    programme: Programme, part: Part, language: str
) -> dict[str, int | str | Money | Counted]:
    inputs = part.inputs
    match part.kind:
        case PartKind.PER_AMOUNT:
            return {
                "rate": rules.counted(programme, part.unit, inputs["rate"]),
                "each": rules.each(programme, inputs["each"], language),
                "amount": Money(inputs["amount"], programme.currency),
            }
        case PartKind.PER_ITEM:
            rate = rules.counted(programme, part.unit, inputs["rate"])
            return {"count": inputs["count"], "rate": rate}
        case PartKind.MULTIPLIER | PartKind.TIER | PartKind.POOL:
            tier = programme.tier(part.rule)
            return {
                "base": rules.counted(programme, part.unit, inputs["base"]),
                "factor": factor(inputs["factor"], language),
                "tier": in_language(tier.name, language) if tier else part.rule,
            }
        case PartKind.ACTIVITY:
            rule = programme.activity_rule(part.rule)
            return {"rule": in_language(rule.name, language) if rule else part.rule}
        case PartKind.PAID:
            return {
                "paid": rules.counted(programme, part.unit, inputs["paid"]),
                "worth": Money(inputs["worth"], programme.currency),
            }
        case PartKind.ANNIVERSARY:
            return {"years": inputs["years"]}
        case _:
            return {}


def _returned(programme: Programme, part: Part, language: str) -> str:
    tier, rule = programme.tier(part.rule), programme.rule(part.rule)
    name: Text | str = _NAMES.get(part.kind, part.rule)
    if part.kind is PartKind.TIER:
        name = tier.name if tier else part.rule
    elif rule is not None:
        name = rule.name
    return rendered(
        _TAKEN_BACK if part.points < 0 else _GIVEN,
        language,
        name=name,
        had=rules.counted(programme, part.unit, part.inputs["had"]),
        points=rules.counted(programme, part.unit, abs(part.points)),
    )


def _cut(programme: Programme, part: Part, language: str) -> str:
    if part.desired is None:
        return ""
    points = rules.counted(programme, part.unit, part.points)
    if "cap" in part.inputs:
        return rendered(_CAPPED, language, points=points)
    rule = programme.rule(part.rule) or programme.activity_rule(part.rule)
    if rule is None or rule.limit is None:
        return rendered(_CUT, language, points=points)
    limit = rules.limit(programme, rule, rule.limit, language)
    return rendered(_CUT_TO, language, limit=limit, points=points)
