"""What was quoted is earned, to the point and with the same reasons, whatever is published then."""

import random
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders import operations
from domain.orders.commands import OrderCommand
from domain.orders.operations import Quote
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.carts import a_cart, publish_variant
from tests.factories.orders import SHOP, reported
from tests.factories.rewards import a_buyer
from tests.processes import Server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_of_any_cart_the_quote_is_what_it_earns() -> None:
    chance = random.Random(begin := seed())
    await publish_variant(chance)
    members: list[UUID | None] = []
    for place in range(count(60, 10_000)):
        if place % 20 == 0:  # a few orders each: limits, tiers and first visits are met
            tier = chance.choice(["friend", "regular", "family"])
            members = [(await a_buyer(0, tier=tier)).member_id for _ in range(4)]
        cart = a_cart(chance, chance.choice(members))

        quote = await operations.quote(SHOP, cart)
        changed = chance.random() < 0.1
        if changed:
            await publish_variant(chance)
        done = await reported(cart, quote_id=quote.key)

        order_id = UUID(done.result["order"])
        assert await earned(order_id) == promised(quote), f"seed {begin}, cart {place}"
        tier = await database.value("select tier from members where id = $1", member_of(cart))
        assert tier == quote.judged.tier_after, f"seed {begin}, cart {place}"
        total = await database.value("select total from orders where id = $1", order_id)
        assert total == quote.judged.price.total.amount, f"seed {begin}, cart {place}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


def member_of(cart: OrderCommand) -> UUID:
    assert cart.member is not None
    assert cart.member.id is not None
    return cart.member.id


async def earned(order_id: UUID) -> dict[str, Any]:
    """What the ledger has for the order: by unit its points and their parts."""
    found = await database.rows(
        "select unit, points + debt as points, explanation from transactions"
        " where natural_key = $1",
        f"order:{order_id}",
    )
    return {row["unit"]: (row["points"], row["explanation"]) for row in found}


def promised(quote: Quote) -> dict[str, Any]:
    accrual = quote.judged.accrual
    return {
        unit: (points, orjson.loads(orjson.dumps([p.as_json() for p in accrual.of_unit(unit)])))
        for unit, points in accrual.totals().items()
    }


async def test_over_http_the_answers_are_alike(served: Server) -> None:
    chance = random.Random(begin := seed())
    await publish_variant(chance)
    member = await a_buyer(0)
    number = await database.value("select number from members")
    ask, send = document("app/quote/Quote"), document("shop/orders/OrderReport")
    token = await token_of(SHOP)
    async with served.client() as client:
        for place in range(count(12, 500)):
            cart = sent_whole(a_cart(chance, member.member_id), number)
            quote = (await client.ask(ask, token, order=cart))["orderQuote"]
            if chance.random() < 0.3:
                await publish_variant(chance)
            asked = {"order": cart, "quoteId": quote["id"], "idempotencyKey": uuid4().hex}
            done = (await client.ask(send, token, input=asked))["orderReport"]
            where = f"seed {begin}, cart {place}"
            assert done["userErrors"] == [], where
            assert points(done["earnings"]) == points(quote["earnings"]), where
            assert done["order"]["total"] == quote["price"]["total"], where


def points(earnings: list[Any]) -> dict[str, Any]:
    """By unit what is earned, and each part's points."""
    return {
        each["unit"]["code"]: (
            each["points"],
            [part["points"] for part in each["explanation"]],
        )
        for each in earnings
    }


def sent_whole(cart: OrderCommand, number: str) -> dict[str, Any]:
    """The whole cart as a shop system sends it."""
    return {
        "source": cart.source,
        "reference": cart.reference,
        "occurredAt": cart.occurred_at.isoformat(),
        "currency": cart.currency,
        "member": {"number": number},
        "store": cart.store,
        "lines": [
            {
                "sku": line.sku,
                "quantity": line.quantity,
                "unitPrice": line.unit_price,
                "category": line.category,
                "brand": line.brand,
                "discount": line.discount,
                "includedTax": line.included_tax,
                "excluded": line.excluded,
            }
            for line in cart.lines
        ],
        "charges": [{"kind": each.kind, "amount": each.amount} for each in cart.charges],
        "discounts": [{"title": each.title, "amount": each.amount} for each in cart.discounts],
    }
