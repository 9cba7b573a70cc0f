"""What a row of the table of leaves says. A leaf's column names it in every reading.

`says` and `denies` read a leaf aloud as a clause: {} is the test ("at least €30") or the values.
Who adds a row adds it for all readings, for all languages, and for the schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.language import Text, said


class Subject(StrEnum):
    """Whose property it is."""

    LINE = "LINE"
    ORDER = "ORDER"
    MEMBER = "MEMBER"
    STANDING = "STANDING"
    HISTORY = "HISTORY"
    TIME = "TIME"
    ACTIVITY = "ACTIVITY"


class Kind(StrEnum):
    """The type of a leaf's value; it decides which tests there are. TEXTS: any number of texts."""

    INT = "INT"
    TEXT = "TEXT"
    FLAG = "FLAG"
    DATE = "DATE"
    TEXTS = "TEXTS"


class Measure(StrEnum):
    """What a number counts, if it is not simply things."""

    MONEY = "MONEY"
    POINTS = "POINTS"
    HOUR = "HOUR"
    DAYS = "DAYS"
    MONTHS = "MONTHS"
    YEARS = "YEARS"
    SCORE = "SCORE"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row. `values`: the only ones a text can have, with their names; None: any.

    Of HISTORY the column names a figure, and in `says` the first {} is of which orders it is.
    """

    name: str
    subject: Subject
    kind: Kind
    column: str
    says: Text
    denies: Text
    example: Mapping[str, object]
    measure: Measure | None = None
    values: Mapping[str, Text] | None = None


def number(
    name: str,
    subject: Subject,
    column: str,
    says: Text,
    example: int,
    measure: Measure | None = None,
) -> Leaf:
    """A row of a number."""
    return Leaf(name, subject, Kind.INT, column, says, says, {"atLeast": example}, measure)


def text(
    name: str,
    subject: Subject,
    column: str,
    texts: tuple[str, str, str],
    example: str,
    values: Mapping[str, Text] | None = None,
) -> Leaf:
    """A row of a text; `texts` name it in English, Russian and Greek."""
    en, ru, el = texts
    says = said(f"{en} is {{}}", f"{ru} — {{}}", f"{el} είναι {{}}")
    denies = said(f"{en} is not {{}}", f"{ru} — не {{}}", f"{el} δεν είναι {{}}")
    example_test = {"in": [example]}
    return Leaf(name, subject, Kind.TEXT, column, says, denies, example_test, None, values)


def several(
    name: str, subject: Subject, column: str, says: Text, denies: Text, example: str
) -> Leaf:
    """A row of any number of texts, of which a test names some."""
    return Leaf(name, subject, Kind.TEXTS, column, says, denies, {"in": [example]})
