"""What becomes of a tier when the order that led to it comes back: as the programme says."""

from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders.commands import OrderCommand
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.factories.orders import a_line, an_order, reported
from tests.factories.refunds import refunded
from tests.factories.tiers import EVER, a_holder, moves

pytestmark = pytest.mark.usefixtures("database")


async def programme(**policy: Any) -> None:
    document = contents("cafe")
    document["tierPolicy"] = policy
    document["windowDays"] = 365
    await programmes.publish(SYSTEM, document, EVER)


async def bought(member_id: UUID, points: int) -> OrderCommand:
    order = an_order(a_line(points * 100), member=member_id)
    await reported(order)
    return order


async def tier_of(member_id: UUID) -> str:
    tier: str = await database.value("select tier from members where id = $1", member_id)
    return tier


@pytest.fixture
async def thresholds() -> list[tuple[str, int]]:
    return [(tier["code"], tier["threshold"]) for tier in contents("cafe")["tiers"]]


@pytest.mark.parametrize("window", ["ROLLING", "CALENDAR_YEAR", "ANNIVERSARY"])
async def test_a_tier_that_came_of_a_returned_order_is_taken_back_at_once(
    thresholds: list[tuple[str, int]], window: str
) -> None:
    await programme(refund="REVERT", window=window)
    buyer = await a_holder("friend", since_days=20)
    assert buyer.member_id
    (first, _), (second, needed) = thresholds[:2]
    order = await bought(buyer.member_id, needed)
    assert await tier_of(buyer.member_id) == second

    await refunded(order)

    assert await tier_of(buyer.member_id) == first
    assert (await moves(buyer))[-1] == (first, "REFUND")


async def test_a_tier_that_the_rest_still_earns_is_kept(thresholds: list[tuple[str, int]]) -> None:
    await programme(refund="REVERT")
    buyer = await a_holder("friend", since_days=20)
    assert buyer.member_id
    second, needed = thresholds[1]
    order = await bought(buyer.member_id, needed)
    await bought(buyer.member_id, needed)

    await refunded(order)

    assert await tier_of(buyer.member_id) == second


async def test_a_tier_that_points_did_not_earn_is_not_taken_by_a_refund(
    thresholds: list[tuple[str, int]],
) -> None:
    await programme(refund="REVERT")
    highest = thresholds[-1][0]
    buyer = await a_holder(highest, since_days=20)
    assert buyer.member_id
    order = await bought(buyer.member_id, 5)

    await refunded(order)

    assert await tier_of(buyer.member_id) == highest


async def test_a_tier_by_hand_is_not_taken_by_a_refund(thresholds: list[tuple[str, int]]) -> None:
    await programme(refund="REVERT")
    buyer = await a_holder("friend", since_days=20)
    assert buyer.member_id
    second, needed = thresholds[1]
    order = await bought(buyer.member_id, needed)
    await database.rows(
        "update members set tier_fixed_until = pistis_now() + interval '9 days' where id = $1",
        buyer.member_id,
    )

    await refunded(order)

    assert await tier_of(buyer.member_id) == second
