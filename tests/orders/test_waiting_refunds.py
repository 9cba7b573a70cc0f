"""Refunds that wait for their sale: one that cannot be applied holds up no other."""

import pytest

from domain import database
from domain.orders import refunding
from tests.factories.orders import a_line, an_order, reported
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_programme

pytestmark = pytest.mark.usefixtures("database")


async def test_a_frozen_wallet_holds_up_nobody() -> None:
    await a_programme()
    frozen, other = await a_buyer(0), await a_buyer(0)
    for member in (frozen, other):
        order = an_order(a_line(1000), member=member.member_id)
        await refunded(order)
        await reported(order)
    await database.rows("update wallets set frozen = true where member_id = $1", frozen.member_id)
    states = "select state from refunds order by id"
    assert await refunding.apply_waiting() == 1
    assert [row["state"] for row in await database.rows(states)] == ["WAITING", "APPLIED"]
    await database.rows("update wallets set frozen = false")
    assert await refunding.apply_waiting() == 1
    assert [row["state"] for row in await database.rows(states)] == ["APPLIED", "APPLIED"]
