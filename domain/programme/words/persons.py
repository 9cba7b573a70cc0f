"""What a member told of itself, as people read it."""

from datetime import date

from domain.language import day, in_language, number, said
from domain.programme.attributes import Value
from domain.programme.terms import MemberAttribute

_YES = said("yes", "да", "ναι")
_NO = said("no", "нет", "όχι")


def attribute_value(attribute: MemberAttribute, value: Value, language: str) -> str:
    """The value: a choice by its name, "yes" or "no", a day in words."""
    match value:
        case bool():
            return in_language(_YES if value else _NO, language)
        case int():
            return number(value, language)
        case date():
            return day(value, language)
        case str():
            chosen = next((each for each in attribute.choices if each.code == value), None)
            return in_language(chosen.name, language) if chosen else value
