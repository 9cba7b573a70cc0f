"""The second reading of conditions: as a clause, "the goods come to at least €30"."""

from collections.abc import Mapping
from datetime import date

from domain.language import (
    Text,
    day,
    either,
    in_language,
    money,
    number,
    rendered,
    said,
    spoken,
    together,
)
from domain.money import Money
from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Test
from domain.programme.conditions.attributes import named
from domain.programme.conditions.history import Goods, Over
from domain.programme.conditions.leaves import Kind, Leaf, Measure, Subject
from domain.programme.terms import Programme

Found = int | bool | str | date | None

_NUMBER: Mapping[Op, Text] = {
    Op.AT_LEAST: said("at least {}", "не меньше {}", "τουλάχιστον {}"),
    Op.AT_MOST: said("at most {}", "не больше {}", "το πολύ {}"),
    Op.BELOW: said("less than {}", "меньше {}", "κάτω από {}"),
    Op.ABOVE: said("more than {}", "больше {}", "πάνω από {}"),
    Op.EQUALS: said("{}", "{}", "{}"),
}
_OTHER_NUMBER = said("not {}", "не {}", "κάτι άλλο από {}")
_SINCE_HOUR = said("{} or later", "не раньше {}", "από {} και μετά")
_BEFORE_HOUR = said("before {}", "раньше {}", "πριν από {}")
_SINCE_DAY = said("{} or later", "не раньше {}", "από {} και μετά")
_BEFORE_DAY = said("before {}", "раньше {}", "πριν από {}")
_QUOTED = said("“{}”", "«{}»", "«{}»")
_SPOKEN = {
    "en": said("English", "английский", "αγγλικά"),
    "ru": said("Russian", "русский", "ρωσικά"),
    "el": said("Greek", "греческий", "ελληνικά"),
}

_WITH = {
    Goods.SKU: said(" of the article {names}", " с артикулом {names}", " με τον κωδικό {names}"),
    Goods.CATEGORY: said(
        " of the category {names}", " с категорией {names}", " της κατηγορίας {names}"
    ),
    Goods.BRAND: said(" of the brand {names}", " с маркой {names}", " της μάρκας {names}"),
}
_WITHIN = said(
    en=" within {days} {days|day|days}",
    ru=" за {days} {days|день|дня|дней}",
    el=" σε {days} {days|ημέρα|ημέρες}",
)
_CONTRARY = {
    Op.AT_LEAST: Op.BELOW,
    Op.BELOW: Op.AT_LEAST,
    Op.AT_MOST: Op.ABOVE,
    Op.ABOVE: Op.AT_MOST,
    Op.FROM: Op.UNTIL,
    Op.UNTIL: Op.FROM,
}


def condition(programme: Programme, condition: Condition, language: str) -> str:
    """The condition as a clause that goes on from "when"."""
    return _clause(programme, condition, language, contrary=False)


def clause(programme: Programme, test: Test, language: str, contrary: bool = False) -> str:
    """One test as a clause; `contrary`: that it does not hold."""
    leaf = named(programme, test.leaf, test.op)
    says = leaf.says
    match leaf.kind:
        case Kind.FLAG:
            return in_language(leaf.denies if bool(test.value) is contrary else says, language)
        case Kind.TEXT | Kind.TEXTS:
            says = leaf.denies if contrary else says
            asked = _texts(programme, leaf, test, language, contrary)
        case Kind.DATE:
            asked = _day(test, language, contrary)
        case Kind.INT if leaf.measure is Measure.HOUR:
            asked = _hour(test, language, contrary)
        case Kind.INT:
            asked = _number(programme, leaf, test, language, contrary)
    told = in_language(says, language)
    if leaf.subject is Subject.HISTORY:
        told = told.replace("{}", over(test.over, language), 1)
    return told.replace("{}", asked)


def over(over: Over, language: str) -> str:
    """Of which earlier orders: " with the category “coffee” within 90 days"; empty: of all."""
    words = ""
    if over.goods is not None:
        quoted = [in_language(_QUOTED, language).replace("{}", name) for name in over.names]
        words += rendered(_WITH[over.goods], language, names=either(quoted, language))
    if over.within_days is not None:
        words += rendered(_WITHIN, language, days=over.within_days)
    return words


