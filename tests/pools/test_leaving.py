"""A leaver takes what the pool declared: the unspent part of what he gave, or nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain import database, reactions
from domain.actor import Actor
from domain.errors import NotAllowed, NotFound
from domain.membership import erasing
from domain.pools import leaving
from domain.pools.commands import ClosePool, LeavePool, RemoveFromPool
from domain.pools.queries import shares_of
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from tests.factories.clock import lived
from tests.factories.holds import CARE, a_hold
from tests.factories.members import as_member
from tests.factories.pools import ALL, a_household, earns, forfeiting, has, joins, leaves
from tests.factories.rewards import a_reward
from tests.test_reactions import read_all, told

pytestmark = pytest.mark.usefixtures("database")


async def test_a_leaver_takes_the_unspent_part_that_he_gave() -> None:
    pool_id, (owner, other), (_, place) = await a_household(ALL, ALL)
    await earns(owner, 100)
    await earns(other, 60)
    # What ends soonest is spent first: by the owner's points 100, then 20 of the other's.
    done = await rewards.redeem(
        owner, RedeemReward(await a_reward(price=120), "k", pool_id=pool_id)
    )
    (shares,) = await shares_of(other, [place])
    gone = await leaves(other, pool_id)
    assert [(each.given, each.unspent) for each in shares if each.unit_code == "POINTS"] == [
        (60, 40)
    ]
    assert gone.returned["POINTS"] == 40
    assert await has(owner, other, pool_id) == [0, 40, 0]
    # What comes back for a voucher that is given back comes back to the pool.
    await rewards.cancel(owner, CancelVoucher(done.voucher_id, "c"))
    assert await has(owner, other, pool_id) == [0, 40, 120]


async def test_what_comes_back_has_its_dates() -> None:
    pool_id, (owner, other), _ = await a_household(ALL, ALL)
    await earns(other, 30)
    await leaves(other, pool_id)
    lots = await database.rows(
        """select points, expires_at, earned_at, origin from lots
           where member_id = any($1) and unit = 'POINTS' order by brought_by nulls first, id""",
        [other.member_id, pool_id],
    )
    assert len(lots) == 3
    assert len({(lot["expires_at"], lot["earned_at"]) for lot in lots}) == 1
    assert await has(owner, other, pool_id) == [0, 30, 0]


async def test_a_leaver_takes_nothing_where_that_is_declared() -> None:
    await forfeiting()
    pool_id, (owner, other), _ = await a_household(ALL, ALL)
    await earns(other, 30)
    gone = await leaves(other, pool_id)
    assert gone.returned == {}
    assert await has(owner, other, pool_id) == [0, 0, 30]
    # Who comes back begins anew: what was left behind is no share any more.
    place = await joins(owner, other, pool_id)
    await earns(other, 5)
    (shares,) = await shares_of(other, [place])
    assert {each.unit_code: each.unspent for each in shares}["POINTS"] == 5


async def test_a_key_that_comes_again_gives_nothing_twice() -> None:
    pool_id, (owner, other), _ = await a_household(ALL, ALL)
    await earns(other, 30)
    first = await leaving.leave(other, LeavePool(pool_id, "k"))
    again = await leaving.leave(other, LeavePool(pool_id, "k"))
    assert (first.returned, first.replayed) == (again.returned, not again.replayed)
    with pytest.raises(NotFound):
        await leaves(other, pool_id)
    assert await has(owner, other, pool_id) == [0, 30, 0]


async def test_an_owner_removes_who_takes_what_a_leaver_takes() -> None:
    pool_id, (owner, other, third), places = await a_household(ALL, ALL, 0)
    await earns(other, 30)
    with pytest.raises(NotAllowed):
        await leaving.remove(third, RemoveFromPool(places[1], uuid4().hex))
    with pytest.raises(NotAllowed):
        await leaving.remove(owner, RemoveFromPool(places[0], uuid4().hex))
    gone = await leaving.remove(owner, RemoveFromPool(places[1], uuid4().hex))
    await leaving.remove(CARE, RemoveFromPool(places[2], uuid4().hex))
    await read_all(reactions.react, "reactions")
    assert gone.returned["POINTS"] == 30
    assert await has(owner, other, pool_id) == [0, 30, 0]
    assert await told(other.member_id, "POOL_ENDED") == 1


async def test_an_owner_stays_until_another_one_is() -> None:
    pool_id, (owner, other), _ = await a_household(ALL, ALL)
    with pytest.raises(NotAllowed):
        await leaves(owner, pool_id)
    with pytest.raises(NotAllowed):
        await leaving.close(other, ClosePool(pool_id, "k"))


async def test_a_pool_that_closes_shares_all_that_it_has() -> None:
    await forfeiting()
    pool_id, (owner, other, third), _ = await a_household(ALL, ALL, ALL)
    for member, euros in ((owner, 10), (other, 20), (third, 40)):
        await earns(member, euros)
    await leaves(third, pool_id)
    hold = await a_hold(as_member(pool_id), 5)
    with pytest.raises(NotAllowed):
        await leaving.close(owner, ClosePool(pool_id, uuid4().hex))
    assert hold
    await lived(days=1)
    gone = await leaving.close(owner, ClosePool(pool_id, "k"))
    assert gone.returned["POINTS"] == 70
    assert await has(owner, other, third, pool_id) == [10 + 40, 20, 0, 0]
    with pytest.raises(NotFound):
        await leaving.close(owner, ClosePool(pool_id, "another"))
    await read_all(reactions.react, "reactions")
    assert await told(other.member_id, "POOL_ENDED") == 1


async def test_an_erased_owner_is_followed_and_the_last_one_closes() -> None:
    pool_id, (owner, other), _ = await a_household(ALL, ALL)
    await earns(owner, 10)
    await erase(owner)
    await read_all(reactions.react, "reactions")
    role = "select role from pool_places where member_id = $1 and state = 'JOINED'"
    assert await database.value(role, owner.member_id) is None
    assert await database.value(role, other.member_id) == "OWNER"
    assert await has(pool_id) == [10]
    await erase(other)
    await read_all(reactions.react, "reactions")
    assert await has(pool_id) == [0]
    assert await database.value("select closed_at from pools where id = $1", pool_id)


async def erase(member: Actor) -> None:
    number = await database.value("select number from members where id = $1", member.member_id)
    await erasing.erase(member, number)


async def test_a_pool_does_not_close_while_points_of_it_wait() -> None:
    pool_id, (owner,), _ = await a_household(ALL)
    move = Move(
        "POINTS", TransactionKind.PEND, 40, "issuance", {"key": "order_pending"},
        releases_at=await database.now() + timedelta(days=3),
    )  # fmt: skip
    await wallets.post_one(Posting(pool_id, moves=(move,)))
    with pytest.raises(NotAllowed, match="wait"):
        await leaving.close(owner, ClosePool(pool_id, "k"))
    await database.rows("update clock set ahead_seconds = ahead_seconds + 4 * 86400")
    await leaving.close(owner, ClosePool(pool_id, "l"))
    assert await has(owner, pool_id) == [40, 0]
