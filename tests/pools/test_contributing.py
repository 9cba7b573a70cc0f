"""What people of a pool earn goes to it in part, once, with its dates; limits stay theirs."""

import asyncio
from datetime import timedelta

import pytest

from domain import database
from domain.pools import joining, rules
from domain.pools.rules import Given
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from tests.factories.orders import a_line, an_order, reported
from tests.factories.pools import ALL, a_household, earns, given, has
from tests.factories.refunds import bought, refunded
from tests.factories.rewards import a_buyer, a_reward, credit

pytestmark = pytest.mark.usefixtures("database")


async def test_a_part_of_an_earning_goes_to_the_pool_once_and_rounded_down() -> None:
    pool_id, (owner, other), _ = await a_household(5000, 3333)
    await earns(owner, 101)
    await earns(other, 100)
    await asyncio.gather(*(given() for _ in range(3)))
    await database.rows("update outbox_readers set xid = 0, event_id = 0 where name = 'pools'")
    await given()
    assert await has(owner, other, pool_id) == [51, 67, 50 + 33]


async def test_points_keep_their_dates_and_the_origin() -> None:
    pool_id, (owner,), _ = await a_household(4000)
    await earns(owner, 100)
    (own,), (there,) = [
        await database.rows(
            """select coalesce(origin, id) as origin, expires_at, earned_at from lots
               where member_id = $1 and unit = 'POINTS'""",
            member_id,
        )
        for member_id in (owner.member_id, pool_id)
    ]
    assert tuple(own) == tuple(there)


async def test_what_is_earned_counts_for_the_member_s_tier_and_limits() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    await earns(owner, 100)
    counted = "select coalesce(sum(points), 0) from qualifying_days where member_id = $1"
    assert await database.value(counted, owner.member_id) == 100
    assert await database.value(counted, pool_id) == 0
    assert await has(owner, pool_id) == [0, 100]


async def test_nothing_of_before_goes_to_the_pool() -> None:
    await a_reward()
    member = await a_buyer(0)
    await reported(an_order(a_line(5000), member=member.member_id))
    await credit(member.member_id, 10)  # type: ignore[arg-type]
    pool_id, (owner,), _ = await a_household(ALL)
    invited = await a_household(ALL)
    assert await has(member, pool_id, invited[0]) == [60, 0, 0]
    await earns(owner, 1)
    assert await has(member, owner, pool_id) == [60, 0, 1]


async def test_another_contribution_counts_from_then_on() -> None:
    pool_id, (owner,), (place,) = await a_household(ALL)
    await earns(owner, 10)
    await joining.contribute(owner, place, 0)
    await earns(owner, 10)
    await joining.contribute(owner, place, 2500)
    await earns(owner, 10)
    assert await has(owner, pool_id) == [10 + 8, 10 + 2]


async def test_what_was_spent_first_is_not_there_to_be_given() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    reward_id = await a_reward(price=70)
    await reported(an_order(a_line(10_000), member=owner.member_id))
    await rewards.redeem(owner, RedeemReward(reward_id, "k"))
    await given()
    assert await has(owner, pool_id) == [0, 30]


async def test_points_pay_a_debt_before_they_are_given() -> None:
    pool_id, (owner,), _ = await a_household(0)
    order = await bought(a_line(10_000), member_id=owner.member_id)
    await given()
    await rewards.redeem(owner, RedeemReward(await a_reward(price=100), "k"))
    await refunded(order)
    assert await has(owner) == [-100]
    await database.rows("update pool_places set contribution = 10000")
    await earns(owner, 130)
    assert await has(owner, pool_id) == [0, 30]


def test_what_goes_back_leaves_what_the_rest_would_have_brought() -> None:
    assert rules.part_of(99, 3333) == 32
    assert rules.to_return([Given(5000, 100, 50)], 51) == [25]
    assert rules.to_return([Given(5000, 100, 50, 25)], 51) == [0]
    assert rules.to_return([Given(5000, 100, 50), Given(10_000, 10, 10)], 105) == [0, 5]
    assert rules.to_return([Given(5000, 100, 40)], 0) == [40]


async def test_lots_of_the_pool_expire_as_they_would_have() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    await earns(owner, 20)
    ends = await database.value("select min(expires_at) from lots where member_id = $1", pool_id)
    now = await database.now()
    assert ends > now + timedelta(days=100)


async def test_a_pool_without_room_holds_up_no_other() -> None:
    full, (owner,), _ = await a_household(5000)
    await credit(full, 10**15)
    pool_id, (other,), _ = await a_household(5000)
    await earns(owner, 100)
    await earns(other, 100)
    assert await has(owner, other, pool_id) == [100, 50, 50]
