"""Who may make a pool, ask somebody in, come in, and say who is what; and who is told."""

import asyncio

import pytest

from domain import database, reactions
from domain.actor import SYSTEM, Actor
from domain.errors import InvalidInput, LimitReached, NotAllowed, NotFound, RateLimited
from domain.members.queries import MemberRef
from domain.pools import founding, inviting, joining, places
from domain.pools.commands import CreatePool, InviteToPool, JoinPool, SetRole
from domain.pools.kinds import PoolRole
from domain.pools.queries import invitations_of, people_of, places_of, pools
from domain.programme.terms.pools import PoolKind
from domain.wallets import greetings
from tests.factories.clock import later
from tests.factories.holds import CARE
from tests.factories.members import a_member
from tests.factories.merges import merged
from tests.factories.pools import a_household, a_pool, invited, joins
from tests.factories.rewards import a_buyer, a_programme
from tests.test_reactions import read_all, told

pytestmark = pytest.mark.usefixtures("database")


async def test_a_member_makes_a_household_once_for_a_key() -> None:
    await a_programme()
    member = await a_buyer(0)
    asked = CreatePool(PoolKind.HOUSEHOLD, "k", title="Number 7")
    first, again = [await founding.create(member, asked) for _ in range(2)]
    assert (first[0], again) == (again[0], (first[0], True))
    with pytest.raises(LimitReached):
        await a_pool(member)
    (pool,) = await pools(member, [first[0]])
    assert pool
    assert (pool.title, pool.leaving, len(pool.number)) == ("Number 7", "SHARE_BACK", 10)
    assert await pools(await a_buyer(0), [first[0]]) == [None]


async def test_a_company_is_made_by_the_team_for_its_owner() -> None:
    await a_programme()
    member = await a_buyer(0)
    with pytest.raises(NotAllowed):
        await a_pool(member, kind=PoolKind.COMPANY)
    with pytest.raises(InvalidInput):
        await a_pool(CARE, kind=PoolKind.COMPANY)
    with pytest.raises(NotFound):
        await a_pool(CARE, kind=PoolKind.COMPANY, owner=MemberRef(number="0000000000"))
    pool_id = await a_pool(CARE, kind=PoolKind.COMPANY, owner=MemberRef(id=member.member_id))
    household = await a_pool(member)
    assert member.member_id
    (mine,) = await places_of(member, [member.member_id])
    assert [(place.pool_id, place.role) for place in mine] == [
        (pool_id, PoolRole.OWNER),
        (household, PoolRole.OWNER),
    ]
    # Half of what is earned goes to each; no more could.
    assert [place.contribution for place in mine] == [5000, 5000]
    with pytest.raises(InvalidInput):
        await joining.contribute(member, mine[0].id, 5001)
    # A pool is in no pool.
    with pytest.raises(NotAllowed):
        await a_pool(CARE, kind=PoolKind.COMPANY, owner=MemberRef(id=pool_id))


async def test_whoever_is_invited_the_answer_is_the_same() -> None:
    pool_id, (owner, other), _ = await a_household(0, 0)
    stranger = await a_member("new@example.org")
    before = await database.value("select count(*) from outbox")
    for asked in (
        InviteToPool(pool_id, email="nobody@example.org"),
        InviteToPool(pool_id, phone="+302101234567"),
        InviteToPool(pool_id, number="0000000000"),
        InviteToPool(pool_id, number=await _number(other)),
        InviteToPool(pool_id, email="new@example.org"),
        InviteToPool(pool_id, email="new@example.org"),
    ):
        await inviting.invite(owner, asked)
    assert await database.value("select count(*) from outbox") == before + 1
    await read_all(reactions.react, "reactions")
    assert stranger.member_id
    (found,) = await invitations_of(stranger, [stranger.member_id])
    assert len(found) == 1
    assert await told(stranger.member_id, "POOL_INVITED") == 1
    with pytest.raises(InvalidInput):
        await inviting.invite(owner, InviteToPool(pool_id))
    with pytest.raises(NotAllowed):
        await inviting.invite(other, InviteToPool(pool_id, number="0000000000"))
    with pytest.raises(NotFound):
        await inviting.invite(stranger, InviteToPool(pool_id, number="0000000000"))


