"""Discount rules, as documents and ready to judge by."""

from typing import Any

from domain.programme.compiling import Compiled
from tests.factories.programme import in_three_languages, rules_of

FIVE_PERCENT = {"kind": "PERCENT_OFF", "basisPoints": 500}
TWO_EUROS = {"kind": "AMOUNT_OFF", "minor": 200}
FREE = {"kind": "FREE_DELIVERY"}


def a_discount(code: str = "five", **changes: Any) -> dict[str, Any]:
    """5% off all goods, unless said otherwise (`effect`, `lines`, `when`, `limit` ... in JSON)."""
    return {
        "code": code,
        "name": in_three_languages(code.title()),
        "effect": FIVE_PERCENT,
        **changes,
    }


def discounts_of(*discounts: dict[str, Any], **changes: Any) -> Compiled:
    """A programme of these discounts, ready to judge by."""
    rules = changes.pop("rules", [])
    return rules_of(*rules, discounts=list(discounts), **changes)
