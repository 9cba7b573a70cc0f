"""`python -m api advance-clock`: time passes, for whoever tries things out."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from api.running.opening import opened
from api.settings import Refused, Settings
from domain import clock, database, schedule
from domain.calendar import midnight
from domain.programme import queries as programmes

_BY = re.compile(r"([0-9]{1,9})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_EVERY_SECONDS = 1.0


async def advance(settings: Settings, by: str | None, to: str | None) -> list[str]:
    """Move the clock on by `by` (12h, 40d, 3w), or to local midnight of the day `to`: what to say.

    Refused for what cannot be read, and for a time that has passed.
    """
    async with opened(settings):
        begun = await database.now()
        span = await _until(to, begun) if to else _span(by or "")
        if not timedelta(seconds=1) <= span <= timedelta(days=clock.DAYS_MAX):
            raise Refused(
                f"The clock stands at {_shown(begun)} and never goes back: name a time to come, "
                f"{clock.DAYS_MAX} days away at most."
            )
        tell = _progress(begun, span)
        now = begun
        async for now in schedule.pass_time(span):
            tell(now)
        moved = await schedule.moved_since(begun)
        told = await schedule.told_since(begun)
    return [
        f"{_shown(begun)} -> {_shown(now)}",
        *(f"{kind:<18} {count:>6}, {points:+} {unit}" for kind, unit, count, points in moved),
        *(f"told {kind:<13} {count:>6}" for kind, count in told),
        *(() if moved or told else ("Nothing fell due.",)),
    ]


def _span(text: str) -> timedelta:
    match = _BY.fullmatch(text)
    if match is None:
        raise Refused(f"{text!r} is no time that can pass: write 12h, 40d or 3w.")
    try:
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        return timedelta.max


async def _until(text: str, now: datetime) -> timedelta:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is no day: write it as 2027-01-31.") from None
    _, version = await programmes.present()
    if version is None:
        raise Refused("There is no programme yet, and so no time zone: say how far, as in 40d.")
    return midnight(day, version.rules.zone) - now


def _progress(begun: datetime, span: timedelta) -> Callable[[datetime], None]:
    # On standard error, and only while one waits for it.
    said_at = time.monotonic()

    def tell(now: datetime) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _EVERY_SECONDS:
            said_at = time.monotonic()
            done = min(100, 100 * (now - begun) // span)
            print(f"{_shown(now)}  {done} %", file=sys.stderr, flush=True)

    return tell


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M UTC")