def found(programme: Programme, test: Test, value: Found, language: str) -> str | None:
    """What was found where the test looked; None where the clause says it all."""
    leaf = named(programme, test.leaf, test.op)
    match value:
        case bool() | None:
            return None
        case int() if leaf.measure is Measure.MONEY:
            return money(Money(value, programme.currency), language)
        case int() if leaf.measure is Measure.HOUR:
            return _within(value)
        case int():
            return number(value, language)
        case date():
            return day(value, language)
        case str():
            return _named(programme, leaf, value, language)


def has_choice(condition: Condition, contrary: bool = False) -> bool:
    """Whether there is more than one way to meet it."""
    match condition:
        case Test():
            return False
        case Not(of):
            return has_choice(of, not contrary)
        case AllOf(of) | AnyOf(of):
            if isinstance(condition, AnyOf) is not contrary and len(of) > 1:
                return True
            return any(has_choice(part, contrary) for part in of)


def _clause(programme: Programme, condition: Condition, language: str, contrary: bool) -> str:
    match condition:
        case Test():
            return clause(programme, condition, language, contrary)
        case Not(of):
            return _clause(programme, of, language, not contrary)
        case AllOf(of) | AnyOf(of):
            # "Not a and b" is told as "no a or no b": nobody has to untangle a negation.
            join = together if isinstance(condition, AllOf) is not contrary else either
            parts = [_clause(programme, part, language, contrary) for part in of]
            if len(of) > 1:
                parts = [
                    f"({said})" if _is_compound(part) else said
                    for part, said in zip(of, parts, strict=True)
                ]
            return join(parts, language)


def _is_compound(condition: Condition) -> bool:
    match condition:
        case Test():
            return False
        case Not(of):
            return _is_compound(of)
        case AllOf(of) | AnyOf(of):
            return len(of) > 1 or _is_compound(of[0])


def _number(programme: Programme, leaf: Leaf, test: Test, language: str, contrary: bool) -> str:
    assert isinstance(test.value, int)
    if leaf.measure is Measure.MONEY:
        value = money(Money(test.value, programme.currency), language)
    else:
        value = number(test.value, language)
    if contrary and test.op is Op.EQUALS:
        return in_language(_OTHER_NUMBER, language).replace("{}", value)
    op = _CONTRARY[test.op] if contrary else test.op
    return in_language(_NUMBER[op], language).replace("{}", value)


def _hour(test: Test, language: str, contrary: bool) -> str:
    assert isinstance(test.value, int)
    if test.op is Op.EQUALS:
        within = _within(test.value)
        return in_language(_OTHER_NUMBER, language).replace("{}", within) if contrary else within
    op = _CONTRARY[test.op] if contrary else test.op
    # An hour above 9 begins at 10:00.
    first = test.value + (op in (Op.ABOVE, Op.AT_MOST))
    words = _SINCE_HOUR if op in (Op.AT_LEAST, Op.ABOVE) else _BEFORE_HOUR
    return in_language(words, language).replace("{}", f"{first}:00")


def _within(hour: int) -> str:
    return f"{hour}:00–{hour}:59"


def _day(test: Test, language: str, contrary: bool) -> str:
    assert isinstance(test.value, date)
    op = _CONTRARY[test.op] if contrary else test.op
    words = _SINCE_DAY if op is Op.FROM else _BEFORE_DAY
    return in_language(words, language).replace("{}", day(test.value, language))


def _texts(programme: Programme, leaf: Leaf, test: Test, language: str, contrary: bool) -> str:
    assert isinstance(test.value, tuple)
    names = [_named(programme, leaf, value, language) for value in test.value]
    if contrary and spoken(language) == "ru":
        return together([names[0], *(f"не {name}" for name in names[1:])], language)
    return either(names, language)


def _named(programme: Programme, leaf: Leaf, value: str, language: str) -> str:
    if leaf.values is not None and value in leaf.values:
        return in_language(leaf.values[value], language)
    if leaf.name == "memberLanguage" and value in _SPOKEN:
        return in_language(_SPOKEN[value], language)
    tier = programme.tier(value) if leaf.name == "memberTier" else None
    shown = in_language(tier.name, language) if tier is not None else value
    return in_language(_QUOTED, language).replace("{}", shown)
