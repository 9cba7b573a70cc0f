"""Values of attributes, of activities and of members: their types, and how they are kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import InvalidInput, Path
from domain.programme.terms import AttributeType

TEXT_LENGTH_MAX = 500
NUMBER_MIN, NUMBER_MAX = -(2**31), 2**31 - 1  # what GraphQL calls an Int
_UNKEPT = re.compile("[\0\ud800-\udfff]")

Value = str | int | bool | date

TYPES: Mapping[AttributeType, tuple[type[Any], str]] = {
    AttributeType.TEXT: (str, "text"),
    AttributeType.NUMBER: (int, "number"),
    AttributeType.FLAG: (bool, "flag"),
    AttributeType.DATE: (date, "date"),
}


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """Something said under a name. Of a member it is personal."""

    name: str
    value: Value


def check_type(name: str, type_: AttributeType, value: Value, path: Path) -> None:
    """Raise InvalidInput for a value of another type, and for one that is out of bounds."""
    wanted, called = TYPES[type_]
    if type(value) is not wanted:
        raise InvalidInput(f"`{name}` is a {called}: give `{called}`.", path)
    if isinstance(value, str) and not 1 <= len(value) <= TEXT_LENGTH_MAX:
        raise InvalidInput(f"1 to {TEXT_LENGTH_MAX} characters are wanted.", path)
    if isinstance(value, str) and _UNKEPT.search(value):
        raise InvalidInput("There is a character in it that is none; leave it out.", path)
    if type(value) is int and not NUMBER_MIN <= value <= NUMBER_MAX:
        raise InvalidInput(f"{NUMBER_MIN} to {NUMBER_MAX} are taken.", path)


def as_json(value: Value) -> str | int | bool:
    """The value as a row keeps it; a day as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value


def from_json(type_: AttributeType, kept: Any) -> Value | None:
    """The value that a row keeps; None for one that is not of the type (any more)."""
    if type_ is AttributeType.DATE:
        try:
            return date.fromisoformat(kept) if isinstance(kept, str) else None
        except ValueError:
            return None
    wanted, _ = TYPES[type_]
    value: Value | None = kept if type(kept) is wanted else None
    return value


def as_fact(value: Value) -> str | int | bool:
    """The value as conditions compare it; a day as its ordinal."""
    return value.toordinal() if isinstance(value, date) else value