async def test_who_was_merged_is_asked_in_as_who_lives_on() -> None:
    pool_id, (owner,), _ = await a_household(0)
    stays, gone = await a_buyer(0), await a_member("old@example.org")
    await merged(stays, gone)

    await inviting.invite(owner, InviteToPool(pool_id, email="old@example.org"))

    assert stays.member_id
    (found,) = await invitations_of(stays, [stays.member_id])
    assert len(found) == 1


async def test_asking_is_over_for_a_while_after_thirty_times() -> None:
    pool_id, (owner,), _ = await a_household(0)
    for _ in range(30):
        await inviting.invite(owner, InviteToPool(pool_id, number="0000000000"))
    with pytest.raises(RateLimited):
        await inviting.invite(owner, InviteToPool(pool_id, number="0000000000"))


async def test_an_invitation_is_taken_once_by_whose_it_is_and_in_time() -> None:
    pool_id, (owner,), _ = await a_household(0)
    member, other = await a_buyer(0), await a_buyer(0)
    mine = await invited(owner, member, pool_id)
    late = await invited(owner, other, pool_id)
    assert mine and late
    with pytest.raises(NotFound):
        await joining.join(other, JoinPool(mine))
    with pytest.raises(InvalidInput):
        await joining.join(member, JoinPool(mine, 10_001))
    await asyncio.gather(*(joining.join(member, JoinPool(mine)) for _ in range(3)))
    await read_all(reactions.react, "reactions")
    assert await told(owner.member_id, "POOL_JOINED") == 1
    await later(days=15)
    with pytest.raises(NotFound):
        await joining.join(other, JoinPool(late))
    assert await invited(owner, other, pool_id) == late
    await joining.decline(other, late)
    with pytest.raises(NotFound):
        await joining.join(other, JoinPool(late))
    (page,) = await people_of(owner, [pool_id], 1)
    assert page.has_next and len(page.rows) == 1
    (rest,) = await people_of(owner, [pool_id], 5, page.cursors[0])
    assert [place.member_id for place in rest.rows] == [member.member_id]


async def test_a_pool_is_full_at_some_time_and_one_of_a_kind_is_all() -> None:
    pool_id, people, _ = await a_household(0, 0, 0, 0, 0)
    last, late = await a_buyer(0), await a_buyer(0)
    second = await invited(people[0], late, pool_id)
    await joins(people[0], last, pool_id)
    assert second
    with pytest.raises(LimitReached):
        await joining.join(late, JoinPool(second))
    with pytest.raises(LimitReached):
        await inviting.invite(people[0], InviteToPool(pool_id, number="0000000000"))
    another, (owner,), _ = await a_household(0)
    third = await invited(owner, last, another)
    assert third
    with pytest.raises(LimitReached):
        await joining.join(last, JoinPool(third))


async def test_an_owner_hands_over_and_says_who_may_redeem() -> None:
    pool_id, (owner, other), (own, place) = await a_household(0, 0, redeem=False)
    assert other.member_id
    with pytest.raises(NotAllowed):
        await places.set_role(other, SetRole(place, may_redeem=True))
    with pytest.raises(NotFound):
        await places.set_role(await a_buyer(0), SetRole(place, may_redeem=True))
    with pytest.raises(InvalidInput):
        await places.set_role(owner, SetRole(own, PoolRole.MEMBER))
    assert isinstance(await places.refusal(other.member_id, pool_id), NotAllowed)
    await places.set_role(owner, SetRole(place, may_redeem=True))
    assert await places.refusal(other.member_id, pool_id) is None
    await places.set_role(owner, SetRole(place, PoolRole.OWNER))
    with pytest.raises(NotAllowed):
        await places.set_role(owner, SetRole(own, PoolRole.OWNER))
    await places.set_role(CARE, SetRole(own, PoolRole.OWNER))
    (page,) = await people_of(SYSTEM, [pool_id], 5)
    assert [place.role for place in page.rows] == [PoolRole.OWNER, PoolRole.MEMBER]


async def test_pools_have_no_anniversaries() -> None:
    pool_id = await a_pool(await a_buyer(0))
    await later(days=366)
    assert await greetings.greet() >= 1
    assert not await database.value("select true from greetings where member_id = $1", pool_id)


async def _number(member: Actor) -> str:
    found: str = await database.value("select number from members where id = $1", member.member_id)
    return found
