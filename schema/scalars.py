"""Scalars whose values have bounds, and Money."""

import re
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.clock import utc

SAFE_INTEGER_MAX = 2**53 - 1

Points = NewType("Points", int)
MinorUnits = NewType("MinorUnits", int)
CurrencyCode = NewType("CurrencyCode", str)
LocalTime = NewType("LocalTime", str)
Json = NewType("Json", object)


def _safe_integer(value: Any) -> int:
    if type(value) is int and -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX:
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is wanted")
    if abs(value) > SAFE_INTEGER_MAX:
        raise ValueError("beyond 2^53 - 1, which not every client can hold")
    return value


def _text(pattern: str, meaning: str) -> Any:
    wanted = re.compile(pattern)

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not wanted.fullmatch(value):
            raise ValueError(meaning)
        return value

    return parse


def _instant_text(value: datetime) -> str:
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a time is text, as in 2026-01-31T12:00:00Z")
    try:
        return utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        raise ValueError("RFC 3339 with a zone is wanted, as in 2026-01-31T12:00:00Z") from None


SCALARS: dict[Any, ScalarDefinition] = {
    Points: strawberry.scalar(
        name="Points",
        description="Points: a 64-bit integer as a JSON number, at most 2^53 - 1 either way.",
        serialize=_safe_integer,
        parse_value=_safe_integer,
    ),
    MinorUnits: strawberry.scalar(
        name="MinorUnits",
        description="Money in minor units of its currency (cents), at most 2^53 - 1 either way.",
        serialize=_safe_integer,
        parse_value=_safe_integer,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="A currency by its ISO 4217 code, as in EUR.",
        serialize=str,
        parse_value=_text("[A-Z]{3}", "three capital letters are wanted, as in EUR"),
    ),
    LocalTime: strawberry.scalar(
        name="LocalTime",
        description="HH:MM on a wall clock; the field says whose.",
        serialize=str,
        parse_value=_text("([01][0-9]|2[0-3]):[0-5][0-9]", "HH:MM is wanted, as in 22:30"),
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="A value as JSON, whatever its form; the field says what it is of.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant: RFC 3339 in UTC, with Z and milliseconds.",
        serialize=_instant_text,
        parse_value=_instant,
    ),
}


@strawberry.type(description="An amount of money.")
class Money:
    """Read off a domain.money.Money."""

    amount: MinorUnits = strawberry.field(description="In minor units of the currency.")
    currency: CurrencyCode = strawberry.field(description="ISO 4217.")
    exponent: int = strawberry.field(
        description="Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD."
    )
