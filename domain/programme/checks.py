"""What staff write beside the programme must fit it: texts, units, tiers, windows."""

from collections.abc import Sequence
from datetime import datetime

from domain.errors import InvalidInput, Path
from domain.language import Text
from domain.programme.conditions import (
    ORDER_SUBJECTS,
    SEGMENT_LEAVES,
    SEGMENT_SUBJECTS,
    Condition,
    parse,
)
from domain.programme.problems import Invalid
from domain.programme.review import faults
from domain.programme.terms import Programme, Written

TEXT_LENGTH_MAX = 500
POINTS_MAX = 10**12


def texts(programme: Programme, text: Text, path: Path) -> None:
    """Raise InvalidInput unless there is a text in each language of the programme."""
    for language in programme.languages:
        if not text.get(language, "").strip():
            raise InvalidInput(f"The text in '{language}' is missing; write it.", path)
    for language, written in text.items():
        if len(written) > TEXT_LENGTH_MAX:
            raise InvalidInput(
                f"The text in '{language}' is too long; {TEXT_LENGTH_MAX} characters at most.", path
            )


def points(programme: Programme, unit: str, amount: int, path: Path) -> None:
    """Raise InvalidInput unless this is a positive amount of a unit of the programme."""
    if programme.unit(unit) is None:
        codes = ", ".join(known.code for known in programme.units)
        raise InvalidInput(f"There is no such unit; the programme has {codes}.", (*path, "unit"))
    if not 1 <= amount <= POINTS_MAX:
        raise InvalidInput(f"1 to {POINTS_MAX} points are wanted.", (*path, "points"))


def tiers(programme: Programme, codes: Sequence[str] | None, path: Path) -> None:
    """Raise InvalidInput unless each is a tier of the programme; None is every tier."""
    known = [tier.code for tier in programme.tiers]
    if codes is not None and not codes:
        raise InvalidInput("Name a tier, or leave the list away for all tiers.", path)
    for index, code in enumerate(codes or ()):
        if code not in known:
            message = f"There is no such tier; the programme has {', '.join(known)}."
            raise InvalidInput(message, (*path, str(index)))


def window(begins: datetime | None, ends: datetime | None, path: Path) -> None:
    """Raise InvalidInput, at the end's `path`, for a window that is never open."""
    if begins is not None and ends is not None and begins >= ends:
        raise InvalidInput("It would end before it begins; end it later.", path)


def within(value: int | None, least: int, most: int, path: Path) -> None:
    """Raise InvalidInput for a number out of bounds; None is no bound, or not said."""
    if value is not None and not least <= value <= most:
        raise InvalidInput(f"This is {least} to {most}.", path)


def condition(programme: Programme, written: Written | None, path: Path) -> None:
    """Raise InvalidInput, at its first fault, for a condition that no order can be judged by."""
    if written is None:
        return
    for first in faults.condition(programme, written, ORDER_SUBJECTS, path):
        raise InvalidInput(f"{first.message} {first.hint}", first.path)


def segment_condition(written: Written, path: Path) -> Condition:
    """The condition over members at rest. Raises InvalidInput at its first fault."""
    try:
        return parse(written, SEGMENT_SUBJECTS, path, SEGMENT_LEAVES)
    except Invalid as invalid:
        first = invalid.problems[0]
        raise InvalidInput(f"{first.message} {first.hint}", first.path) from None


def length(text: str | None, most: int, path: Path) -> None:
    """Raise InvalidInput for a text that is empty or too long; None is not said."""
    if text is not None and not 1 <= len(text) <= most:
        raise InvalidInput(f"1 to {most} characters are wanted.", path)
