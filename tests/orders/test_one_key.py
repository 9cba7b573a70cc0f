"""A hundred tills that send the same order at once, over two processes."""

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from tests.counts import count
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.one_key import one_effect_a_key
from tests.processes import Server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_one_key_has_one_effect(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    number = await database.value("select number from members where id = $1", member.member_id)
    rounds = count(3, 20)

    earned = await one_effect_a_key(served, number, rounds, parallel=100)

    assert earned == rounds
    assert await database.value("select count(*) from orders") == rounds
    assert (await proof(SYSTEM)).problems == []
