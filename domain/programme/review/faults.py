"""Faults that any part of a programme can have: codes, texts, units, conditions, days."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from domain.language import Text
from domain.programme.conditions import parse, tests
from domain.programme.conditions.leaves import Leaf, Subject
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.periods import Dated
from domain.programme.problems import Invalid, Path, Problem, nearest
from domain.programme.terms import Limit, Programme, Written

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class Bounded(Dated, Protocol):
    """A rule with a limit, in force for a while."""

    @property
    def limit(self) -> Limit | None:
        """None: no limit."""


def bounds(rule: Bounded, path: Path) -> Iterator[Problem]:
    """A limit that stops all; a time that never comes."""
    if rule.limit is not None and rule.limit.points < 1:
        yield Problem((*path, "limit", "points"), "The limit stops all.", "Write 1 or more.")
    if rule.valid_from and rule.valid_until and rule.valid_from >= rule.valid_until:
        hint = "`validUntil` is the first day after it."
        yield Problem((*path, "validUntil"), "The rule is never in force.", hint)


def condition(
    programme: Programme,
    written: Written,
    subjects: frozenset[Subject],
    path: Path,
    leaves: Mapping[str, Leaf] | None = None,
) -> Iterator[Problem]:
    """What is wrong with a condition, and tiers in it that there are not.

    `leaves`: what it may look at; None: the table, and what the programme asks of members.
    """
    known = leaves_of_programme(programme) if leaves is None else leaves
    try:
        condition = parse(written, subjects, path, known)
    except Invalid as invalid:
        yield from invalid.problems
        return
    tiers = [tier.code for tier in programme.tiers]
    for test in tests(condition):
        if test.leaf == "memberIncomeBand" and not programme.income_bands:
            message = "The programme asks nobody for an income."
            yield Problem((*path, test.leaf), message, "Declare `incomeBands`, or ask another way.")
        if test.leaf == "memberTier" and isinstance(test.value, tuple):
            for code in test.value:
                if code not in tiers:
                    hint = nearest(code, tiers, "There are")
                    yield Problem((*path, "memberTier"), f"There is no tier {code}.", hint)


def codes(name: str, codes: list[str], above: Path = ()) -> Iterator[Problem]:
    """Codes that are none, or taken; `name` is the list, `above` the path to it."""
    yield from twice((*above, name), codes, "code")
    for index, code in enumerate(codes):
        if not _CODE.fullmatch(code):
            hint = "A letter first, then letters, digits, - and _; 40 at most."
            yield Problem((*above, name, str(index), "code"), "This is no code.", hint)


def twice(path: Path, codes: Iterable[str], *below: str) -> Iterator[Problem]:
    """What stands in a list before."""
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Problem((*path, str(index), *below), f"{code} is taken.", "Make it another.")
        seen.add(code)


def unit_known(programme: Programme, code: str, path: Path) -> Iterator[Problem]:
    """A unit that there is not."""
    if programme.unit(code) is None:
        hint = nearest(code, [unit.code for unit in programme.units], "The programme has")
        yield Problem(path, f"There is no unit {code}.", hint)


def said(programme: Programme, text: Text | None, path: Path) -> Iterator[Problem]:
    """A text that is missing in a language of the programme."""
    for language in programme.languages if text is not None else ():
        if not (text or {}).get(language, "").strip():
            hint = f"Write it in '{language}', or take the language out of `languages`."
            yield Problem((*path, language), "The text is missing.", hint)
