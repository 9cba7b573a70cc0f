"""What a profile may hold: each value in the one form in which it is kept, or InvalidInput."""

import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.errors import InvalidInput, Path

NAME_LENGTH_MAX = 80
REASON_LENGTH_MAX = 200
INTERESTS_MAX = 50
INTEREST_LENGTH_MAX = 40
EXTERNAL_ID_LENGTH_MAX = 64
FIRST_YEAR = 1900

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Birthday:
    """Month and day; the year only where the member gave it."""

    month: int
    day: int
    year: int | None = None


def name(text: str | None, path: Path) -> str | None:
    """A name without blanks around it; None for one that is empty."""
    return plain(text or "", NAME_LENGTH_MAX, path) or None


def external_id(text: str | None, path: Path) -> str | None:
    """The shop's own id of a customer."""
    if text is None:
        return None
    if not (kept := plain(text, EXTERNAL_ID_LENGTH_MAX, path)):
        raise InvalidInput("An id is wanted; leave it out if there is none.", path)
    return kept


def reason(text: str, path: Path) -> str:
    """Why somebody of the team did something."""
    if not (kept := plain(text, REASON_LENGTH_MAX, path)):
        raise InvalidInput("A reason is wanted: whoever looks later needs it.", path)
    return kept


def birthday(value: Birthday | None, today: date, path: Path) -> Birthday | None:
    """A day that there is: 29 February too, unless the year that is given lacks it."""
    if value is None:
        return None
    if not 1 <= value.month <= 12:
        raise InvalidInput("A month is 1 to 12.", (*path, "month"))
    if value.year is not None and not FIRST_YEAR <= value.year <= today.year:
        raise InvalidInput(f"A year is {FIRST_YEAR} to {today.year}.", (*path, "year"))
    try:
        born = date(value.year or _LEAP_YEAR, value.month, value.day)
    except ValueError:
        raise InvalidInput("The month has no such day.", (*path, "day")) from None
    if value.year is not None and born > today:
        raise InvalidInput("This day is still to come.", (*path, "day"))
    return value


def birthday_columns(value: Birthday | None) -> dict[str, int | None]:
    """The birthday as `profiles` has it."""
    if value is None:
        return dict.fromkeys(("birth_month", "birth_day", "birth_year"))
    return {"birth_month": value.month, "birth_day": value.day, "birth_year": value.year}


def interests(values: Sequence[str] | None, path: Path) -> list[str]:
    """At most fifty, each once, in the order given."""
    if len(values or ()) > INTERESTS_MAX:
        raise InvalidInput(f"At most {INTERESTS_MAX} interests are kept.", path)
    kept: dict[str, None] = {}
    for index, value in enumerate(values or ()):
        at = (*path, str(index))
        if not (text := plain(value, INTEREST_LENGTH_MAX, at)):
            raise InvalidInput("An interest is not empty; leave it out.", at)
        kept[text] = None
    return list(kept)


def language(text: str, path: Path) -> str:
    """A BCP 47 tag of language, script and region, as in en, el-GR or zh-Hant-TW."""
    match = _LANGUAGE.fullmatch(text.strip().lower().replace("_", "-"))
    if match is None:
        raise InvalidInput("A language is wanted as BCP 47 has it, as in el or en-GB.", path)
    base, script, region = match.groups()
    return "-".join(
        part for part in (base, script and script.title(), region and region.upper()) if part
    )


def time_zone(text: str | None, path: Path) -> str | None:
    """A zone of the IANA database; None is the programme's."""
    if text is not None and text not in _zones():
        raise InvalidInput("A time zone of IANA is wanted, as in Europe/Athens.", path)
    return text


def plain(text: str, most: int, path: Path) -> str:
    """A text in one form, with single blanks; raises InvalidInput for one that is too long."""
    kept = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(kept) > most:
        raise InvalidInput(f"At most {most} characters are kept.", path)
    if not kept.isprintable():
        raise InvalidInput("Letters, digits and signs are wanted, no control characters.", path)
    return kept


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
