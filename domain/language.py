"""Texts for people: picked by language, filled in with numbers, money, dates and plurals.

A template is `{"en": "{points} for {amount}", ...}`. A field is written by the type of its value;
`{days|day|days}` is the form of a word that goes with the number `days` (en, el: one, many;
ru: one, few, many). Languages without words here are spoken to in English.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.money import Money

LANGUAGES = ("en", "ru", "el")

Text = Mapping[str, str]
"""The same text by language."""

Names = Mapping[str, Mapping[str, str]]
"""What a unit is called, by language and plural form: one, few (Russian), many."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of something: written as "12 points"."""

    number: int
    names: Names


Value = int | str | Money | date | Counted | Text

_FIELD = re.compile(r"\{(\w+)(?:\|([^}]*))?\}")
_NO_BREAK = "\u00a0"
_GROUPS = {"en": ",", "ru": _NO_BREAK, "el": "."}
_DECIMALS = {"en": ".", "ru": ",", "el": ","}
_SYMBOLS = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "RUB": "₽", "UAH": "₴", "TRY": "₺",
    "INR": "₹", "ILS": "₪", "KZT": "₸", "GEL": "₾", "KRW": "₩", "VND": "₫", "NGN": "₦",
}  # fmt: skip
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου "
    "Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
}
_MONTHS_ALONE = {
    "en": _MONTHS["en"],
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "el": "Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος Σεπτέμβριος "
    "Οκτώβριος Νοέμβριος Δεκέμβριος",
}
_OR = {"en": "or", "ru": "или", "el": "ή"}
_AND = {"en": "and", "ru": "и", "el": "και"}


def said(en: str, ru: str, el: str) -> Text:
    """A text in the product's three languages."""
    return {"en": en, "ru": ru, "el": el}


def spoken(language: str) -> str:
    """The one of the product's languages to speak to somebody who asks for `language`."""
    base = language.partition("-")[0].lower()
    return base if base in LANGUAGES else "en"


def in_language(text: Text, language: str) -> str:
    """The text in that language; failing that in English, failing that in its first; failing that,
    as a draft may, nothing.
    """
    for key in (language, language.partition("-")[0].lower(), "en"):
        if key in text:
            return text[key]
    return next(iter(text.values()), "")


def plural_form(language: str, number: int) -> str:
    """`one`, `few` or `many`: the form of a word that goes with the number."""
    number = abs(number)
    if spoken(language) != "ru":
        return "one" if number == 1 else "many"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"


def number(value: int, language: str) -> str:
    """1234567 as "1,234,567", "1 234 567" or "1.234.567"."""
    return f"{value:,}".replace(",", _GROUPS[spoken(language)])


def decimal(value: int, exponent: int, language: str) -> str:
    """`value` with its last `exponent` digits as decimals: (1240, 2) is "12.40" or "12,40"."""
    if exponent == 0:
        return number(value, language)
    whole, rest = divmod(abs(value), 10**exponent)
    sign = "-" if value < 0 else ""
    mark = _DECIMALS[spoken(language)]
    return f"{sign}{number(whole, language)}{mark}{rest:0{exponent}d}"


def money(value: Money, language: str) -> str:
    """As in "€12.40" or "12,40 €"; decimals that are all zero are left away: "€12"."""
    unit = 10**value.exponent
    shown = abs(value.amount)
    if shown % unit == 0:
        digits = number(shown // unit, language)
    else:
        digits = decimal(shown, value.exponent, language)
    sign = "-" if value.amount < 0 else ""
    symbol = _SYMBOLS.get(value.currency)
    if spoken(language) != "en":
        return f"{sign}{digits}{_NO_BREAK}{symbol or value.currency}"
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{value.currency}{_NO_BREAK}{digits}"


def factor(basis_points: int, language: str) -> str:
    """15000 as "1.5" or "1,5"."""
    exponent = 4
    while exponent and basis_points % 10 == 0:
        basis_points, exponent = basis_points // 10, exponent - 1
    return decimal(basis_points, exponent, language)


def day(value: date, language: str) -> str:
    """As in "1 June 2026", "1 июня 2026", "1 Ιουνίου 2026"."""
    return f"{value.day} {_MONTHS[spoken(language)].split()[value.month - 1]} {value.year}"


def month(value: date, language: str) -> str:
    """As in "June 2026", "июнь 2026", "Ιούνιος 2026"."""
    return f"{_MONTHS_ALONE[spoken(language)].split()[value.month - 1]} {value.year}"


def counted(value: Counted, language: str) -> str:
    """Number and word: "12 points", "12 баллов", "12 πόντοι"."""
    return f"{number(value.number, language)} {unit_name(value.names, value.number, language)}"


def unit_name(names: Names, count: int, language: str) -> str:
    """The word for so many of the unit."""
    key = next(key for key in (language, spoken(language), "en", *names) if key in names)
    forms = names[key]
    return forms.get(plural_form(key, count)) or forms["many"]


def either(items: Sequence[str], language: str) -> str:
    """Items as "a, b or c"."""
    return _joined(items, _OR[spoken(language)])


def together(items: Sequence[str], language: str) -> str:
    """Items as "a, b and c"."""
    return _joined(items, _AND[spoken(language)])


def rendered(template: Text, language: str, **values: Value) -> str:
    """The template in that language with its fields filled in; a missing field is a KeyError."""
    parts: list[str] = []
    for literal, name, forms in _parts(in_language(template, language)):
        parts.append(literal)
        if name:
            value = values[name]
            parts.append(_worded(value, forms, language) if forms else _written(value, language))
    return "".join(parts)


@lru_cache(maxsize=2000)
def _parts(template: str) -> tuple[tuple[str, str, str], ...]:
    # Each text before a field, the field's name and the forms of its word; the rest has no field.
    parts, at = [], 0
    for match in _FIELD.finditer(template):
        parts.append((template[at : match.start()], match[1], match[2] or ""))
        at = match.end()
    return (*parts, (template[at:], "", ""))


def _joined(items: Sequence[str], word: str) -> str:
    if len(items) == 1:
        return items[0]
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def _written(value: Value, language: str) -> str:
    match value:
        case str():
            return value
        case int():
            return number(value, language)
        case Money():
            return money(value, language)
        case Counted():
            return counted(value, language)
        case date():
            return day(value, language)
        case _:
            return in_language(value, language)


def _worded(value: Value, forms: str, language: str) -> str:
    words = forms.split("|")
    count = value.number if isinstance(value, Counted) else value
    if not isinstance(count, int):
        raise TypeError("a word's form goes by a number")
    wanted = ("one", "few", "many").index(plural_form(language, count))
    return words[min(wanted, len(words) - 1)]
