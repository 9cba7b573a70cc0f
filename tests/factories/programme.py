"""A small valid programme, its rules, and orders to judge by it. All pure: nothing is published."""

from datetime import UTC, datetime
from typing import Any

from domain.programme import document
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.rules import Compiled, compiled
from domain.programme.terms import Programme

NOON = datetime(2026, 6, 3, 9, tzinfo=UTC)
"""A Wednesday, noon in Athens."""

PER_EURO = {"kind": "PER_AMOUNT", "points": 1, "eachMinor": 100}


def in_three_languages(text: str) -> dict[str, str]:
    """The same text for all: what it says does not matter."""
    return {"en": text, "ru": text, "el": text}


def a_rule(code: str = "every-euro", **changes: Any) -> dict[str, Any]:
    """A point for each whole euro, unless said otherwise (`lines`, `when`, `limit` ... in JSON)."""
    return {
        "code": code,
        "name": in_three_languages(code.replace("-", " ")),
        "unit": "POINTS",
        "effect": PER_EURO,
        **changes,
    }


def a_programme(**changes: Any) -> dict[str, Any]:
    """A document without problems: POINTS and STARS, three tiers, a point for each whole euro.

    `changes` replace whole fields: `a_programme(basePolicy="SUM", rules=[...])`.
    """
    return {
        "name": in_three_languages("The Corner"),
        "timeZone": "Europe/Athens",
        "currency": "EUR",
        "languages": ["en", "ru", "el"],
        "units": [
            {
                "code": "POINTS",
                "label": {"en": "Points", "ru": "Баллы", "el": "Πόντοι"},
                "names": {
                    "en": {"one": "point", "many": "points"},
                    "ru": {"one": "балл", "few": "балла", "many": "баллов"},
                    "el": {"one": "πόντος", "many": "πόντοι"},
                },
                "symbol": "●",
            },
            {
                "code": "STARS",
                "label": {"en": "Stars", "ru": "Звёзды", "el": "Αστέρια"},
                "names": {
                    "en": {"one": "star", "many": "stars"},
                    "ru": {"one": "звезда", "few": "звезды", "many": "звёзд"},
                    "el": {"one": "αστέρι", "many": "αστέρια"},
                },
                "symbol": "★",
            },
        ],
        "tiers": [
            a_tier("bronze", 1, 0, 10_000),
            a_tier("silver", 2, 100, 12_500),
            a_tier("gold", 3, 300, 15_000),
        ],
        "qualifyingUnit": "POINTS",
        "windowDays": 365,
        "rules": [a_rule()],
        "termsVersion": 1,
        **changes,
    }


def a_tier(
    code: str, rank: int, threshold: int, multiplier: int = 10_000, **more: Any
) -> dict[str, Any]:
    """A tier named for its code; the multiplier in basis points."""
    return {
        "code": code,
        "name": in_three_languages(code.title()),
        "rank": rank,
        "threshold": threshold,
        "multiplierBasisPoints": multiplier,
        **more,
    }


def terms_of(**changes: Any) -> Programme:
    """The same as typed terms."""
    return document.decoded(a_programme(**changes))


def rules_of(*rules: dict[str, Any], **changes: Any) -> Compiled:
    """A programme of these rules, ready to judge by."""
    return compiled(terms_of(rules=list(rules), **changes))


def a_line(number: int = 1, amount: int = 1240, **changes: Any) -> LineFacts:
    """One piece of something for 12.40."""
    return LineFacts(number=number, sku=changes.pop("sku", "A"), amount_minor=amount, **changes)


def an_order(*lines: LineFacts, at: datetime = NOON, **changes: Any) -> OrderFacts:
    """An order of these lines (of one plain line, if there are none)."""
    return OrderFacts(at, changes.pop("currency", "EUR"), lines or (a_line(),), **changes)


def a_standing(tier: str = "bronze", **changes: Any) -> Standing:
    """A member at the entry tier, before the first order."""
    return Standing(tier, **changes)
