"""What is wrong with how long points last, and how many a wallet takes."""

from calendar import monthrange
from collections.abc import Iterator

from domain.programme.problems import Path, Problem
from domain.programme.terms import Expiry, Unit, YearDay

MONTHS_MAX = 1_200
DAYS_MAX = 36_500
DATES_MAX = 20
WARN_DAYS_MAX = 366
CODE_LENGTH_MAX = 39
_LEAP_YEAR = 2024


def expiry(expiry: Expiry | None, path: Path) -> Iterator[Problem]:
    """Lifetimes that are none, or that are said twice."""
    if expiry is None:
        return
    if not 0 <= expiry.months <= MONTHS_MAX or not (expiry.months or expiry.days or expiry.on):
        hint = f"Write 1 to {MONTHS_MAX} months, or leave `expiry` away for never."
        message = "Points would expire at once, or after ages."
        yield Problem((*path, "months"), message, hint)
    if not 0 <= expiry.days <= DAYS_MAX:
        hint = f"Write 1 to {DAYS_MAX} days."
        yield Problem((*path, "days"), "This is no lifetime.", hint)
    elif expiry.days and expiry.months:
        yield Problem((*path, "days"), "The lifetime is said twice.", "Write months, or days.")
    yield from _dates(expiry, path)
    if len(set(expiry.kept_by)) < len(expiry.kept_by):
        yield Problem((*path, "keptBy"), "The same act stands there twice.", "Write it once.")
    if not 0 <= expiry.warn_days <= WARN_DAYS_MAX:
        hint = f"Write 0 to {WARN_DAYS_MAX}: 30."
        yield Problem((*path, "warnDays"), "Nobody can be told so long before.", hint)


def caps(unit: Unit, path: Path) -> Iterator[Problem]:
    """Caps that stop all, or that say the same twice."""
    seen = set()
    for index, cap in enumerate(unit.caps):
        where = (*path, "caps", str(index))
        if cap.points < 1:
            yield Problem((*where, "points"), "The cap stops all.", "Write 1 or more.")
        if cap.per in seen:
            yield Problem((*where, "per"), f"{cap.per} is capped already.", "Keep one of them.")
        seen.add(cap.per)
    if unit.max_balance is not None and unit.max_balance.points < 1:
        hint = "Write 1 or more, or leave `maxBalance` away."
        yield Problem((*path, "maxBalance", "points"), "Nothing would fit.", hint)
    if (unit.caps or unit.max_balance) and len(unit.code) > CODE_LENGTH_MAX:
        hint = f"{CODE_LENGTH_MAX} characters at most."
        yield Problem((*path, "code"), "This code is too long for a unit with caps.", hint)


def _dates(expiry: Expiry, path: Path) -> Iterator[Problem]:
    if expiry.on and expiry.rounded_to is not None:
        hint = "Write `roundedTo`, or `on`: one of them."
        yield Problem((*path, "on"), "It is not clear when points go.", hint)
    if len(expiry.on) > DATES_MAX or len(set(expiry.on)) < len(expiry.on):
        hint = f"{DATES_MAX} days at most, each once."
        yield Problem((*path, "on"), "These are too many days, or one stands there twice.", hint)
    for index, day in enumerate(expiry.on):
        if not _is_day(day):
            hint = 'Write the last day on which points are good: {"month": 12, "day": 31}.'
            yield Problem((*path, "on", str(index)), "There is no such day.", hint)


def _is_day(day: YearDay) -> bool:
    return 1 <= day.month <= 12 and 1 <= day.day <= monthrange(_LEAP_YEAR, day.month)[1]
