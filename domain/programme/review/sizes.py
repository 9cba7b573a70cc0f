"""What a programme has too many of: more than anybody reads, or than screens are made for."""

from collections.abc import Iterator, Sized

from domain.programme.problems import Path, Problem
from domain.programme.terms import Programme

LANGUAGES_MAX = 20
UNITS_MAX = 10
TIERS_MAX = 10
BENEFITS_MAX = 20
RULES_MAX = 50
CURRENCIES_MAX = 180


def problems(programme: Programme) -> Iterator[Problem]:
    """Lists that are too long."""
    yield from _long(programme.languages, LANGUAGES_MAX, ("languages",))
    yield from _long(programme.units, UNITS_MAX, ("units",))
    yield from _long(programme.tiers, TIERS_MAX, ("tiers",))
    yield from _long(programme.rules, RULES_MAX, ("rules",))
    yield from _long(programme.currencies, CURRENCIES_MAX, ("currencies",))
    for index, tier in enumerate(programme.tiers):
        yield from _long(tier.benefits, BENEFITS_MAX, ("tiers", str(index), "benefits"))


def _long(listed: Sized, most: int, path: Path) -> Iterator[Problem]:
    if len(listed) > most:
        message = f"There are {len(listed)} of them: nobody reads so many."
        yield Problem(path, message, f"Write {most} at most.")
