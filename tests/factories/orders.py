"""Orders as shops report them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.queries import MemberRef
from domain.orders import operations
from domain.orders.commands import Line, OrderCommand, ReportOrder
from domain.orders.reporting import Reported

SHOP = Actor(ActorKind.SERVICE, "shop", expanded({Role.SHOP}))
MORNING = datetime(2026, 11, 24, 10, tzinfo=UTC)


def a_line(amount: int = 1000, **values: Any) -> Line:
    """One piece of something plain, for 10.00."""
    return Line(values.pop("sku", "A"), values.pop("quantity", 1), amount, **values)


def an_order(*lines: Line, member: UUID | None = None, **values: Any) -> OrderCommand:
    """An order of these lines (of one plain one, if there are none), each with a new reference."""
    return OrderCommand(
        source=values.pop("source", "till"),
        reference=values.pop("reference", uuid4().hex),
        occurred_at=values.pop("occurred_at", MORNING),
        currency=values.pop("currency", "EUR"),
        lines=lines or (a_line(),),
        member=MemberRef(id=member) if member else None,
        **values,
    )


async def reported(order: OrderCommand, key: str | None = None, **values: Any) -> Reported:
    """What becomes of it when a shop reports it."""
    return await operations.report(SHOP, ReportOrder(order, key or uuid4().hex, **values))


def sent(order: OrderCommand, **member: str) -> dict[str, Any]:
    """The order as a shop system sends it over GraphQL; `member`: number="..." and the like."""
    made: dict[str, Any] = {
        "source": order.source,
        "reference": order.reference,
        "occurredAt": order.occurred_at.isoformat(),
        "currency": order.currency,
        "lines": [
            {"sku": line.sku, "quantity": line.quantity, "unitPrice": line.unit_price}
            for line in order.lines
        ],
    }
    return made | ({"member": member} if member else {})


async def written() -> dict[str, int]:
    """How many rows there are of all that an order writes."""
    tables = ("orders", "transactions", "transfers", "lots", "notifications", "outbox",
              "idempotency_keys", "qualifying_days", "rule_uses")  # fmt: skip
    return {table: await database.value(f"select count(*) from {table}") for table in tables}
