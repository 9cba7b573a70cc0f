"""Refunds as shop systems send them, to two processes."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.wallets.proof import proof
from tests.counts import count
from tests.documents import document
from tests.factories import refunds
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.refunds import a_refund, counted
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.locked_wallet import REPORT
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REFUND = document("shop/orders/OrderRefund")
STATEMENT = """query { me { wallet(unit: "POINTS") { transactions(first: 1) { nodes {
  kind points title explanation { points text rule { id } }
} } } notifications(first: 1) { edges { node { kind title body } } } } }"""


async def sold(server: Server, *lines: Any) -> tuple[Any, Actor, str]:
    """An order of a member, reported over HTTP; the member, and the shop's token."""
    await a_programme()
    member = await a_buyer(0)
    number = await database.value("select number from members where id = $1", member.member_id)
    order, shop = an_order(*lines), await token_of(SHOP)
    async with server.client() as client:
        input = {"order": sent(order, number=number), "idempotencyKey": uuid4().hex}
        assert (await client.ask(REPORT, shop, input=input))["orderReport"]["userErrors"] == []
    return order, member, shop


async def test_a_refund_is_answered_told_and_explained(served: Server) -> None:
    order, member, shop = await sold(served, a_line(1250), a_line(1250))
    own = await token_of(member)
    async with served.client() as client:
        done = (await client.ask(REFUND, shop, input=refunds.sent(a_refund(order, (2, 1)))))[
            "orderRefund"
        ]
        told = (await client.ask(STATEMENT, own, language="en"))["me"]

    assert (done["order"]["state"], done["replayed"], done["userErrors"]) == (
        "PARTLY_REFUNDED", False, [],
    )  # fmt: skip
    assert done["takenBack"] == [{"points": 13, "unit": {"code": "POINTS"}}]
    assert done["givenBack"] == []
    wallets = {each["unit"]["code"]: each for each in done["member"]["wallets"]}
    assert (wallets["POINTS"]["balance"], wallets["POINTS"]["debt"]) == (12, 0)
    assert done["member"]["standing"]["tier"]["name"] == "Friend"
    (line,) = told["wallet"]["transactions"]["nodes"]
    assert (line["kind"], line["points"]) == ("CLAWBACK", -13)
    assert line["title"] == f"Order {order.reference} returned"
    (part,) = line["explanation"]
    assert part["rule"]
    assert part["text"] == "A point for each euro: 25 points so far, 13 points taken back"
    (edge,) = told["notifications"]["edges"]
    assert edge["node"]["kind"] == "POINTS_TAKEN_BACK"
    assert "13 points" in edge["node"]["title"]


async def test_more_than_was_bought_is_refused_at_its_place(served: Server) -> None:
    order, _, shop = await sold(served, a_line(500))
    async with served.client() as client:
        input = refunds.sent(a_refund(order, (1, 2)))
        (error,) = (await client.ask(REFUND, shop, input=input))["orderRefund"]["userErrors"]

    assert (error["code"], error["path"]) == (
        "INVALID_INPUT", ["input", "lines", "0", "quantity"],
    )  # fmt: skip


async def test_a_sale_that_is_not_there_yet_is_no_error(served: Server) -> None:
    await a_programme()
    async with served.client() as client:
        input = refunds.sent(a_refund(an_order()))
        done = (await client.ask(REFUND, await token_of(SHOP), input=input))["orderRefund"]

    assert done == {
        "order": None, "takenBack": [], "givenBack": [], "member": None, "replayed": False,
        "userErrors": [],
    }  # fmt: skip


@pytest.mark.counted
async def test_a_hundred_times_the_same_refund_is_one(served: Server) -> None:
    for _ in range(count(1, 10)):
        order, member, shop = await sold(served, a_line(1000, quantity=4))
        refund = a_refund(order, (1, 1))
        inputs = [
            refunds.sent(refund) | ({"idempotencyKey": uuid4().hex} if n % 2 else {})
            for n in range(100)
        ]
        async with served.client() as client:
            answers = await asyncio.gather(
                *[client.ask(REFUND, shop, input=input) for input in inputs]
            )

        payloads = [answer["orderRefund"] for answer in answers]
        assert [payload["userErrors"] for payload in payloads] == [[]] * 100
        assert sorted(payload.pop("replayed") for payload in payloads) == [False, *[True] * 99]
        assert all(each["takenBack"] == payloads[0]["takenBack"] for each in payloads)
        assert (await counted(member.member_id))["points"] == {"POINTS": 30}
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.counted
async def test_different_refunds_at_once_take_what_was_earned_and_no_more(served: Server) -> None:
    for _ in range(count(2, 20)):
        order, member, shop = await sold(served, a_line(1000, quantity=10), a_line(900))
        inputs = [
            refunds.sent(a_refund(order, *lines))
            for lines in [((1, 6),), ((1, 5),), ((1, 4), (2, 1)), ((1, 3),), ((2, 1),), ()]
        ]
        async with served.client() as client:
            answers = await asyncio.gather(
                *[client.ask(REFUND, shop, input=input) for input in inputs]
            )

        taken = sum(
            each["points"] for answer in answers for each in answer["orderRefund"]["takenBack"]
        )
        back = await database.rows("select returned from refunds where order_id is not null")
        assert back
        assert taken <= 109
        assert (await counted(member.member_id))["points"].get("POINTS", 0) == 109 - taken
        codes = {e["code"] for answer in answers for e in answer["orderRefund"]["userErrors"]}
        assert codes <= {"INVALID_INPUT", "ORDER_CONFLICT"}
    assert (await proof(SYSTEM)).problems == []
