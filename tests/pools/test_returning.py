"""An order comes back of which a pool got points: it gives up its part, then the member pays."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from tests.counts import count
from tests.factories.orders import a_line
from tests.factories.pools import a_household, has
from tests.factories.pools import given as contributed
from tests.factories.refunds import bought, refunded
from tests.factories.rewards import a_reward

pytestmark = pytest.mark.usefixtures("database")


async def test_a_whole_order_leaves_nothing_anywhere() -> None:
    pool_id, (owner,), _ = await a_household(7000)
    order = await bought(a_line(10_000), member_id=owner.member_id)
    await contributed()
    assert await has(owner, pool_id) == [30, 70]
    await refunded(order)
    assert await has(owner, pool_id) == [0, 0]


async def test_a_refund_in_steps_leaves_the_pool_what_the_rest_would_have_brought() -> None:
    pool_id, (owner,), _ = await a_household(3333)
    order = await bought(a_line(100, quantity=100), member_id=owner.member_id)
    await contributed()
    assert await has(owner, pool_id) == [67, 33]
    await refunded(order, (1, 1))
    assert await has(owner, pool_id) == [67, 32]
    await refunded(order, (1, 49))
    assert await has(owner, pool_id) == [34, 16]
    await refunded(order)
    assert await has(owner, pool_id) == [0, 0]


async def test_what_the_pool_has_spent_the_member_owes() -> None:
    pool_id, (owner,), _ = await a_household(5000)
    order = await bought(a_line(10_000), member_id=owner.member_id)
    await contributed()
    await rewards.redeem(owner, RedeemReward(await a_reward(price=40), "k", pool_id=pool_id))
    await refunded(order)
    # Ten were left of the pool's fifty: fifty of its own and forty as a debt.
    assert await has(owner, pool_id) == [-40, 0]


async def test_a_member_is_not_in_debt_for_points_that_the_pool_has() -> None:
    pool_id, (owner,), _ = await a_household(10_000)
    order = await bought(a_line(10_000), member_id=owner.member_id)
    await contributed()
    await refunded(order, (1, 1))
    assert await has(owner, pool_id) == [0, 0]


async def test_what_is_returned_first_is_not_given() -> None:
    pool_id, (owner,), _ = await a_household(5000)
    order = await bought(a_line(100, quantity=100), member_id=owner.member_id)
    await refunded(order, (1, 40))
    await contributed()
    assert await has(owner, pool_id) == [30, 30]
    await refunded(order)
    assert await has(owner, pool_id) == [0, 0]


@pytest.mark.counted
@given(st.integers(0, 10_000), st.lists(st.integers(1, 40), min_size=1, max_size=4))
@settings(
    max_examples=count(8, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_steps_come_to_what_the_rest_alone_would(part: int, steps: list[int]) -> None:
    pool_id, (owner,), _ = await a_household(part)
    pieces = sum(steps) + 7
    order = await bought(a_line(100, quantity=pieces), member_id=owner.member_id)
    await contributed()
    for step in steps:
        await refunded(order, (1, step))
    assert await has(pool_id, owner) == [7 * part // 10_000, 7 - 7 * part // 10_000]
