"""Rules that look at what was bought before, as shops and members meet them."""

from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from tests.client import Client
from tests.documents import document
from tests.factories import refunds
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.purchases import a_campaign, a_programme_asking
from tests.factories.refunds import a_refund, bought, counted
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

QUOTE, REPORT = document("app/quote/Quote"), document("shop/orders/OrderReport")
REFUND = document("shop/orders/OrderRefund")
THIRD = a_campaign(
    "third-coffee", {"memberOrders": {"atLeast": 2, "category": ["coffee"], "withinDays": 90}}
)
COFFEE = a_line(300, category="coffee")


async def test_a_quote_says_why_not_and_then_what_it_gives(served: Server) -> None:
    await a_programme()
    await a_programme_asking(THIRD)
    member = await a_buyer(0)
    number = await database.value("select number from members where id = $1", member.member_id)
    own, shop = await token_of(member), await token_of(SHOP)
    at = await database.now()
    await bought(COFFEE, member_id=member.member_id, occurred_at=at)
    second, third = [an_order(COFFEE, a_line(500), occurred_at=at) for _ in range(2)]

    async with served.client() as client:
        why = await quoted(client, own, sent(second) | {"lines": lines()})
        await report(client, shop, sent(second, number=number) | {"lines": lines()}, None)
        quote = await quoted(client, own, sent(third) | {"lines": lines()})
        done = await report(
            client, shop, sent(third, number=number) | {"lines": lines()}, quote["id"]
        )
        back = await client.ask(REFUND, shop, input=refunds.sent(a_refund(third, (2, 1))))

    assert "third coffee" not in str(why["earnings"])
    (missed,) = [each for each in why["notEarned"] if each["rule"]["name"] == "third coffee"]
    assert missed["text"] == (
        "Only when the number of earlier orders with something of the category “coffee”"
        " in the last 90 days is at least 2; here: 1."
    )
    assert done["earnings"] == quote["earnings"]
    assert [each["points"] for each in done["earnings"]] == [8 + 100, 1]
    assert back["orderRefund"]["takenBack"] == [{"points": 5, "unit": {"code": "POINTS"}}]
    assert (await counted(member.member_id))["points"]["POINTS"] == 3 + 8 + 3 + 100
    assert (await proof(SYSTEM)).problems == []


def lines() -> list[dict[str, Any]]:
    """A coffee and something else."""
    return [
        {"sku": "latte", "quantity": 1, "unitPrice": 300, "category": "coffee"},
        {"sku": "cake", "quantity": 1, "unitPrice": 500},
    ]


async def quoted(client: Client, token: str, order: dict[str, Any]) -> dict[str, Any]:
    answer = await client.ask(QUOTE, token, language="en", order=order)
    return answer["orderQuote"]  # type: ignore[no-any-return]


async def report(
    client: Client, token: str, order: dict[str, Any], quote: str | None
) -> dict[str, Any]:
    input = {"order": order, "idempotencyKey": uuid4().hex, "quoteId": quote}
    answer = (await client.ask(REPORT, token, language="en", input=input))["orderReport"]
    assert answer["userErrors"] == []
    return answer  # type: ignore[no-any-return]
