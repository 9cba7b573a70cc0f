"""A friend's first order that comes back wholly takes what it brought both with it, once."""

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.events import OrderRefunded, decoded
from domain.orders import refunding
from domain.orders.refund_commands import RefundLine, RefundOrder
from domain.referrals import voiding
from domain.wallets.proof import proof
from tests.factories.referrals import a_friend, a_member, ordered, written
from tests.referrals.test_qualifying import FRIEND_POINTS, earned, qualify, told

pytestmark = pytest.mark.usefixtures("database")


async def refunded(order_id: object, *lines: RefundLine) -> OrderRefunded:
    """The order comes back: what then is to be reacted to."""
    row = await database.row("select id, reference from orders where id = $1", order_id)
    assert row
    reference = f"r{len(lines)}"
    now = await database.now()
    await refunding.refund(
        SYSTEM, RefundOrder("till", row["reference"], reference, now, reference, lines or None)
    )
    kept = await database.value(
        "select payload from outbox where kind = 'OrderRefunded' order by id desc limit 1"
    )
    event = decoded("OrderRefunded", kept)
    assert isinstance(event, OrderRefunded)
    return event


async def void(event: OrderRefunded) -> None:
    """As the worker does."""
    async with database.transaction():
        await voiding.void(event)


async def test_both_lose_what_it_brought_once_and_a_later_order_brings_it_anew() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    first = await ordered(friend)
    await qualify(first)
    event = await refunded(first.order_id)

    await void(event)
    before = await written()
    await void(event)

    assert await written() == before
    assert await earned(referrer) == [
        ("invitation_returned", -FRIEND_POINTS), ("friend_brought", FRIEND_POINTS),
    ]  # fmt: skip
    assert (await told(referrer))[-2:] == [
        ("REFERRAL_CHANGED", "VOIDED"), ("POINTS_TAKEN_BACK", f"-{FRIEND_POINTS}"),
    ]  # fmt: skip
    assert (await earned(friend))[0] == ("invitation_returned", -FRIEND_POINTS)
    await qualify(await ordered(friend))
    assert (await earned(referrer))[0] == ("friend_brought", FRIEND_POINTS)
    assert (await earned(friend))[0] == ("friend_joined", FRIEND_POINTS)
    assert (await proof(SYSTEM)).problems == []


async def test_an_order_that_came_back_before_it_was_rewarded_rewards_nobody() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    first = await ordered(friend)
    event = await refunded(first.order_id)

    await qualify(first)
    await void(event)

    assert await earned(referrer) == []
    assert await database.value("select state from referrals") == "JOINED"


async def test_part_of_it_takes_nothing() -> None:
    referrer = await a_member()
    friend, _ = await a_friend(referrer)
    first = await ordered(friend)
    await qualify(first)
    await database.rows(
        """update orders set document = jsonb_set(document, '{lines,0,quantity}', '2')"""
    )
    event = await refunded(first.order_id, RefundLine(1, 1))

    await void(event)

    assert not event.wholly
    assert await earned(referrer) == [("friend_brought", FRIEND_POINTS)]
