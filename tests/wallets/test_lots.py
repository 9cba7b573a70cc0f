"""Which points are spent, held and gone: lots in the order of their ends."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InsufficientPoints
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets import expiring, holds
from domain.wallets.holds import CaptureHold
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.factories.clock import later
from tests.factories.holds import a_hold
from tests.factories.orders import MORNING
from tests.factories.refunds import a_customer, bought
from tests.factories.rewards import TILL, a_buyer, credit

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def lots_of(member: Actor) -> list[int]:
    """What is left in each lot, in the order in which they came."""
    rows = await database.rows(
        "select remaining from lots where member_id = $1 order by id", member.member_id
    )
    return [row["remaining"] for row in rows]


async def move(member: Actor, points: int, kind: str, house: str, **more: Any) -> None:
    assert member.member_id
    made = Move("POINTS", TransactionKind(kind), points, house, {"key": "trial"}, **more)
    await post_one(Posting(member.member_id, moves=(made,)))


async def test_spending_takes_the_soonest_end_then_the_oldest_and_undated_points_last() -> None:
    member = await a_buyer(10)
    assert member.member_id
    now = await database.now()
    for points, days in ((4, 9), (3, 2), (2, 9)):
        await credit(member.member_id, points, now + days * DAY)

    left = []
    for points in (2, 2, 4, 4):
        await move(member, -points, "REDEEM", "redemption")
        left.append(await lots_of(member))

    assert left == [[10, 4, 1, 2], [10, 3, 0, 2], [10, 0, 0, 1], [7, 0, 0, 0]]


async def test_what_was_spent_does_not_expire_again() -> None:
    member = await a_buyer(0)
    assert member.member_id
    await credit(member.member_id, 10, await database.now() + DAY)
    await credit(member.member_id, 5)
    await move(member, -8, "REDEEM", "redemption")

    await later(days=2)
    await expiring.expire_due()

    assert await lots_of(member) == [0, 5]
    rows = await database.rows("select kind, points from transactions order by version desc")
    assert tuple(rows[0]) == ("EXPIRE", -2)


async def test_a_lot_that_ends_while_it_is_held_is_spent_when_the_hold_is_captured() -> None:
    member = await a_buyer(0)
    assert member.member_id
    await credit(member.member_id, 10, await database.now() + DAY)
    hold_id = await a_hold(member, 6, seconds=3 * 86_400)

    await later(days=2)
    await expiring.expire_due()
    await holds.capture(TILL, CaptureHold(hold_id, uuid4().hex, 5))

    rows = await database.rows("select kind, sum(points)::bigint from transactions group by kind")
    sums = {row[0]: row[1] for row in rows}
    assert await lots_of(member) == [0]
    # Four were never held and went on their day; the sixth came back, and went at once.
    assert sums["EXPIRE"] == -5
    assert (await proof(SYSTEM)).problems == []


async def test_points_that_wait_are_not_to_be_spent_and_live_from_their_release() -> None:
    member = await a_buyer(5)
    releases = await database.now() + DAY
    ends = releases + 30 * DAY
    await move(member, 10, "PEND", "issuance", releases_at=releases, expires_at=ends)

    with pytest.raises(InsufficientPoints):
        await move(member, -6, "REDEEM", "redemption")
    await later(days=1, seconds=1)
    await move(member, -6, "REDEEM", "redemption")

    row = await database.row(
        "select earned_at, expires_at from lots where member_id = $1 and expires_at is not null",
        member.member_id,
    )
    assert row is not None
    assert (row["earned_at"], row["expires_at"]) == (releases, ends)


async def test_a_lot_keeps_the_end_that_it_was_promised() -> None:
    member_id = await a_customer()
    await bought(member_id=member_id)
    stricter = contents("cafe")
    for unit in stricter["units"]:
        unit["expiry"] = {"months": 1}
    await programmes.publish(SYSTEM, stricter, await database.now())
    order = await bought(member_id=member_id, occurred_at=await database.now())
    assert order.occurred_at > MORNING

    ends = await database.rows("select expires_at - earned_at as life from lots order by id")
    assert ends[0]["life"] is None or ends[0]["life"] > timedelta(days=100)
    assert ends[1]["life"] < timedelta(days=33)
