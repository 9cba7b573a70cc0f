"""An offer rewards the orders that fit it, as often as a member may."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import database
from domain.actor import Actor
from domain.offers import queries
from domain.offers.models import OfferUse
from tests.factories.offers import an_offer
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, held

pytestmark = pytest.mark.usefixtures("database")

FROM_10_EUROS = {"orderAmount": {"atLeast": 1000}}


async def standing(member: Actor, offer_id: UUID) -> tuple[int, str, int]:
    """Stars, the offer's state, and how often it was used."""
    assert member.member_id
    (offer,) = await queries.offers(member, [(member.member_id, offer_id)])
    assert offer
    return (await held(member.member_id, "STARS"))[0], offer.state.value, offer.progress.done


async def buy(member: Actor, amount: int, days_ago: float = 0) -> None:
    at = (await database.now()) - timedelta(days=days_ago)
    order = an_order(a_line(amount), member=member.member_id, occurred_at=at)
    await reported(order)


async def test_orders_that_fit_are_rewarded_until_the_offer_is_used_up() -> None:
    member = await a_buyer(0)
    offer_id = await an_offer(when=FROM_10_EUROS, per_member_limit=2)
    await buy(member, 999)
    assert await standing(member, offer_id) == (0, "ACTIVE", 0)
    await buy(member, 1000)
    assert await standing(member, offer_id) == (5, "ACTIVE", 1)
    await buy(member, 5000)
    assert await standing(member, offer_id) == (10, "COMPLETED", 2)
    await buy(member, 5000)
    assert await standing(member, offer_id) == (10, "COMPLETED", 2)
    assert await OfferUse.filter(member_id=member.member_id).count() == 2


async def test_an_order_counts_at_the_time_when_it_happened() -> None:
    member = await a_buyer(0)
    offer_id = await an_offer(begins=-3, ends=-1, per_member_limit=9)
    await buy(member, 1000, days_ago=4)
    await buy(member, 1000, days_ago=0.5)
    assert await standing(member, offer_id) == (0, "EXPIRED", 0)
    await buy(member, 1000, days_ago=2)
    assert await standing(member, offer_id) == (5, "EXPIRED", 1)


async def test_orders_at_once_do_not_use_an_offer_twice() -> None:
    member = await a_buyer(0)
    offer_id = await an_offer(per_member_limit=3)
    await asyncio.gather(*(buy(member, 1000) for _ in range(10)))
    assert await standing(member, offer_id) == (15, "COMPLETED", 3)
