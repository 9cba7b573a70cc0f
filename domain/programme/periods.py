"""Which period of a limit a day is in, and whether a rule is in force on it."""

from datetime import date
from functools import lru_cache
from typing import Protocol

from domain.calendar import Period, first_day
from domain.programme.terms import LimitPeriod


class Dated(Protocol):
    """What is in force for a while."""

    @property
    def valid_from(self) -> date | None:
        """The first day; None: since ever."""

    @property
    def valid_until(self) -> date | None:
        """The first day after it; None: for ever."""


@lru_cache(maxsize=1024)
def period_of(kind: LimitPeriod, day: date) -> str:
    """The period's name, under which uses of a limit are counted: "WEEK 2026-11-23"."""
    if kind is LimitPeriod.EVER:
        return "EVER"
    return f"{kind} {first_day(Period(kind), day).isoformat()}"


def in_force(rule: Dated, day: date) -> bool:
    """Whether the rule is in force on that local day."""
    begun = rule.valid_from is None or rule.valid_from <= day
    return begun and (rule.valid_until is None or day < rule.valid_until)
