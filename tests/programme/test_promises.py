"""What a member has taken or a placed order holds keeps its price, whatever version comes."""

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import NoticeRequired
from domain.orders.impact import impact
from domain.programme import drafting, publishing
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP
from tests.factories.paying import a_cart, a_payment, a_voucher, asked, naming, wallet
from tests.factories.rewards import a_buyer, a_programme
from tests.factories.versions import LOYALTY, to_publish
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REPORT = document("shop/orders/OrderReport")
ADVANCE = document("shop/orders/OrderAdvance")


async def test_what_was_taken_or_is_held_keeps_its_price(served: Server) -> None:
    await a_programme()
    member = await a_buyer(200)
    code = await a_voucher(member)
    shop = await token_of(SHOP)
    cart = await a_cart(member, payWithPoints=a_payment(100), stage="PLACED", voucherCodes=[code])
    dearer = contents("cafe")
    dearer["units"][0]["payWithPoints"] = {"points": 100, "minor": 1}
    async with served.client() as client:
        placed = await asked(client, REPORT, shop, order=cart)
        assert placed["userErrors"] == []
        before = await wallet(member)
        assert before[1] == 100

        draft = await drafting.draft(LOYALTY, dearer, None)
        with pytest.raises(NoticeRequired, match="worse for 1 of"):
            await publishing.publish(LOYALTY, to_publish(draft), impact)
        await programmes.publish(SYSTEM, dearer, await database.now())

        named = naming(cart, "occurredAt")
        done = await asked(client, ADVANCE, shop, **named, stage="COMPLETED")
    assert done["userErrors"] == []
    total = "select total from orders where reference = $1"
    # 20.00, less 5.00 by the voucher, less 5.00 by a hundred points.
    assert await database.value(total, cart["reference"]) == 1000
    assert (await wallet(member))[1] == 0
