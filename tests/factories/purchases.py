"""What members bought, as the table says it and as a plain model of their orders does."""

from collections import Counter
from typing import Any
from uuid import UUID

from domain import database
from domain.orders import converting
from domain.orders.judging import order_of
from domain.orders.payments import payment_of
from domain.orders.price import facts
from domain.orders.reducing import reduced

_PAID = ("COMPLETED", "DELIVERED", "PARTLY_REFUNDED")

Row = tuple[UUID, Any, int, list[str], list[str | None], list[str | None], list[int]]
"""(member, instant, amount, SKUs, categories, brands, amounts by line)"""


async def kept() -> dict[UUID, Row]:
    """The table, by order."""
    found = await database.rows(
        """select order_id, member_id, occurred_at, amount_minor, skus, categories, brands, amounts
           from purchases"""
    )
    return {row["order_id"]: tuple(row)[1:] for row in found}


async def modelled() -> dict[UUID, Row]:
    """What it should say: each order less what came back, in the programme's currency."""
    found: dict[UUID, Row] = {}
    for row in await database.rows("select * from orders where member_id is not null"):
        back = await database.rows("select returned from refunds where order_id = $1", row["id"])
        lines = bought(row, [pair for each in back for pair in each["returned"] or ()])
        if lines and row["state"] in _PAID:
            amounts = [line.amount_minor for line in lines]
            found[row["id"]] = (
                row["member_id"],
                row["occurred_at"],
                sum(amounts),
                [line.sku for line in lines],
                [line.category for line in lines],
                [line.brand for line in lines],
                amounts,
            )
    return found


def bought(order: Any, returned: list[tuple[int, int]]) -> tuple[Any, ...]:
    """The lines that are left of an order, a row."""
    document = order["document"]
    back: Counter[int] = Counter()
    for number, pieces in returned:
        back[number] += pieces
    left = reduced(facts(order_of(order), payment_of(document)), back)
    return converting.converted(left, converting.kept(document)).lines
