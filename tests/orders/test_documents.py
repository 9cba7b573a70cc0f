"""The documents that shops and apps send about orders, answered over HTTP; and what is refused."""

from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.members.queries import members_of
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent, written
from tests.factories.rewards import TILL, a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REPORT, BATCH = document("shop/orders/OrderReport"), document("shop/orders/OrderReportBatch")
QUOTE, ORDERS = document("app/quote/Quote"), document("app/orders/Orders")
CLAIM = """mutation ($input: OrderClaimInput!) {
  orderClaim(input: $input) { order { reference } earnings { points } replayed
                              userErrors { code message path } } }"""


async def test_a_reported_order_is_paid_for_explained_and_listed(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    (row,) = await members_of(member, [member.member_id])  # type: ignore[list-item]
    assert row
    order = sent(an_order(a_line(1240)), number=row.number)
    async with served.client() as client:
        shop, own = await token_of(SHOP), await token_of(member)
        quote = (await client.ask(QUOTE, own, order=order | {"member": None}))["orderQuote"]
        input = {"order": order, "quoteId": quote["id"], "idempotencyKey": uuid4().hex}

        done = (await client.ask(REPORT, shop, input=input))["orderReport"]
        again = (await client.ask(REPORT, shop, input=input))["orderReport"]
        listed = (await client.ask(ORDERS, own))["me"]["orders"]["nodes"]

    assert quote["price"]["total"] == {"amount": 1240, "currency": "EUR"}
    assert [each["points"] for each in quote["earnings"]] == [12]
    assert quote["tierAfter"]["name"] == "Friend"
    (earning,) = done["earnings"]
    assert (earning["points"], earning["explanation"][0]["points"]) == (12, 12)
    assert earning["explanation"][0]["text"] == ("1 point for each whole euro of €12.40: 12 points")
    assert done["member"]["number"] == row.number
    assert (done["replayed"], again.pop("replayed")) == (False, True)
    assert again == {name: value for name, value in done.items() if name != "replayed"}
    assert [each["reference"] for each in listed] == [order["reference"]]


async def test_nobody_s_order_is_claimed_by_the_code_on_its_receipt(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    async with served.client() as client:
        input = {"order": sent(an_order(a_line(900))), "idempotencyKey": uuid4().hex}
        done = (await client.ask(REPORT, await token_of(SHOP), input=input))["orderReport"]
        receipt = {"receipt": {"code": done["claim"]["code"]}, "idempotencyKey": "mine"}
        claimed = (await client.ask(CLAIM, await token_of(member), input=receipt))["orderClaim"]

    assert (done["member"], done["claim"]["points"]) == (None, 9)
    assert done["claim"]["url"].endswith(f"/claim/{done['claim']['code']}")
    assert claimed["earnings"] == [{"points": 9}]


async def test_a_batch_answers_for_each_order(served: Server) -> None:
    await a_programme()
    bad = sent(an_order(a_line(-1)))
    async with served.client() as client:
        input = {"orders": [sent(an_order()), bad], "idempotencyKey": uuid4().hex}
        done = (await client.ask(BATCH, await token_of(SHOP), input=input))["orderReportBatch"]

    good, refused = done["results"]
    assert (good["userErrors"], refused["order"]) == ([], None)
    (error,) = refused["userErrors"]
    assert error["code"] == "INVALID_INPUT"
    assert error["path"] == ["input", "orders", "1", "lines", "0", "unitPrice"]


async def refusal(client: Client, token: str | None, document: str, **variables: Any) -> Any:
    with pytest.raises(Refused) as raised:
        await client.ask(document, token, **variables)
    (error,) = raised.value.errors
    return error["extensions"]["code"], error["extensions"].get("inputPath")


async def test_what_is_refused_changes_nothing_and_says_where(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    before = await written()
    bad = sent(an_order(a_line(-5)))
    async with served.client() as client:
        shop, own, till = [await token_of(actor) for actor in (SHOP, member, TILL)]
        input = {"order": bad, "idempotencyKey": "key"}
        (error,) = (await client.ask(REPORT, shop, input=input))["orderReport"]["userErrors"]
        quoted = await refusal(client, own, QUOTE, order=bad)
        roles = [await refusal(client, token, REPORT, input=input) for token in (own, till, None)]
        page = await refusal(client, own, "{ me { orders(first: 101) { nodes { id } } } }")
        unit = await refusal(client, own, '{ me { wallet(unit: "GOLD") { balance } } }')

    assert error["code"] == "INVALID_INPUT"
    assert error["path"] == ["input", "order", "lines", "0", "unitPrice"]
    assert error["message"] == "An amount is 0 to 10000000000000 minor units."
    assert quoted == ("BAD_REQUEST", ["order", "lines", "0", "unitPrice"])
    assert [code for code, _ in roles] == ["FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"]
    assert page == ("PAGE_TOO_LARGE", None)
    assert unit == ("NOT_FOUND", ["unit"])
    assert await written() == before
    assert await database.value("select count(*) from orders") == 0
