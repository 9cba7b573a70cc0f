"""What members bought, as the table says it and as a plain model of their orders does."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import SYSTEM
from domain.orders import converting, discounts_left
from domain.orders.judging import order_of
from domain.orders.payments import payment_of
from domain.orders.remembering import remembered
from domain.programme import operations as programmes
from domain.programme.conditions.history import Figure
from domain.programme.templates import contents
from tests.factories.programme import in_three_languages

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
    offs, payment = discounts_left.kept(document), payment_of(document)
    left = discounts_left.facts_left(order_of(order), payment, back, offs)
    return converting.converted(left, converting.kept(document)).lines


async def a_programme_asking(*rules: dict[str, Any], **changes: Any) -> None:
    """The café with these campaigns beside its rules, from long ago on."""
    cafe = contents("cafe")
    asked = {**cafe, "rules": [*cafe["rules"], *rules], **changes}
    await programmes.publish(SYSTEM, asked, datetime(2021, 1, 1, tzinfo=UTC))


def a_campaign(code: str, when: dict[str, Any], points: int = 100) -> dict[str, Any]:
    """So many points for an order, when the condition holds."""
    return {
        "code": code,
        "name": in_three_languages(code.replace("-", " ")),
        "unit": "POINTS",
        "group": "CAMPAIGN",
        "effect": {"kind": "PER_ORDER", "points": points},
        "when": when,
    }


async def looked_at(reference: str) -> dict[Figure, int | None]:
    """The figures that the order was judged by, as its row keeps them."""
    found = await database.value(
        "select document -> 'standing' from orders where reference = $1", reference
    )
    return dict(remembered(found).history)
