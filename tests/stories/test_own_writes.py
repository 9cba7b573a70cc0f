"""Whoever has written sees what was written, on whichever process the next question lands."""

from uuid import uuid4

import pytest

from domain import database
from tests.counts import count
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]

REPORT, HOME = document("shop/orders/OrderReport"), document("app/home/Home")


async def test_home_after_an_order_is_never_stale(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    number = await database.value("select number from members where id = $1", member.member_id)
    shop, own = await token_of(SHOP), await token_of(member)
    assert len(served.processes()) == 2
    balance = 0

    # Two clients: each keeps a connection, so that the questions land on both processes.
    async with served.client() as till, served.client() as app:
        for _ in range(count(100, 2_000)):
            order = sent(an_order(a_line(100)), number=number)
            done = await till.ask(
                REPORT, shop, input={"order": order, "idempotencyKey": uuid4().hex}
            )
            balance += sum(
                each["points"]
                for each in done["orderReport"]["earnings"]
                if each["unit"]["code"] == "POINTS"
            )
            home = await app.ask(HOME, own)
            points = next(w for w in home["me"]["wallets"] if w["unit"]["code"] == "POINTS")
            assert points["balance"] == balance
            assert points["transactions"]["nodes"][0]["points"] > 0
