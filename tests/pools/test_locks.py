"""Whoever locks a pool's member has locked people and the pool before: none wait in a ring."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import Actor
from domain.tiers import redesigning
from tests.elsewhere import until
from tests.factories.gifts import sent
from tests.factories.orders import a_line
from tests.factories.pools import a_household, given, has, joins
from tests.factories.refunds import bought, refunded
from tests.factories.rewards import a_buyer
from tests.tiers.test_redesigning import NEW, publish

pytestmark = pytest.mark.usefixtures("database")


async def meets(run: Coroutine[Any, Any, Any], giver: Actor, pool_id: UUID) -> None:
    """`run` comes while somebody gives to the pool, who locks it, the pool, the pool's member."""
    lock = "select 1 from members where id = $1 for no key update"
    async with database.transaction():
        await database.rows(lock, giver.member_id)
        await database.rows("select 1 from pools where id = $1 for update", pool_id)
        task = asyncio.get_running_loop().create_task(run, context=Context())

        async def waits() -> bool:
            return bool(await database.value("select count(*) from pg_locks where not granted"))

        await until(waits)
        await database.rows(lock, pool_id)
    await task


async def test_an_order_comes_back() -> None:
    pool_id, (owner, other), _ = await a_household(5000, 5000)
    order = await bought(a_line(10_000), member_id=owner.member_id)
    await given()
    await meets(refunded(order), other, pool_id)
    assert await has(owner, pool_id) == [0, 0]


async def test_somebody_sends_points_to_his_pool() -> None:
    pool_id, (owner,), _ = await a_household(5000)
    later = await a_buyer(50)
    await joins(owner, later, pool_id)
    number = await database.value("select number from members where id = $1", pool_id)
    await meets(sent(later, 20, number=number), later, pool_id)
    assert await has(later, pool_id) == [30, 20]


async def test_tiers_are_redesigned() -> None:
    pool_id, (owner,), _ = await a_household(5000)
    later = await a_buyer(50)
    await joins(owner, later, pool_id)
    await redesigning.refresh()
    await publish(NEW)
    await meets(redesigning.refresh(), later, pool_id)
    assert await redesigning.refresh() == 0
