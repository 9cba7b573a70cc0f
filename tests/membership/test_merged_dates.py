"""What falls due after two members have become one, and after they are two again."""

from datetime import timedelta

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets import expiring
from domain.wallets.proof import proof
from tests.factories.clock import later
from tests.factories.merges import merged
from tests.factories.rewards import a_buyer, a_programme, credit, held

pytestmark = pytest.mark.usefixtures("database")


async def test_points_that_went_over_expire_with_who_stays_and_hold_up_nobody() -> None:
    await a_programme()
    stayer, gone, other = await a_buyer(10), await a_buyer(7), await a_buyer(5)
    assert gone.member_id and other.member_id
    soon = await database.now() + timedelta(days=5)
    await credit(gone.member_id, 20, soon)
    await credit(other.member_id, 30, soon)
    await merged(stayer, gone)

    await later(days=6)
    assert await expiring.expire_due() > 0
    assert await expiring.expire_due() == 0

    balances = [(await held(each.member_id))[0] for each in (stayer, gone, other)]
    assert balances == [17, 0, 5]
    assert (await proof(SYSTEM)).problems == []
