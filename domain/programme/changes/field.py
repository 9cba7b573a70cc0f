"""What a row of the table of fields says: which way is better, what it is called, how it is read.

A field's name is its path in the document, * for whatever code, name or period a list goes by.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.language import Text, said
from domain.programme.changes.directions import Direction, neither


class Shown(StrEnum):
    """How a value is read aloud. NOT: it is only said that it is another."""

    NUMBER = "NUMBER"
    POINTS = "POINTS"
    MONEY = "MONEY"
    DAYS = "DAYS"
    MONTHS = "MONTHS"
    FACTOR = "FACTOR"
    SHARE = "SHARE"
    FLAG = "FLAG"
    DAY = "DAY"
    CODE = "CODE"
    TEXT = "TEXT"
    LINES = "LINES"
    ORDERS = "ORDERS"
    THING = "THING"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Field:
    """One row."""

    name: str
    direction: Direction
    label: Text
    shown: Shown


def row(name: str, direction: Direction, shown: Shown, en: str, ru: str, el: str) -> Field:
    """A row of a value that members may feel."""
    return Field(name, direction, said(en, ru, el), shown)


def named(name: str, en: str, ru: str, el: str) -> Field:
    """A row of a text or a name."""
    return Field(name, neither, said(en, ru, el), Shown.NOT)
