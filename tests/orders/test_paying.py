"""Part of an order is paid with points and vouchers: quoted, bound, taken once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.rewards.kinds import RewardKind
from domain.wallets.proof import proof
from tests.client import Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line
from tests.factories.paying import (
    a_cart,
    a_payment,
    a_voucher,
    asked,
    states,
    wallet,
)
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

QUOTE = document("app/quote/Quote")
REPORT = document("shop/orders/OrderReport")
BATCH = document("shop/orders/OrderReportBatch")
IN_POINTS = {"code": "POINTS"}


async def test_a_quote_says_what_points_can_pay_and_what_they_would(served: Server) -> None:
    await a_programme()
    member = await a_buyer(170)
    shop = await token_of(SHOP)
    cart = await a_cart(member)
    async with served.client() as client:
        open_quote = (await client.ask(QUOTE, shop, order=cart))["orderQuote"]
        quote = (await client.ask(QUOTE, shop, order=cart | {"payWithPoints": a_payment(100)}))[
            "orderQuote"
        ]
        poor = await a_cart(await a_buyer(19))
        nothing = (await client.ask(QUOTE, shop, order=poor))["orderQuote"]

    # 170 points are eight steps; half of the goods would be 200 points.
    assert (
        open_quote["payable"]
        == quote["payable"]
        == [
            {
                "unit": IN_POINTS,
                "minPoints": 20,
                "maxPoints": 160,
                "step": 20,
                "maxPointsWorth": {"amount": 800, "currency": "EUR"},
            }
        ]
    )
    assert open_quote["spent"] == nothing["payable"] == []
    assert quote["spent"] == [{"points": 100, "unit": IN_POINTS}]
    price = quote["price"]
    assert (price["goods"]["amount"], price["paidWithPoints"]["amount"]) == (2000, 500)
    assert price["total"]["amount"] == 1500
    assert [each["points"] for each in quote["earnings"]] == [15]


async def test_points_are_taken_with_the_order_once_and_what_they_pay_earns_nothing(
    served: Server,
) -> None:
    """Semantics 23, 26."""
    await a_programme()
    member = await a_buyer(170)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(100))
    key = uuid4().hex
    async with served.client() as client:
        rehearsed = await asked(client, REPORT, shop, order=cart, idempotencyKey=key, dryRun=True)
        assert await wallet(member) == (170, 0)
        done = await asked(client, REPORT, shop, order=cart, idempotencyKey=key)
        again = await asked(client, REPORT, shop, order=cart, idempotencyKey=key)
        other_key = await asked(client, REPORT, shop, order=cart)

    for each in (rehearsed, done, again, other_key):
        assert each["userErrors"] == []
        assert each["spent"] == [{"points": 100, "unit": IN_POINTS}]
        assert [(e["points"], e["unit"]) for e in each["earnings"]] == [(15, IN_POINTS)]
    assert [each["replayed"] for each in (done, again, other_key)] == [False, True, True]
    assert done["order"]["total"]["amount"] == 1500
    assert await wallet(member) == (170 - 100 + 15, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_points_that_are_missing_are_told_where_they_were_asked_for(served: Server) -> None:
    await a_programme()
    member = await a_buyer(59)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(60))
    key = uuid4().hex
    async with served.client() as client:
        for stage in ("COMPLETED", "PLACED"):
            refused = await asked(client, REPORT, shop, order=cart | {"stage": stage})
            assert error(refused) == ("INSUFFICIENT_POINTS", "order.payWithPoints")
        many = await asked(client, BATCH, shop, orders=[cart], idempotencyKey=key)
        again = await asked(client, BATCH, shop, orders=[cart], idempotencyKey=key)
        with pytest.raises(Refused, match="1 points are missing"):
            await client.ask(QUOTE, shop, order=cart)
        await credit(member.member_id, 1)  # type: ignore[arg-type]
        done = await asked(client, REPORT, shop, order=cart)
    for each in (many, again):
        assert error(each["results"][0]) == ("INSUFFICIENT_POINTS", "orders.0.payWithPoints")
    assert done["userErrors"] == []
    assert await wallet(member) == (17, 0)


@pytest.mark.parametrize(
    ("payment", "path", "message"),
    [
        (a_payment(10), "payWithPoints.points", "At least 20"),
        (a_payment(30), "payWithPoints.points", "steps of 20"),
        (a_payment(220), "payWithPoints.points", "200 points can pay at most"),
        (a_payment(-20), "payWithPoints.points", "At least 20"),
        (a_payment(20, "STARS"), "payWithPoints.unit", "no such points"),
        (a_payment(20, "MILES"), "payWithPoints.unit", "no such points"),
    ],
)
async def test_what_the_programme_does_not_take_is_refused(
    served: Server, payment: dict[str, Any], path: str, message: str
) -> None:
    await a_programme()
    member = await a_buyer(1000)
    async with served.client() as client:
        cart = await a_cart(member, payWithPoints=payment)
        refused = await asked(client, REPORT, await token_of(SHOP), order=cart)
    assert error(refused) == ("INVALID_INPUT", f"order.{path}")
    assert message in refused["userErrors"][0]["message"]
    assert await database.value("select count(*) from orders") == 0


async def test_points_and_vouchers_are_somebodys_who_takes_part(served: Server) -> None:
    await a_programme()
    member, other = await a_buyer(100), await a_buyer(100)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(20))
    async with served.client() as client:
        nobodys = await asked(client, REPORT, shop, order=cart | {"member": {"number": "0"}})
        anothers = await asked(
            client, REPORT, shop, order=await a_cart(other, voucherCodes=["A" * 16, code])
        )
        mine = await asked(client, REPORT, shop, order=await a_cart(other, voucherCodes=[code]))
        await database.rows("update members set state = 'BLOCKED', version = version + 1")
        blocked = await asked(client, REPORT, shop, order=cart)
    assert error(nobodys) == ("INVALID_INPUT", "order.payWithPoints")
    assert error(anothers) == error(mine) == ("VOUCHER_UNUSABLE", "order.voucherCodes.0")
    assert anothers["userErrors"] == mine["userErrors"], "nobody learns whose it is"
    assert error(blocked) == ("NOT_ALLOWED", "order.payWithPoints")


async def test_vouchers_come_off_in_their_order_and_are_used_once(served: Server) -> None:
    member = await a_buyer(100)
    five = await a_voucher(member)
    tenth = await a_voucher(member, kind=RewardKind.PERCENT_OFF, percent_off=1000)
    brought = await a_voucher(member, kind=RewardKind.FREE_DELIVERY)
    cup = await a_voucher(member, kind=RewardKind.GIFT)
    shop = await token_of(SHOP)
    codes = [f"{five[:4].lower()}-{five[4:]}", tenth, brought, cup]
    cart = await a_cart(
        member,
        a_line(1999),
        voucherCodes=codes,
        payWithPoints=a_payment(20),
        charges=[{"kind": "DELIVERY", "amount": 350}, {"kind": "TIP", "amount": 100}],
    )
    async with served.client() as client:
        quote = (await client.ask(QUOTE, shop, language="ru", order=cart))["orderQuote"]
        done = await asked(
            client, REPORT, shop, order=cart, quoteId=quote["id"], idempotencyKey="once"
        )
        again = await asked(
            client, REPORT, shop, order=cart, quoteId=quote["id"], idempotencyKey="once"
        )
        retold = await asked(client, REPORT, shop, order=cart)
        used = await asked(
            client, REPORT, shop, order=cart | {"reference": "next", "payWithPoints": None}
        )

    price = quote["price"]
    assert [each["money"]["amount"] for each in price["discounts"]] == [500, 149, 350]
    assert price["discounts"][0]["title"] == "Чашка кофе"
    assert price["total"]["amount"] == 1999 - 500 - 149 + 100 - 100
    assert done["order"]["total"] == price["total"]
    assert done["userErrors"] == again["userErrors"] == retold["userErrors"] == []
    assert [e["points"] for e in done["earnings"]] == [(1999 - 500 - 149 - 100) // 100]
    assert await states() == ["USED"] * 4
    assert error(used) == ("VOUCHER_UNUSABLE", "order.voucherCodes.0")
    facts = await database.value("select count(*) from outbox where kind = 'VoucherUsed'")
    assert facts == 4


async def test_a_voucher_that_would_take_nothing_off_is_kept(served: Server) -> None:
    member = await a_buyer(100)
    big = await a_voucher(member, amount_off=5000)
    five = await a_voucher(member)
    brought = await a_voucher(member, kind=RewardKind.FREE_DELIVERY)
    shop = await token_of(SHOP)
    async with served.client() as client:
        for codes, n in (([big, five], 1), ([brought], 0), ([five, five], 1)):
            refused = await asked(
                client, REPORT, shop, order=await a_cart(member, voucherCodes=codes)
            )
            assert error(refused) == ("VOUCHER_UNUSABLE", f"order.voucherCodes.{n}")
        done = await asked(client, REPORT, shop, order=await a_cart(member, voucherCodes=[big]))
    assert done["order"]["total"]["amount"] == 0
    assert await states() == ["USED", "ISSUED", "ISSUED"]


async def test_a_quote_binds_the_rate_though_the_programme_changes(served: Server) -> None:
    await a_programme()
    member = await a_buyer(100)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(100))
    async with served.client() as client:
        quote = (await client.ask(QUOTE, shop, order=cart))["orderQuote"]
        dearer = contents("cafe")
        dearer["units"][0]["payWithPoints"] = {"points": 100, "minor": 1}
        await programmes.publish(SYSTEM, dearer, await database.now())
        done = await asked(client, REPORT, shop, order=cart, quoteId=quote["id"])
        changed = await asked(
            client,
            REPORT,
            shop,
            order=cart | {"payWithPoints": a_payment(80)},
            quoteId=quote["id"],
        )
    assert done["order"]["total"] == quote["price"]["total"]
    assert error(changed)[0] == "QUOTE_MISMATCH"


async def test_the_same_points_and_the_same_voucher_pay_one_order(served: Server) -> None:
    await a_programme()
    member = await a_buyer(60)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    stages = ["COMPLETED", "PLACED"] * 5
    paying = [await a_cart(member, payWithPoints=a_payment(60), stage=stage) for stage in stages]
    showing = [await a_cart(member, voucherCodes=[code], stage=stage) for stage in stages]
    async with served.client() as client:
        answers = await asyncio.gather(*(asked(client, REPORT, shop, order=o) for o in paying))
        shown = await asyncio.gather(
            *(asked(client, REPORT, shop, order=o) for o in showing),
            asked(client, BATCH, shop, orders=[o | {"reference": uuid4().hex} for o in showing]),
        )
    assert sorted(error(each) for each in answers).count(("", "")) == 1
    assert {error(each) for each in answers} == {
        ("", ""),
        ("INSUFFICIENT_POINTS", "order.payWithPoints"),
    }
    *single, many = shown
    outcomes = [error(each)[0] for each in [*single, *many["results"]]]
    assert outcomes.count("") == 1
    assert set(outcomes) == {"", "VOUCHER_UNUSABLE"}
    assert (await proof(SYSTEM)).problems == []


def error(payload: dict[str, Any]) -> tuple[str, str]:
    """Code and path of the refusal, if it was one."""
    for each in payload["userErrors"]:
        return each["code"], ".".join(each["path"][1:])
    return "", ""


async def test_a_key_of_another_order_is_refused_for_one_that_is_paid_already(
    served: Server,
) -> None:
    await a_programme()
    member = await a_buyer(100)
    shop = await token_of(SHOP)
    one, other = [await a_cart(member, payWithPoints=a_payment(20)) for _ in range(2)]
    async with served.client() as client:
        first = await asked(client, REPORT, shop, order=one, idempotencyKey="one")
        await asked(client, REPORT, shop, order=other, idempotencyKey="other")
        again = await asked(client, REPORT, shop, order=one, idempotencyKey="one")
        reused = await asked(client, REPORT, shop, order=other, idempotencyKey="one")
    assert (again["replayed"], again["order"]) == (True, first["order"])
    assert error(reused) == ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
