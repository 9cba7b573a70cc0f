"""What pays an order is set aside when it is placed, taken when it is completed, else freed."""

import asyncio
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders import freeing
from domain.rewards.kinds import RewardKind
from domain.wallets import expiring
from domain.wallets.proof import proof
from tests.documents import document
from tests.factories import clock
from tests.factories.access import token_of
from tests.factories.orders import SHOP
from tests.factories.paying import a_cart, a_payment, a_voucher, asked, naming, states, wallet
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.orders.test_paying import IN_POINTS, REPORT, error
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

ADVANCE = document("shop/orders/OrderAdvance")
USE = """mutation ($input: VoucherUseInput!) {
  voucherUse(input: $input) { voucher { state } userErrors { code message path } } }"""
RELEASE = """mutation ($input: HoldReleaseInput!) {
  holdRelease(input: $input) { userErrors { code path } } }"""
STATEMENT = """{ me { wallet(unit: "POINTS") { transactions(first: 5) { nodes {
  kind title explanation { points text rule { id } } } } } } }"""
HOLDS = '{ me { wallet(unit: "POINTS") { balance held holds(first: 5) { nodes { id points } } } } }'


def to(cart: dict[str, Any], stage: str) -> dict[str, Any]:
    """The order has come to this stage."""
    return naming(cart, "occurredAt") | {"stage": stage}


async def test_points_and_vouchers_wait_for_the_order_and_are_taken_with_it(served: Server) -> None:
    member = await a_buyer(100)
    code = await a_voucher(member)
    shop, own = await token_of(SHOP), await token_of(member)
    cart = await a_cart(member, payWithPoints=a_payment(60), voucherCodes=[code], stage="PLACED")
    async with served.client() as client:
        rehearsed = await asked(client, REPORT, shop, order=cart, dryRun=True)
        placed = await asked(client, REPORT, shop, order=cart)
        held = (await client.ask(HOLDS, own))["me"]["wallet"]
        (hold,) = held["holds"]["nodes"]
        freed = await asked(client, RELEASE, shop, holdId=hold["id"])
        shown = await asked(client, USE, shop, code=code)
        waiting = await states()
        done = [await asked(client, ADVANCE, shop, **to(cart, "COMPLETED")) for _ in range(2)]
        told = (await client.ask(STATEMENT, own, language="en"))["me"]

    assert rehearsed["spent"] == placed["spent"] == [{"points": 60, "unit": IN_POINTS}]
    assert (placed["order"]["state"], placed["order"]["total"]["amount"]) == ("PLACED", 1200)
    assert placed["earnings"] == []
    assert (held["balance"], held["held"], hold["points"]) == (40, 60, 60)
    assert error(freed) == ("NOT_ALLOWED", "holdId")
    assert error(shown) == ("VOUCHER_UNUSABLE", "code")
    assert (waiting, await states()) == (["RESERVED"], ["USED"])
    for each in done:
        assert (each["userErrors"], each["order"]["state"]) == ([], "COMPLETED")
        assert each["spent"] == [{"points": 60, "unit": IN_POINTS}]
        assert [e["points"] for e in each["earnings"]] == [12]
    assert await wallet(member) == (52, 0)
    capture, _, hold, *_ = told["wallet"]["transactions"]["nodes"]
    assert (capture["kind"], hold["kind"]) == ("HOLD_CAPTURE", "HOLD")
    assert hold["title"] == f"Order {cart['reference']}: set aside to pay it"
    for each, points in ((capture, 0), (hold, -60)):
        (part,) = each["explanation"]
        assert part == {"points": points, "text": "60 points pay €3 of the order", "rule": None}
    assert (await proof(SYSTEM)).problems == []


async def test_what_was_set_aside_is_free_when_the_order_is_called_off(served: Server) -> None:
    member = await a_buyer(100)
    code = await a_voucher(member)
    late = await a_voucher(member, kind=RewardKind.GIFT, voucher_days=1, stock=5)
    shop = await token_of(SHOP)
    cart = await a_cart(
        member, payWithPoints=a_payment(60), voucherCodes=[code, late], stage="PLACED"
    )
    async with served.client() as client:
        await asked(client, REPORT, shop, order=cart)
        await clock.later(days=2)
        done = [await asked(client, ADVANCE, shop, **to(cart, "CANCELLED")) for _ in range(2)]
        again = await asked(
            client, REPORT, shop, order=await a_cart(member, voucherCodes=[code, late])
        )
    assert [each["userErrors"] for each in done] == [[], []]
    assert done[0]["spent"] == []
    # One is over meanwhile, so its points are back.
    assert await wallet(member) == (100 + 30, 0)
    assert await states() == ["ISSUED", "CANCELLED"]
    assert await database.value("select stock from rewards where stock is not null") == 5
    assert error(again) == ("VOUCHER_UNUSABLE", "order.voucherCodes.1")
    assert (await proof(SYSTEM)).problems == []


