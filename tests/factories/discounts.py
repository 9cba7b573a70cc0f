"""Discount rules, as documents and ready to judge by."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import SYSTEM
from domain.orders import operations
from domain.orders.commands import OrderCommand
from domain.orders.payments import Payment, payment_of
from domain.programme import operations as programmes
from domain.programme.compiling import Compiled
from domain.programme.templates import contents
from tests.factories.orders import SHOP, reported
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


async def a_cafe_with(*discounts: dict[str, Any], **changes: Any) -> None:
    """The café with these discounts, in force since ever."""
    document = contents("cafe") | {"discounts": list(discounts)} | changes
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))


async def quoted_and_reported(order: OrderCommand, key: str | None = None) -> UUID:
    """The order as its quote made it."""
    quote = await operations.quote(SHOP, order)
    done = await reported(order, key, quote_id=quote.key)
    return UUID(done.result["order"])


async def spent_of(code: str) -> int:
    """What has been taken of a budget."""
    found = await database.value("select spent from discount_budgets where code = $1", code)
    return found or 0


async def payment_kept(order_id: UUID) -> Payment:
    """What the order's row has of what money need not pay."""
    return payment_of(await database.value("select document from orders where id = $1", order_id))
