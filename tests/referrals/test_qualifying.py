"""The friend's first order rewards both, once, whatever comes again."""

import asyncio

import pytest

from domain import database
from domain.actor import Actor
from domain.events import OrderReported, ReferralRewarded, decoded
from domain.referrals import operations, queries
from domain.referrals.kinds import ReferralState
from domain.referrals.queries import CountsRow
from domain.wallets.queries import statements_of
from tests.factories.referrals import a_friend, a_member, ordered, written

pytestmark = pytest.mark.usefixtures("database")

ORDER_POINTS = 5
FRIEND_POINTS = 100


async def qualify(event: OrderReported) -> None:
    """As the worker does."""
    async with database.transaction():
        await operations.qualify(event)


async def earned(member: Actor) -> list[tuple[str, int]]:
    assert member.member_id
    (page,) = await statements_of(member, [(member.member_id, "POINTS")], 20)
    return [(row.title["key"], row.points) for row in page.rows]


async def told(member: Actor) -> list[tuple[str, str]]:
    found = await database.rows(
        """select kind, coalesce(args ->> 'state', args ->> 'points') as said from notifications
           where member_id = $1 order by sequence""",
        member.member_id,
    )
    return [(row["kind"], row["said"]) for row in found]


async def test_the_first_order_rewards_both() -> None:
    referrer = await a_member()
    friend, referral_id = await a_friend(referrer)
    assert referrer.member_id
    assert friend.member_id
    event = await ordered(friend)

    await qualify(event)

    assert await earned(referrer) == [("friend_brought", FRIEND_POINTS)]
    assert await earned(friend) == [("friend_joined", FRIEND_POINTS), ("order", ORDER_POINTS)]
    assert await told(referrer) == [
        ("REFERRAL_CHANGED", "JOINED"),
        ("REFERRAL_CHANGED", "REWARDED"),
        ("POINTS_EARNED", "100"),
    ]
    assert (await told(friend))[-2:] == [("REFERRAL_CHANGED", "REWARDED"), ("POINTS_EARNED", "100")]
    (row,) = await queries.referral_rows(referrer, [referral_id])
    assert row
    assert (row.state, row.rewarded_at is not None) == (ReferralState.REWARDED, True)
    assert await queries.counts_of(referrer, [referrer.member_id]) == [CountsRow(rewarded=1)]
    kept = await database.row("select payload from outbox where kind = 'ReferralRewarded'")
    assert kept
    assert decoded("ReferralRewarded", kept["payload"]) == ReferralRewarded(
        referral_id, referrer.member_id, friend.member_id
    )
    assert await database.value("select order_id from referrals") == event.order_id


async def test_the_same_event_again_changes_nothing() -> None:
    friend, _ = await a_friend(await a_member())
    event = await ordered(friend)
    await qualify(event)
    before = await written()

    await qualify(event)
    await asyncio.gather(*(qualify(event) for _ in range(4)))

    assert await written() == before


async def test_the_same_event_at_once_rewards_once() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    event = await ordered(friend)

    await asyncio.gather(*(qualify(event) for _ in range(4)))

    assert await earned(referrer) == [("friend_brought", FRIEND_POINTS)]


async def test_no_later_order_rewards() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    await ordered(friend)
    second = await ordered(friend)
    before = await written()

    await qualify(second)

    assert second.order_count == 2
    assert await written() == before


async def test_whoever_came_alone_brings_nobody_anything() -> None:
    await a_friend(await a_member())
    event = await ordered(await a_member())
    before = await written()

    await qualify(event)

    assert await written() == before


async def test_a_blocked_referrer_earns_nothing_and_the_friend_does() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    await database.rows("update members set state = 'BLOCKED' where id = $1", referrer.member_id)

    await qualify(await ordered(friend))

    assert await earned(referrer) == []
    assert ("friend_joined", FRIEND_POINTS) in await earned(friend)
    assert (await told(referrer))[-1] == ("REFERRAL_CHANGED", "REWARDED")


async def test_friends_of_one_member_are_rewarded_side_by_side() -> None:
    referrer = await a_member()
    friends = [(await a_friend(referrer))[0] for _ in range(6)]
    events = [await ordered(friend) for friend in friends]

    await asyncio.gather(*map(qualify, events))

    assert await earned(referrer) == [("friend_brought", FRIEND_POINTS)] * 6
    sequences = await database.rows(
        "select sequence from notifications where member_id = $1 order by 1", referrer.member_id
    )
    assert [row["sequence"] for row in sequences] == list(range(1, 19))


async def test_a_blocked_friends_order_rewards_nobody() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    await database.rows("update members set state = 'BLOCKED' where id = $1", friend.member_id)
    event = await ordered(friend)
    before = await written()

    await qualify(event)

    assert event.order_count == 1
    assert await written() == before