async def test_when_the_hold_is_over_the_balance_pays_if_it_can(served: Server) -> None:
    await a_programme()
    member = await a_buyer(100)
    shop = await token_of(SHOP)
    one, other = [
        await a_cart(member, payWithPoints=a_payment(40), stage="PLACED") for _ in range(2)
    ]
    async with served.client() as client:
        for cart in (one, other):
            await asked(client, REPORT, shop, order=cart)
        assert await wallet(member) == (20, 80)
        await clock.later(days=15)
        await expiring.expire_due()
        assert await wallet(member) == (100, 0)
        spent = await a_cart(member, payWithPoints=a_payment(60))
        assert error(await asked(client, REPORT, shop, order=spent)) == ("", "")
        paid = await asked(client, ADVANCE, shop, **to(one, "COMPLETED"))
        missing = await asked(client, ADVANCE, shop, **to(other, "COMPLETED"))
        await credit(member.member_id, 20)  # type: ignore[arg-type]
        off = await asked(client, ADVANCE, shop, **to(other, "CANCELLED"))

    assert error(paid) == ("", "")
    assert error(missing) == ("INSUFFICIENT_POINTS", "stage")
    assert error(off) == ("", "")
    assert (await wallet(member))[1] == 0
    assert (await proof(SYSTEM)).problems == []


async def test_when_its_time_is_over_a_voucher_is_good_again(served: Server) -> None:
    member = await a_buyer(100)
    code = await a_voucher(member)
    late = await a_voucher(member, kind=RewardKind.GIFT, voucher_days=3, stock=5)
    shop = await token_of(SHOP)
    one, other, third = [
        await a_cart(member, voucherCodes=[code, *more], stage="PLACED", **paid)
        for more, paid in (([late], {"payWithPoints": a_payment(40)}), ([], {}), ([], {}))
    ]
    async with served.client() as client:
        assert error(await asked(client, REPORT, shop, order=one)) == ("", "")
        assert await freeing.free_due() == 0
        await clock.later(days=15)
        freed = [await freeing.free_due() for _ in range(2)]
        # One is over meanwhile, so its points are back.
        assert (freed, await states()) == ([1, 0], ["ISSUED", "CANCELLED"])
        assert await database.value("select stock from rewards where stock is not null") == 5
        gone = await asked(client, ADVANCE, shop, **to(one, "COMPLETED"))
        assert error(gone) == ("VOUCHER_UNUSABLE", "stage")
        assert error(await asked(client, ADVANCE, shop, **to(one, "CANCELLED"))) == ("", "")
        assert await wallet(member) == (130, 0)

        # Where nobody else has used it, it is taken; who comes later finds it gone.
        for cart in (other, third):
            assert error(await asked(client, REPORT, shop, order=cart)) == ("", "")
            await clock.later(days=15)
            assert (await freeing.free_due(), await states()) == (1, ["ISSUED", "CANCELLED"])
        done = await asked(client, ADVANCE, shop, **to(other, "COMPLETED"))
        used = await asked(client, ADVANCE, shop, **to(third, "COMPLETED"))
        off = await asked(client, ADVANCE, shop, **to(third, "CANCELLED"))
    assert (error(done), error(off)) == (("", ""), ("", ""))
    assert error(used) == ("VOUCHER_UNUSABLE", "stage")
    assert await states() == ["USED", "CANCELLED"]
    assert (await proof(SYSTEM)).problems == []


async def test_a_held_lot_does_not_expire_before_it_is_taken(served: Server) -> None:
    """Semantics 10."""
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    shop = await token_of(SHOP)
    soon = await database.value("select pistis_now() + interval '1 day'")
    await credit(member.member_id, 40, soon)
    cart = await a_cart(member, payWithPoints=a_payment(40), stage="PLACED")
    async with served.client() as client:
        assert error(await asked(client, REPORT, shop, order=cart)) == ("", "")
        await clock.later(days=2)
        done = await asked(client, ADVANCE, shop, **to(cart, "DELIVERED"))
    assert error(done) == ("", "")
    assert done["order"]["state"] == "DELIVERED"
    assert await wallet(member) == (18, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_completed_and_called_off_at_once_nothing_is_taken_or_earned(served: Server) -> None:
    member = await a_buyer(100)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(60), voucherCodes=[code], stage="PLACED")
    async with served.client() as client:
        await asked(client, REPORT, shop, order=cart)
        answers = await asyncio.gather(
            *(
                asked(client, ADVANCE, shop, **to(cart, stage))
                for stage in ("COMPLETED", "CANCELLED") * 4
            )
        )
    told = {each["order"]["state"] for each in answers if each["order"]}
    ended = await database.value("select state from orders")
    # Called off before it was completed, or after, as a refund of all of it.
    assert ended == ("REFUNDED" if "COMPLETED" in told else "CANCELLED")
    assert await states() == ["ISSUED"]
    assert await wallet(member) == (100, 0)
    assert (await proof(SYSTEM)).problems == []
