"""The programme document: from JSON to typed terms and back, its hash, and what is wrong in it."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson

from domain.money import EXPONENTS
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, parse
from domain.programme.problems import Invalid, Path, Problem
from domain.programme.terms import Multiplier, PerAmount, Programme, Rule

_WHERE = re.compile(r"(.*) - at `\$?(.*)`$")


def decoded(contents: dict[str, Any]) -> Programme:
    """The document as typed terms. Raises Invalid with the path of what does not fit its type."""
    try:
        return msgspec.convert(contents, Programme)
    except msgspec.ValidationError as error:
        found = _WHERE.match(str(error))
        message, where = found.groups() if found else (str(error), "")
        path = tuple(part for part in re.split(r"[.\[\]]+", where) if part)
        raise Invalid(
            [Problem(path, f"{message}.", "The schema names each field and its type.")]
        ) from None


def encoded(programme: Programme) -> dict[str, Any]:
    """The document as JSON values; `decoded` reads it back to the same terms."""
    contents: dict[str, Any] = msgspec.to_builtins(programme, str_keys=True)
    return contents


def hashed(programme: Programme) -> str:
    """SHA-256 of the canonical document: the same terms, the same hash."""
    canonical = orjson.dumps(encoded(programme), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def problems(programme: Programme) -> list[Problem]:
    """What keeps the document from being published, with paths and remedies."""
    return [*_basics(programme), *_units(programme), *_tiers(programme), *_rules(programme)]


def _basics(programme: Programme) -> Iterator[Problem]:
    try:
        ZoneInfo(programme.time_zone)
    except (ValueError, OSError):
        yield Problem(("timeZone",), "No such time zone.", "Write an IANA name: Europe/Athens.")
    if programme.currency not in EXPONENTS:
        yield Problem(("currency",), "No such currency.", "Write an ISO 4217 code: EUR.")
    if programme.window_days < 1:
        yield Problem(("windowDays",), "The window is empty.", "Write 1 or more days: 365.")
    for name, terms in (("welcome", programme.welcome), ("referral", programme.referral)):
        if terms is not None and programme.unit(terms.unit) is None:
            yield _no_unit((name, "unit"), programme)


def _units(programme: Programme) -> Iterator[Problem]:
    yield from _twice("units", [unit.code for unit in programme.units])
    if programme.unit(programme.qualifying_unit) is None:
        yield _no_unit(("qualifyingUnit",), programme)
    for index, unit in enumerate(programme.units):
        if unit.expiry is not None and unit.expiry.months < 1:
            path = ("units", str(index), "expiry", "months")
            yield Problem(path, "Points would expire at once.", "Write 1 or more months.")
        for language in programme.languages:
            if "many" not in unit.names.get(language, {}):
                path = ("units", str(index), "names", language)
                yield Problem(path, "The name is missing.", "Give one and many (few in ru).")


def _tiers(programme: Programme) -> Iterator[Problem]:
    yield from _twice("tiers", [tier.code for tier in programme.tiers])
    if not programme.tiers or programme.tiers[0].threshold != 0:
        yield Problem(("tiers",), "There is no entry tier.", "Begin with a tier of threshold 0.")
    for index, (below, above) in enumerate(
        zip(programme.tiers, programme.tiers[1:], strict=False), start=1
    ):
        if above.threshold <= below.threshold or above.rank <= below.rank:
            path = ("tiers", str(index), "threshold")
            yield Problem(path, "Tiers must rise.", "List them by rank, thresholds rising too.")


def _rules(programme: Programme) -> Iterator[Problem]:
    yield from _twice("rules", [rule.code for rule in programme.rules])
    for index, rule in enumerate(programme.rules):
        path = ("rules", str(index))
        if programme.unit(rule.unit) is None:
            yield _no_unit((*path, "unit"), programme)
        yield from _effect(rule, path)
        for name, subjects in (("lines", LINE_SUBJECTS), ("when", ORDER_SUBJECTS)):
            written = getattr(rule, name)
            if written is not None:
                try:
                    parse(written, subjects, (*path, name))
                except Invalid as invalid:
                    yield from invalid.problems
        for language in programme.languages:
            if not rule.name.get(language):
                yield Problem((*path, "name", language), "The name is missing.", "Write one.")


def _effect(rule: Rule, path: Path) -> Iterator[Problem]:
    effect = rule.effect
    if isinstance(effect, Multiplier):
        if effect.basis_points <= 0:
            yield Problem((*path, "effect", "basisPoints"), "This gives nothing.", "20000 doubles.")
    elif effect.points < 1:
        yield Problem((*path, "effect", "points"), "The rule gives nothing.", "Write 1 or more.")
    if isinstance(effect, PerAmount) and effect.each_minor < 1:
        yield Problem((*path, "effect", "eachMinor"), "Each how much?", "100 is one euro.")
    if rule.limit is not None and rule.limit.points < 1:
        yield Problem((*path, "limit", "points"), "The limit stops all.", "Write 1 or more.")
    if rule.valid_from and rule.valid_until and rule.valid_from >= rule.valid_until:
        yield Problem((*path, "validUntil"), "The rule is never in force.", "End it later.")


def _twice(name: str, codes: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Problem((name, str(index), "code"), "This code is taken.", "Make it another.")
        seen.add(code)


def _no_unit(path: Path, programme: Programme) -> Problem:
    codes = ", ".join(unit.code for unit in programme.units)
    return Problem(path, "There is no such unit.", f"The programme has {codes}.")
