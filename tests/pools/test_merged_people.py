"""People of pools who become one, and are two again: no point of theirs is lost or made."""

import pytest

from domain import database, reactions
from domain.actor import Actor
from domain.pools import leaving
from domain.pools.commands import ClosePool
from tests.factories.merges import merged, unmerged
from tests.factories.orders import a_line
from tests.factories.pools import a_household, earns, given, has, joins, leaves
from tests.factories.refunds import bought, refunded
from tests.factories.rewards import a_buyer
from tests.membership.test_merging import adds_up

pytestmark = pytest.mark.usefixtures("database")


async def react() -> None:
    while await reactions.react():
        pass
    assert await database.rows("select * from outbox_failures") == []


async def places(pool_id: object) -> dict[object, str]:
    rows = await database.rows(
        "select member_id, role from pool_places where pool_id = $1 and state = 'JOINED'", pool_id
    )
    return {row["member_id"]: row["role"] for row in rows}


async def test_a_share_that_was_taken_meanwhile_is_his_who_gave_it() -> None:
    pool_id, (_, gone), _ = await a_household(5000, 5000)
    stayer = await a_buyer(7)
    await earns(gone, 100)
    merge_id = await merged(stayer, gone)
    await react()
    await leaves(stayer, pool_id)
    assert await has(stayer, gone, pool_id) == [107, 0, 0]
    await unmerged(merge_id)
    assert await has(stayer, gone, pool_id) == [7, 100, 0]
    await adds_up()


async def test_an_order_is_returned_before_and_after() -> None:
    pool_id, (_, gone), _ = await a_household(5000, 5000)
    stayer = await a_buyer(0)
    order = await bought(a_line(100, quantity=100), member_id=gone.member_id)
    await given()
    await refunded(order, (1, 40))
    assert await has(gone, pool_id) == [30, 30]
    await merged(stayer, gone)
    await refunded(order)
    assert await has(stayer, gone, pool_id) == [0, 0, 0]
    await adds_up()


async def test_an_order_is_returned_in_between() -> None:
    pool_id, (_, gone), _ = await a_household(5000, 5000)
    stayer = await a_buyer(0)
    order = await bought(a_line(100, quantity=100), member_id=gone.member_id)
    await given()
    merge_id = await merged(stayer, gone)
    await refunded(order, (1, 40))
    await unmerged(merge_id)
    assert await has(stayer, gone, pool_id) == [0, 30, 30]
    await refunded(order)
    assert await has(stayer, gone, pool_id) == [0, 0, 0]
    await adds_up()


async def test_a_place_beside_the_other_s_ends_and_its_share_comes_along() -> None:
    pool_id, (owner, gone), _ = await a_household(5000, 5000)
    stayer = await a_buyer(0)
    await joins(owner, stayer, pool_id)
    await earns(gone, 100)
    merge_id = await merged(stayer, gone)
    await react()
    assert await places(pool_id) == {owner.member_id: "OWNER", stayer.member_id: "MEMBER"}
    assert await has(stayer, gone, pool_id) == [100, 0, 0]
    await leaving.close(owner, ClosePool(pool_id, "k"))
    await unmerged(merge_id)
    assert await has(stayer, gone, pool_id) == [0, 100, 0]
    await adds_up()


async def test_an_owner_goes_into_another_of_the_pool() -> None:
    pool_id, (owner, other), _ = await a_household(5000, 5000)
    stayer = await a_buyer(0)
    await joins(owner, stayer, pool_id)
    await merged(stayer, owner)
    await react()
    assert await places(pool_id) == {other.member_id: "MEMBER", stayer.member_id: "OWNER"}


async def test_a_pool_of_one_gives_all_to_who_has_another() -> None:
    pool_id, (gone,), _ = await a_household(5000)
    other, (stayer,), _ = await a_household(5000)
    await earns(gone, 100)
    await merged(stayer, gone)
    await react()
    assert await has(stayer, gone, pool_id, other) == [100, 0, 0, 0]
    assert await places(pool_id) == {}
    assert await database.value("select closed_at from pools where id = $1", pool_id)
    await adds_up()


async def test_what_is_undone_at_once_ends_no_place() -> None:
    pool_id, (owner, gone), _ = await a_household(5000, 5000)
    stayer = await a_buyer(0)
    await joins(owner, stayer, pool_id)
    people: list[Actor] = [owner, gone, stayer]
    await unmerged(await merged(stayer, gone))
    await react()
    assert (await places(pool_id)).keys() == {each.member_id for each in people}
