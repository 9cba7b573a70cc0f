"""What came back of an order gives back what paid it: points into their lots, vouchers whole."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.membership import erasing
from domain.orders import freeing
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.documents import document
from tests.factories import clock
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line
from tests.factories.paying import (
    a_cart,
    a_payment,
    a_voucher,
    asked,
    naming,
    number_of,
    states,
    wallet,
)
from tests.factories.rewards import a_buyer, a_programme, credit, held
from tests.orders.test_paying import IN_POINTS, REPORT, error
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REFUND = document("shop/orders/OrderRefund")
ADVANCE = document("shop/orders/OrderAdvance")


def back(cart: dict[str, Any], *lines: tuple[int, int]) -> dict[str, Any]:
    """So many pieces of these lines; all, without any."""
    pieces = [{"lineNumber": number, "quantity": quantity} for number, quantity in lines]
    return naming(cart, "occurredAt") | {"refundReference": uuid4().hex, "lines": pieces or None}


async def test_points_that_paid_go_back_in_steps_that_come_to_the_whole(served: Server) -> None:
    """Semantics 7, 8."""
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    now = await database.now()
    for days in (30, 60):
        await credit(member.member_id, 50, now + timedelta(days=days))
    before = await held(member.member_id)
    shop = await token_of(SHOP)
    lines = a_line(700), a_line(333, quantity=3), a_line(1)
    cart = await a_cart(member, *lines, payWithPoints=a_payment(80))
    async with served.client() as client:
        sold = await asked(client, REPORT, shop, order=cart)
        steps = [
            await asked(client, REFUND, shop, **back(cart, *some))
            for some in ([(2, 1)], [(2, 1), (3, 1)], [(1, 1)], [(2, 1)])
        ]
    assert [each["points"] for each in sold["earnings"]] == [13]
    assert [each["userErrors"] for each in steps] == [[]] * 4
    given = [each["givenBack"][0]["points"] for each in steps]
    assert (given[0], sum(given)) == (333 * 80 // 1700, 80)
    assert sum(p["points"] for each in steps for p in each["takenBack"]) == 13
    balance, lots = await held(member.member_id)
    assert (balance, lots[:2]) == before
    assert (await proof(SYSTEM)).problems == []


async def test_an_order_is_not_paid_with_what_it_earns(served: Server) -> None:
    # Its points would expire sooner than those that never do, and be spent first.
    await a_programme()
    member = await a_buyer(40)
    shop = await token_of(SHOP)
    async with served.client() as client:
        await asked(client, REPORT, shop, order=await a_cart(member, payWithPoints=a_payment(40)))
    balance, lots = await held(member.member_id)
    assert (balance, [lot[2] for lot in lots]) == (18, [0, 18])


async def test_points_that_come_back_cover_what_is_taken_back(served: Server) -> None:
    await a_programme()
    member = await a_buyer(100)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(100))
    async with served.client() as client:
        await asked(client, REPORT, shop, order=cart)
        done = await asked(client, REFUND, shop, **back(cart))
    assert done["givenBack"] == [{"points": 100, "unit": IN_POINTS}]
    assert done["takenBack"] == [{"points": 15, "unit": IN_POINTS}]
    assert await wallet(member) == (100, 0)


async def test_who_owes_points_pays_with_none(served: Server) -> None:
    """Semantics 5."""
    await a_programme()
    member = await a_buyer(0)
    shop = await token_of(SHOP)
    first = await a_cart(member, a_line(4000))
    async with served.client() as client:
        await asked(client, REPORT, shop, order=first)
        second = await a_cart(member, payWithPoints=a_payment(40))
        await asked(client, REPORT, shop, order=second)
        done = await asked(client, REFUND, shop, **back(first))
        refused = await asked(
            client, REPORT, shop, order=await a_cart(member, payWithPoints=a_payment(20))
        )
    (points,) = [w for w in done["member"]["wallets"] if w["unit"] == IN_POINTS]
    assert (points["balance"], points["debt"]) == (0, 40 - 18)
    assert error(refused) == ("INSUFFICIENT_POINTS", "order.payWithPoints")


async def test_a_voucher_is_good_again_when_all_came_back(served: Server) -> None:
    member = await a_buyer(0)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    cart = await a_cart(member, a_line(1000, quantity=2), voucherCodes=[code])
    async with served.client() as client:
        sold = await asked(client, REPORT, shop, order=cart)
        some = await asked(client, REFUND, shop, **back(cart, (1, 1)))
        assert await states() == ["USED"]
        all_of_it = await asked(client, REFUND, shop, **back(cart))
        again = await asked(client, REPORT, shop, order=await a_cart(member, voucherCodes=[code]))
    assert [each["points"] for each in sold["earnings"]] == [15]
    # Half of what earned is left: 7.50.
    assert some["takenBack"] == [{"points": 8, "unit": IN_POINTS}]
    assert all_of_it["takenBack"] == [{"points": 7, "unit": IN_POINTS}]
    assert error(again) == ("", "")
    assert await states() == ["USED"]


@pytest.mark.parametrize("is_late", [True, False])
async def test_its_points_come_back_when_it_is_too_late_or_the_programme_says_so(
    served: Server, is_late: bool
) -> None:
    cafe = contents("cafe") | ({} if is_late else {"voucherReturn": "POINTS"})
    since = await database.value("select '2020-01-01'::timestamptz")
    await programmes.publish(SYSTEM, cafe, since)
    member = await a_buyer(0)
    code = await a_voucher(member, voucher_days=1)
    shop = await token_of(SHOP)
    cart = await a_cart(member, voucherCodes=[code])
    async with served.client() as client:
        await asked(client, REPORT, shop, order=cart)
        if is_late:
            await clock.later(days=2)
        done = await asked(client, REFUND, shop, **back(cart))
    assert done["givenBack"] == [{"points": 30, "unit": IN_POINTS}]
    assert await states() == ["CANCELLED"]
    assert await wallet(member) == (30, 0)
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.parametrize("end", ["REFUNDED", "CANCELLED", "FREED"])
async def test_to_who_was_erased_nothing_comes_back(served: Server, end: str) -> None:
    member = await a_buyer(100)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    stage = "COMPLETED" if end == "REFUNDED" else "PLACED"
    cart = await a_cart(member, payWithPoints=a_payment(60), voucherCodes=[code], stage=stage)
    async with served.client() as client:
        await asked(client, REPORT, shop, order=cart)
        await erasing.erase(member, await number_of(member))
        if end == "REFUNDED":
            done = await asked(client, REFUND, shop, **back(cart))
        elif end == "CANCELLED":
            named = naming(cart, "occurredAt")
            done = await asked(client, ADVANCE, shop, **named, stage="CANCELLED")
        else:
            await clock.later(days=15)
            done = {"userErrors": [None] * (1 - await freeing.free_due())}
    assert done["userErrors"] == []
    assert await wallet(member) == (0, 0)
    # A voucher is nobody's then; one that was set aside is void as those that were not.
    assert await states() == ["ISSUED" if end == "REFUNDED" else "CANCELLED"]
    assert (await proof(SYSTEM)).problems == []


async def test_what_points_and_vouchers_pay_earns_where_the_programme_says_so(
    served: Server,
) -> None:
    """Semantics 26: by setting."""
    since = await database.value("select '2020-01-01'::timestamptz")
    await programmes.publish(SYSTEM, contents("cafe") | {"earnOn": "GOODS"}, since)
    member = await a_buyer(100)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    cart = await a_cart(member, voucherCodes=[code], payWithPoints=a_payment(100))
    async with served.client() as client:
        sold = await asked(client, REPORT, shop, order=cart)
        done = await asked(client, REFUND, shop, **back(cart))
    assert [each["points"] for each in sold["earnings"]] == [20]
    assert sold["order"]["total"]["amount"] == 1000
    assert done["takenBack"] == [{"points": 20, "unit": IN_POINTS}]
    assert await wallet(member) == (100, 0)
