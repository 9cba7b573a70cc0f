"""Which birthdays and anniversaries are greeted on a day: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import celebrated
from domain.programme.terms import Greeting

YEAR_DAYS = 365


class Occasion(StrEnum):
    """What a member is greeted for."""

    BIRTHDAY = "BIRTHDAY"
    ANNIVERSARY = "ANNIVERSARY"


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A day that comes back every year, and what is known about it, in local days.

    `set_on`: since when the date stands. `changed_on`: another one stood there until then.
    `given_on`: when it was last greeted.
    """

    month: int
    day: int
    set_on: date
    changed_on: date | None = None
    given_on: date | None = None


def due(terms: Greeting, known: Anniversary, today: date) -> date | None:
    """The day itself, of this year, the last or the next, if its greeting may be given today.

    From so many days before it, and, as long as nothing was given, a window longer. The date was
    set a window before that at the latest, and another did not stand there in the same year.
    Never twice in 365 days less the window: a late greeting does not make the next one late.
    """
    window = timedelta(days=terms.window_days)
    if known.given_on is not None and today - known.given_on < timedelta(YEAR_DAYS) - window:
        return None
    for year in (today.year - 1, today.year, today.year + 1):
        day = celebrated(known.month, known.day, year)
        first = greeted_from(terms, day)
        if first <= today <= first + window:
            is_old = known.changed_on is None or known.changed_on.year < year
            return day if is_old and known.set_on <= first - window else None
    return None


def greeted_from(terms: Greeting, day: date) -> date:
    """The local day on which the greeting for `day` is given, unless it is late."""
    return day - timedelta(days=terms.days_before)


def days_around(terms: Greeting, today: date) -> Iterator[date]:
    """All days whose greeting can be due while it is `today` somewhere on earth."""
    for shift in range(terms.days_before - terms.window_days - 1, terms.days_before + 2):
        yield today + timedelta(days=shift)
