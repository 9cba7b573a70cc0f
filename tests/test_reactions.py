"""What follows from facts follows once, whatever dies and however many workers there are."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain import database, outbox, reactions
from domain.actor import SYSTEM
from domain.events import Event, MemberChanged, PointsExpired
from domain.ids import uuid7
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets.queries import wallets_of
from tests.factories.notifications import a_listener
from tests.factories.referrals import a_friend, a_member, ordered
from tests.factories.rewards import a_buyer, a_reward, credit
from tests.valkeys import own_valkey

pytestmark = pytest.mark.usefixtures("database")


async def read_all(relay: Callable[[], Awaitable[int]], reader: str) -> None:
    """As workers do, until the reader has passed every fact there is."""
    last = await database.value("select max(id) from outbox")
    place = "select event_id from outbox_readers where name = $1"
    while (await database.value(place, reader) or 0) < last:
        await relay()


async def react_to_all() -> None:
    await read_all(reactions.react, "reactions")


async def told(member_id: UUID | None, kind: str) -> int:
    return int(
        await database.value(
            "select count(*) from notifications where member_id = $1 and kind = $2",
            *(member_id, kind),
        )
    )


async def happened(*events: Event) -> None:
    """Each in a transaction of its own."""
    for event in events:
        await outbox.append(event)


async def test_a_first_order_rewards_once_though_three_workers_see_it() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    await ordered(friend)
    await ordered(friend)
    await asyncio.gather(*(react_to_all() for _ in range(3)))
    await react_to_all()
    assert await told(referrer.member_id, "POINTS_EARNED") == 1
    assert referrer.member_id
    (wallets,) = await wallets_of(SYSTEM, [referrer.member_id])
    assert wallets["POINTS"].balance == 100


async def test_what_expires_is_told_also_when_a_redemption_finds_it() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(price=30)
    assert buyer.member_id
    await credit(buyer.member_id, 40, (await database.now()) - timedelta(hours=1))
    await rewards.redeem(buyer, RedeemReward(reward_id, "key"))
    await react_to_all()
    args = await database.value(
        "select args from notifications where member_id = $1 and kind = 'POINTS_EXPIRED'",
        buyer.member_id,
    )
    expiry = await database.row("select id, points from transactions where kind = 'EXPIRE'")
    assert expiry
    assert args == {"transaction": str(expiry["id"]), "unit": "POINTS", "points": 40}
    assert expiry["points"] == -40


async def test_what_expired_long_ago_is_no_news() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(price=30)
    assert buyer.member_id
    await credit(buyer.member_id, 40, (await database.now()) - timedelta(days=8))
    await rewards.redeem(buyer, RedeemReward(reward_id, "key"))
    await react_to_all()
    assert await told(buyer.member_id, "POINTS_EXPIRED") == 0


async def test_a_fact_that_cannot_be_digested_does_not_stop_the_others() -> None:
    member_id = await a_listener()
    nobody = uuid7()
    await happened(
        PointsExpired(nobody, uuid7(), "POINTS", 1), PointsExpired(member_id, uuid7(), "POINTS", 2)
    )

    async def digest(event: Event) -> None:
        if event.member_id == nobody:  # type: ignore[union-attr]
            await database.rows("update members set version = version + 1")
            raise ZeroDivisionError
        await database.rows("update members set version = version + 10")

    await read_all(lambda: outbox.relay("a test", lambda _: True, digest), "a test")
    failures = await database.rows("select reader, error from outbox_failures")
    assert [tuple(failure) for failure in failures] == [("a test", "ZeroDivisionError")]
    assert await database.value("select version from members") == 11


async def test_an_outage_leaves_the_fact_to_be_read_again() -> None:
    await happened(MemberChanged(uuid7()))
    tries = []

    async def digest(event: Event) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise ConnectionResetError

    async def relay() -> int:
        return await outbox.relay("a test", lambda _: True, digest)

    with pytest.raises(ConnectionResetError):
        await read_all(relay, "a test")
    await read_all(relay, "a test")
    assert tries == 2 * tries[:1]
    assert await database.value("select count(*) from outbox_failures") == 0


async def test_a_version_that_a_crash_left_behind_is_raised() -> None:
    buyer = await a_buyer(100)
    assert buyer.member_id

    async def balance() -> int:
        (wallets,) = await wallets_of(SYSTEM, [buyer.member_id])  # type: ignore[list-item]
        return wallets["POINTS"].balance

    assert await balance() == 100
    async with database.transaction():  # what a process has done that dies before it raises
        await database.rows("update wallets set available = 90")
        await database.rows("update members set version = version + 1")
        await outbox.append(MemberChanged(buyer.member_id))
    assert await balance() == 100
    await read_all(reactions.raise_versions, "versions")
    assert await balance() == 90


async def test_versions_wait_for_redis() -> None:
    member_id = await a_listener()
    async with own_valkey() as valkey:
        await happened(MemberChanged(member_id))
        await valkey.kill()
        assert await reactions.raise_versions() == 0
        await valkey.start()
        await read_all(reactions.raise_versions, "versions")
