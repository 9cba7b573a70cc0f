"""Points of a pool are redeemed by those who may; what they become is the pool's."""

from uuid import uuid4

import pytest

from domain import database
from domain.errors import InsufficientPoints, NotAllowed, NotFound, RewardUnavailable
from domain.pools import places
from domain.pools.commands import SetRole
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward, UseVoucher
from domain.wallets import holds
from domain.wallets.holds import CaptureHold
from tests.factories.holds import a_hold
from tests.factories.members import as_member
from tests.factories.pools import ALL, a_household, earns, has
from tests.factories.rewards import TILL, a_buyer, a_reward

pytestmark = pytest.mark.usefixtures("database")


async def test_who_may_redeem_gets_a_voucher_of_the_pool() -> None:
    pool_id, (owner, other), (_, place) = await a_household(ALL, 0, redeem=False)
    await earns(owner, 50)
    reward_id = await a_reward()
    asked = RedeemReward(reward_id, "k", pool_id=pool_id)
    with pytest.raises(NotAllowed):
        await rewards.redeem(other, asked)
    with pytest.raises(NotFound):
        await rewards.redeem(await a_buyer(100), asked)
    await places.set_role(owner, SetRole(place, may_redeem=True))
    done, again = [await rewards.redeem(other, asked) for _ in range(2)]
    assert (done.voucher_id, again.replayed) == (again.voucher_id, True)
    assert await has(other, pool_id) == [0, 20]
    row = await database.row(
        """select v.member_id, v.code, t.title from vouchers v
           join transactions t on t.voucher_id = v.id where v.id = $1""",
        done.voucher_id,
    )
    assert row
    assert (row["member_id"], row["title"]["place"]) == (pool_id, str(place))
    # The first answer stands, whatever became of the right to it.
    await places.set_role(owner, SetRole(place, may_redeem=False))
    assert (await rewards.redeem(other, asked)).replayed
    with pytest.raises(NotFound):
        await rewards.cancel(other, CancelVoucher(done.voucher_id, uuid4().hex))
    assert (await rewards.use(TILL, UseVoucher(row["code"], "u"))).voucher_id == done.voucher_id


async def test_price_and_tier_hold_for_a_pool_too() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    await earns(owner, 29)
    with pytest.raises(InsufficientPoints):
        await rewards.redeem(owner, RedeemReward(await a_reward(), "k", pool_id=pool_id))
    dear = await a_reward(tiers=("regular",))
    with pytest.raises(RewardUnavailable):
        await rewards.redeem(owner, RedeemReward(dear, "l", pool_id=pool_id))
    assert await has(owner, pool_id) == [0, 29]


async def test_who_is_blocked_redeems_for_nobody() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    await earns(owner, 50)
    await database.rows("update members set state = 'BLOCKED' where id = $1", owner.member_id)
    with pytest.raises(NotAllowed):
        await rewards.redeem(owner, RedeemReward(await a_reward(), "k", pool_id=pool_id))


async def test_a_till_takes_points_of_the_pool_s_number() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    await earns(owner, 50)
    hold_id = await a_hold(as_member(pool_id), 30)
    await holds.capture(TILL, CaptureHold(hold_id, "k", 20))
    assert await has(pool_id) == [30]
