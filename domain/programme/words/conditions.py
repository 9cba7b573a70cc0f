"""The second reading of conditions: aloud, as clauses. `not` is pushed down to the tests."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.language import (
    Text,
    day,
    either,
    in_language,
    money,
    number,
    said,
    spoken,
    together,
)
from domain.money import Money
from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Test
from domain.programme.leaves import LEAVES, Kind, Leaf, Measure
from domain.programme.terms import Programme

Found = int | bool | str | date | None
"""What a leaf can be found to be."""

_NUMBERS: dict[Op, Text] = {
    Op.AT_LEAST: said("at least {}", "не меньше {}", "τουλάχιστον {}"),
    Op.AT_MOST: said("at most {}", "не больше {}", "το πολύ {}"),
    Op.BELOW: said("less than {}", "меньше {}", "κάτω από {}"),
    Op.ABOVE: said("more than {}", "больше {}", "πάνω από {}"),
    Op.EQUALS: said("exactly {}", "ровно {}", "ακριβώς {}"),
}
_NOT_EXACTLY = said("anything but {}", "любое число, кроме {}", "οτιδήποτε εκτός από {}")
_FROM_HOUR = said("{}:00 or later", "с {}:00", "από {}:00 και μετά")
_BEFORE_HOUR = said("before {}:00", "до {}:00", "πριν από {}:00")
_IN_HOUR = said("from {}:00 to {}:59", "с {}:00 до {}:59", "από {}:00 έως {}:59")
_NOT_IN_HOUR = said("not from {}:00 to {}:59", "не с {}:00 до {}:59", "όχι από {}:00 έως {}:59")
_FROM_DATE = said("{} or later", "{} или позже", "{} ή αργότερα")
_TO_DATE = said("{} or earlier", "{} или раньше", "{} ή νωρίτερα")
_CONTRARY = {
    Op.AT_LEAST: Op.BELOW,
    Op.BELOW: Op.AT_LEAST,
    Op.AT_MOST: Op.ABOVE,
    Op.ABOVE: Op.AT_MOST,
    Op.FROM: Op.UNTIL,
    Op.UNTIL: Op.FROM,
}
_QUOTED = said("“{}”", "«{}»", "«{}»")
_BOTH = said("both {} and {}", "и {}, и {}", "και {} και {}")
_EITHER = said("either {} or {}", "либо {}, либо {}", "είτε {} είτε {}")
_SPOKEN = {
    "en": said("English", "английский", "αγγλικά"),
    "ru": said("Russian", "русский", "ρωσικά"),
    "el": said("Greek", "греческий", "ελληνικά"),
}
_UNKNOWN = said("not known", "неизвестно", "άγνωστο")
_YES = said("yes", "да", "ναι")
_NO = said("no", "нет", "όχι")


def condition(
    programme: Programme, asked: Condition, language: str, *, negated: bool = False
) -> str:
    """The condition as a clause: "the day is Tuesday and the goods come to at least €30"."""
    return _phrase(programme, asked, language, negated, nested=False)


def clause(programme: Programme, asked: Test, language: str, *, negated: bool = False) -> str:
    """One test as a clause."""
    leaf = LEAVES[asked.leaf]
    says = in_language(leaf.denies if _denies(leaf, asked, negated) else leaf.says, language)
    return _put(says, _tested(programme, leaf, asked, language, negated))


def found(programme: Programme, leaf: Leaf, value: Found, language: str) -> str:
    """A leaf's value as people read it: "€24", "Tuesday", "7:00", "not known"."""
    match value:
        case None:
            return in_language(_UNKNOWN, language)
        case bool():
            return in_language(_YES if value else _NO, language)
        case int() if leaf.measure is Measure.MONEY:
            return money(Money(value, programme.currency), language)
        case int() if leaf.measure is Measure.HOUR:
            return f"{value}:00"
        case int():
            return number(value, language)
        case date():
            return day(value, language)
        case str():
            return _named(programme, leaf, value, language)


def has_choice(asked: Condition, *, negated: bool = False) -> bool:
    """Whether there is more than one way to meet it."""
    match asked:
        case Test():
            return False
        case Not(of):
            return has_choice(of, negated=not negated)
        case AllOf(of) | AnyOf(of):
            if isinstance(asked, AnyOf) != negated and len(of) > 1:
                return True
            return any(has_choice(part, negated=negated) for part in of)


def _phrase(
    programme: Programme, asked: Condition, language: str, negated: bool, nested: bool
) -> str:
    match asked:
        case Test():
            return clause(programme, asked, language, negated=negated)
        case Not(of):
            return _phrase(programme, of, language, not negated, nested)
        case AllOf(of) | AnyOf(of):
            if len(of) == 1:
                return _phrase(programme, of[0], language, negated, nested)
            clauses = [_phrase(programme, part, language, negated, nested=True) for part in of]
            holds_all = isinstance(asked, AllOf) != negated
            if nested:
                return _paired(clauses, in_language(_BOTH if holds_all else _EITHER, language))
            return (together if holds_all else either)(clauses, language)


def _paired(clauses: Sequence[str], pattern: str) -> str:
    # "either {} or {}": what stands between the two is said between all.
    opening, between, _ = pattern.split("{}")
    return opening + between.join(clauses)


def _denies(leaf: Leaf, asked: Test, negated: bool) -> bool:
    if leaf.kind is Kind.FLAG:
        return negated == asked.value
    return negated and leaf.kind is Kind.TEXT


def _tested(programme: Programme, leaf: Leaf, asked: Test, language: str, negated: bool) -> str:
    value = asked.value
    if isinstance(value, bool):
        return ""
    if isinstance(value, tuple):
        names = [_named(programme, leaf, each, language) for each in value]
        if negated and spoken(language) == "ru":
            return " и не ".join(names)
        return either(names, language)
    op = _CONTRARY.get(asked.op, asked.op) if negated else asked.op
    if isinstance(value, date):
        if op is Op.FROM:
            return _put(in_language(_FROM_DATE, language), day(value, language))
        return _put(in_language(_TO_DATE, language), day(value - timedelta(days=1), language))
    is_other = negated and op is Op.EQUALS
    if leaf.measure is Measure.HOUR:
        return _hours(op, value, language, is_other)
    phrase = _NOT_EXACTLY if is_other else _NUMBERS[op]
    return _put(in_language(phrase, language), found(programme, leaf, value, language))


def _hours(op: Op, hour: int, language: str, is_other: bool) -> str:
    phrase: Text
    match op:
        case Op.EQUALS:
            phrase = _NOT_IN_HOUR if is_other else _IN_HOUR
        case Op.AT_LEAST | Op.ABOVE:
            phrase, hour = _FROM_HOUR, hour + (op is Op.ABOVE)
        case _:
            phrase, hour = _BEFORE_HOUR, hour + (op is Op.AT_MOST)
    return in_language(phrase, language).replace("{}", str(hour))


def _named(programme: Programme, leaf: Leaf, value: str, language: str) -> str:
    if leaf.values is not None:
        return in_language(leaf.values[value], language)
    if leaf.name == "memberLanguage" and value in _SPOKEN:
        return in_language(_SPOKEN[value], language)
    tier = programme.tier(value) if leaf.name == "memberTier" else None
    shown = in_language(tier.name, language) if tier is not None else value
    return _put(in_language(_QUOTED, language), shown)


def _put(pattern: str, value: str) -> str:
    return pattern.replace("{}", value)
