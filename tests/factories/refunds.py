"""Refunds as shops report them, and what a member has afterwards."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.orders import refunding
from domain.orders.commands import OrderCommand
from domain.orders.refund_commands import RefundLine, RefundOrder
from domain.orders.refunding import Refunded
from tests.factories.orders import SHOP, an_order, reported
from tests.factories.rewards import a_buyer, a_programme

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_refund(order: OrderCommand, *lines: tuple[int, int], **values: Any) -> RefundOrder:
    """Of these lines and pieces; of all that is left, without any."""
    return RefundOrder(
        order.source,
        order.reference,
        values.pop("refund_reference", uuid4().hex),
        values.pop("occurred_at", NOON),
        values.pop("key", uuid4().hex),
        tuple(RefundLine(number, pieces) for number, pieces in lines) or None,
    )


async def a_customer(tier: str = "friend") -> UUID:
    """A member of that tier without points."""
    await a_programme()
    member_id = (await a_buyer(0, tier=tier)).member_id
    assert member_id
    return member_id


async def bought(*lines: Any, member_id: UUID | None = None, **values: Any) -> OrderCommand:
    """An order that was reported."""
    order = an_order(*lines, member=member_id, **values)
    await reported(order)
    return order


async def refunded(order: OrderCommand, *lines: tuple[int, int], **values: Any) -> Refunded:
    """What becomes of it when a shop reports it."""
    return await refunding.refund(SHOP, a_refund(order, *lines, **values))


def sent(refund: RefundOrder) -> dict[str, Any]:
    """The refund as a shop system sends it over GraphQL."""
    made: dict[str, Any] = {
        "source": refund.source,
        "reference": refund.reference,
        "refundReference": refund.refund_reference,
        "occurredAt": refund.occurred_at.isoformat(),
        "idempotencyKey": refund.idempotency_key,
    }
    if refund.lines is not None:
        made["lines"] = [
            {"lineNumber": line.line_number, "quantity": line.quantity} for line in refund.lines
        ]
    return made


async def counted(member_id: UUID | None) -> dict[str, Any]:
    """What a member's orders have come to: wallets, what counts for the tier and for limits."""
    wallets = await database.rows(
        "select unit, available - debt as points from wallets where member_id = $1", member_id
    )
    days = await database.rows(
        "select day, points from qualifying_days where member_id = $1", member_id
    )
    uses = await database.rows(
        "select rule, period, points from rule_uses where member_id = $1", member_id
    )
    member = await database.row("select order_count, tier from members where id = $1", member_id)
    assert member is not None
    return {
        "points": {row["unit"]: row["points"] for row in wallets if row["points"]},
        "qualifying": {row["day"]: row["points"] for row in days if row["points"]},
        "uses": {(r["rule"], r["period"]): r["points"] for r in uses if r["points"]},
        "orders": member["order_count"],
        "tier": member["tier"],
    }


async def order_state(order: OrderCommand) -> str:
    """How far the order has come."""
    state: str = await database.value(
        "select state from orders where (source, reference) = ($1, $2)",
        *(order.source, order.reference),
    )
    return state
