"""To redeem and then change one's mind is as if nothing had been, for all lots there can be."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import database
from domain.actor import Actor
from domain.rewards import operations
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets.models import Lot, Transaction
from tests.factories.rewards import a_buyer, a_reward, credit, held

pytestmark = pytest.mark.usefixtures("database")

# Points of each lot, and in how many days they expire (None: never).
LOTS = st.lists(
    st.tuples(st.integers(1, 50), st.none() | st.integers(1, 5)), min_size=1, max_size=6
)


async def there_and_back(buyer: Actor, price: int) -> None:
    reward_id = await a_reward(price=price, stock=1)
    done = await operations.redeem(buyer, RedeemReward(reward_id, uuid4().hex))
    await operations.cancel(buyer, CancelVoucher(done.voucher_id, uuid4().hex))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lots=LOTS, percent=st.integers(1, 100), times=st.integers(1, 3))
async def test_points_go_back_into_the_lots_that_they_came_from(
    lots: list[tuple[int, int | None]], percent: int, times: int
) -> None:
    buyer, now = await a_buyer(0), await database.now()
    assert buyer.member_id
    for points, days in lots:
        ends = now + timedelta(days=days) if days else None
        await credit(buyer.member_id, points, expires_at=ends)
    total = sum(points for points, _ in lots)
    before = await held(buyer.member_id)
    assert before[0] == total

    for _ in range(times):
        await there_and_back(buyer, max(1, total * percent // 100))

    assert await held(buyer.member_id) == before
    booked = await database.value(
        """select sum(case when credit = 'available' then points else -points end)
           from transfers where member_id = $1 and lot_id is not null""",
        buyer.member_id,
    )
    assert booked == total


async def test_what_has_expired_meanwhile_gets_thirty_days() -> None:
    buyer, now = await a_buyer(0), await database.now()
    assert buyer.member_id
    await credit(buyer.member_id, 10, expires_at=now + timedelta(days=1))
    await credit(buyer.member_id, 40)
    done = await operations.redeem(buyer, RedeemReward(await a_reward(price=30), "redeem"))
    await database.rows("update clock set ahead_seconds = 90000")  # the day has passed

    await operations.cancel(buyer, CancelVoucher(done.voucher_id, "back"))

    balance, _ = await held(buyer.member_id)
    left = {lot.points: (lot.remaining, lot.expires_at) for lot in await Lot.all()}
    returned = await Transaction.get(kind="GIVE_BACK")
    assert balance == 50
    assert left[40] == (40, None)
    late = await Lot.get(id=returned.id)
    assert (late.points, late.remaining) == (10, 10)
    assert late.expires_at == returned.recorded_at + timedelta(days=30)
