"""People leave, earn and redeem at once: whatever comes first, no point is lost or made."""

import asyncio
from uuid import uuid4

import pytest

from domain import database, reactions
from domain.errors import DomainError
from domain.membership import erasing
from domain.pools import leaving
from domain.pools.commands import ClosePool
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from tests.counts import count
from tests.factories.orders import a_line, an_order, reported
from tests.factories.pools import ALL, a_household, earns, given, has, leaves
from tests.factories.refunds import bought, refunded
from tests.factories.rewards import a_reward
from tests.test_reactions import read_all

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_two_leave_at_once_while_a_third_redeems() -> None:
    reward_id = await a_reward(price=10)
    for _ in range(count(3, 100)):
        pool_id, (owner, one, two), _ = await a_household(ALL, ALL, ALL)
        for member, euros in ((owner, 25), (one, 30), (two, 45)):
            await earns(member, euros)
        asked = [RedeemReward(reward_id, uuid4().hex, pool_id=pool_id) for _ in range(4)]
        done = await asyncio.gather(
            *(rewards.redeem(owner, each) for each in asked),
            leaves(one, pool_id),
            leaves(two, pool_id),
            return_exceptions=True,
        )
        assert not [each for each in done if _is_wrong(each)], done
        spent = 10 * sum(not isinstance(each, BaseException) for each in done[:4])
        assert sum(await has(owner, one, two, pool_id)) == 100 - spent
        assert (await has(one))[0] <= 30 and (await has(two))[0] <= 45


async def test_somebody_earns_while_leaving() -> None:
    for _ in range(count(3, 100)):
        pool_id, (owner, one), _ = await a_household(0, 5000)
        await earns(one, 20)
        await asyncio.gather(
            *(reported(an_order(a_line(1100), member=one.member_id)) for _ in range(3)),
            given(),
            leaves(one, pool_id),
            given(),
        )
        await given()
        assert await has(owner, one, pool_id) == [0, 53, 0]


async def test_an_order_is_returned_while_its_pool_closes() -> None:
    for _ in range(count(3, 100)):
        pool_id, (owner, one), _ = await a_household(ALL, 5000)
        order = await bought(a_line(100, quantity=40), member_id=one.member_id)
        await given()
        await earns(owner, 5)
        done = await asyncio.gather(
            refunded(order, (1, 30)),
            leaving.close(owner, ClosePool(pool_id, "k")),
            return_exceptions=True,
        )
        assert not [each for each in done if isinstance(each, BaseException)], done
        assert await has(owner, one, pool_id) == [5, 10, 0]


async def test_an_owner_is_erased_while_others_come_and_go() -> None:
    for _ in range(count(2, 60)):
        pool_id, (owner, one, two), _ = await a_household(ALL, ALL, ALL)
        await earns(one, 30)
        await earns(two, 40)
        number = await database.value("select number from members where id = $1", owner.member_id)
        await erasing.erase(owner, number)
        await asyncio.gather(
            read_all(reactions.react, "reactions"), leaves(one, pool_id), return_exceptions=True
        )
        await read_all(reactions.react, "reactions")
        assert await database.value(
            """select count(*) from pool_places
               where pool_id = $1 and state = 'JOINED' and role = 'OWNER'""",
            pool_id,
        )
        assert sum(await has(one, two, pool_id)) == 70


def _is_wrong(done: object) -> bool:
    return isinstance(done, BaseException) and not isinstance(done, DomainError)
