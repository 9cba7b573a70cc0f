"""Discounts where something comes between: a stop, another standing, a claim."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import Actor, ActorKind, Role
from domain.errors import OrderConflict
from domain.orders import operations
from domain.orders.commands import ClaimOrder, Points
from domain.orders.kinds import OrderStage
from tests.factories.discounts import (
    TWO_EUROS,
    a_cafe_with,
    a_discount,
    payment_kept,
    quoted_and_reported,
    spent_of,
)
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.refunds import counted, refunded
from tests.factories.rewards import a_buyer
from tests.orders.test_discounts import a_member
from tests.programme.test_stops import lifted, stopped
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")


async def left_of(order_id: UUID) -> int:
    """What discounts take off what is left of an order, in minor units."""
    document = await database.value("select document from orders where id = $1", order_id)
    return sum(each.get("goods", 0) for each in document["discounts_left"])


@pytest.mark.parametrize("is_member", [True, False])
async def test_a_stopped_discount_is_quoted_to_nobody(is_member: bool) -> None:
    await a_cafe_with(a_discount())
    stop_id = await stopped(rule="five")
    owner = await a_member() if is_member else None
    order = an_order(a_line(2000), member=owner, occurred_at=await database.now())
    assert not (await operations.quote(SHOP, order)).judged.payment.by_rules
    await lifted(stop_id)
    order = an_order(a_line(2000), member=owner, occurred_at=await database.now())
    assert (await operations.quote(SHOP, order)).judged.payment.by_rules


async def test_what_was_quoted_before_a_stop_stays_with_what_is_left() -> None:
    await a_cafe_with(a_discount())
    at = await database.now() + timedelta(minutes=1)
    order = an_order(a_line(2000), a_line(1000), member=await a_member(), occurred_at=at)
    quote = await operations.quote(SHOP, order)
    await stopped(rule="five")
    order_id = UUID((await reported(order, quote_id=quote.key)).result["order"])
    assert [off.minor for off in (await payment_kept(order_id)).by_rules] == [150]
    await refunded(order, (2, 1))
    assert await left_of(order_id) == 100


async def test_who_is_blocked_after_the_quote_keeps_the_discount_on_what_is_left() -> None:
    await a_cafe_with(a_discount(when={"memberMonths": {"atLeast": 0}}))
    member_id = await a_member()
    order = an_order(a_line(2000), a_line(1000), member=member_id)
    quote = await operations.quote(SHOP, order)
    await database.rows("update members set state = 'BLOCKED' where id = $1", member_id)
    order_id = UUID((await reported(order, quote_id=quote.key)).result["order"])
    assert [off.minor for off in (await payment_kept(order_id)).by_rules] == [150]
    await refunded(order, (2, 1))
    assert await left_of(order_id) == 100


async def test_what_came_back_before_the_claim_is_taken_back_as_if_never_bought() -> None:
    await a_cafe_with(a_discount("big", effect=TWO_EUROS, when={"orderAmount": {"atLeast": 3000}},
                                 budgetMinor=9000))  # fmt: skip
    order = an_order(a_line(2000), a_line(700), a_line(700))
    order_id = await quoted_and_reported(order)
    await refunded(order, (2, 1))
    await refunded(order, (3, 1))
    assert await spent_of("big") == 0
    code = await database.value("select claim_code from orders where id = $1", order_id)
    member_id = await a_member()
    claimant = Actor(ActorKind.MEMBER, str(member_id), frozenset({Role.MEMBER}), member_id)
    await operations.claim(claimant, ClaimOrder(uuid4().hex, code=code))
    other = await a_member()
    await reported(an_order(a_line(2000), member=other))
    assert (await counted(member_id))["points"] == (await counted(other))["points"]


async def test_nobody_is_told_of_points_by_a_rule_that_is_stopped() -> None:
    await a_cafe_with(a_discount())
    await stopped(rule="every-euro")
    order = an_order(a_line(2000), occurred_at=await database.now(), stage=OrderStage.COMPLETED)
    quote = await operations.quote(SHOP, order)
    told = (await reported(order)).result["claim_points"]
    owner = await a_member()
    claim = await database.value("select claim_code from orders")
    claimant = Actor(ActorKind.MEMBER, str(owner), frozenset({Role.MEMBER}), owner)
    await operations.claim(claimant, ClaimOrder(uuid4().hex, code=claim))
    had = (await counted(owner))["points"]
    assert (quote.judged.accrual.totals(), told) == ({}, 0), had


async def test_what_was_stopped_does_not_come_in_the_place_of_another_after_a_refund() -> None:
    await a_cafe_with(
        a_discount("big", effect=TWO_EUROS, when={"orderAmount": {"atLeast": 3000}}),
        a_discount(),
    )
    stop_id = await stopped(rule="five")
    order = an_order(a_line(2000), a_line(1000), occurred_at=await database.now())
    order_id = await quoted_and_reported(order)
    await lifted(stop_id)
    await refunded(order, (2, 1))
    assert await left_of(order_id) == 0


async def test_many_that_are_quoted_or_paid_with_points_are_read_for_together() -> None:
    await a_cafe_with(a_discount())
    sent_by = []
    for many in (1, 6):
        wanted = []
        for _ in range(many):
            buyer = (await a_buyer(100)).member_id
            order = an_order(a_line(2000), member=buyer, pay_with_points=Points("POINTS", 100))
            quote = await operations.quote(SHOP, order)
            wanted.append((order, quote.key))
        async with statements() as sent:
            await asyncio.gather(*[reported(order, quote_id=key) for order, key in wanted])
        sent_by.append(len(sent))
    assert sent_by[0] == sent_by[1], "as many statements for six as for one"


async def test_an_answer_stands_whatever_is_stopped_or_published_after_it() -> None:
    await a_cafe_with(a_discount(budgetMinor=1000))
    buyer = (await a_buyer(100)).member_id
    order = an_order(a_line(2000), member=buyer, pay_with_points=Points("POINTS", 100))
    quote = await operations.quote(SHOP, order)
    first = await reported(order, "k" * 32, quote_id=quote.key)
    await stopped(rule="five")
    await stopped()
    await a_cafe_with()
    again = await reported(order, "k" * 32, quote_id=quote.key)
    assert again.replayed
    assert again.result == first.result
    assert await spent_of("five") == 100


async def test_what_is_only_tried_takes_of_no_budget_and_counts_against_no_limit() -> None:
    await a_cafe_with(
        a_discount(budgetMinor=1000, limit={"minor": 500, "per": "MONTH"}),
    )
    member_id = await a_member()
    order = an_order(a_line(2000), member=member_id)
    quote = await operations.quote(SHOP, order)
    async with database.rehearsal():
        await reported(order, quote_id=quote.key)
        assert await spent_of("five") == 100
    assert await spent_of("five") == 0
    assert (await counted(member_id))["uses"] == {}


async def test_what_a_discount_took_off_is_told_once() -> None:
    await a_cafe_with(a_discount())
    order = an_order(a_line(2000), member=await a_member())
    await quoted_and_reported(order)
    with pytest.raises(OrderConflict, match="discounts"):
        await reported(replace(order, lines=(a_line(1000),), revision=2))


async def test_one_budget_for_orders_that_come_and_go_at_once_is_right_in_the_end() -> None:
    await a_cafe_with(
        a_discount(effect=TWO_EUROS, budgetMinor=1500, when={"orderAmount": {"atLeast": 1000}})
    )
    orders = [an_order(a_line(600, quantity=2), member=await a_member()) for _ in range(12)]
    quotes = [await operations.quote(SHOP, order) for order in orders]
    await asyncio.gather(
        *[reported(o, quote_id=q.key) for o, q in zip(orders[:6], quotes[:6], strict=True)]
    )
    await asyncio.gather(
        *[refunded(order, (1, 1)) for order in orders[:6]],
        *[reported(o, quote_id=q.key) for o, q in zip(orders[6:], quotes[6:], strict=True)],
    )
    kept = await database.rows("select id from orders")
    off = 0
    for row in kept:
        document = await database.value("select document from orders where id = $1", row["id"])
        left = document.get("discounts_left", document["payment"]["rules_off"].get("taken", []))
        off += sum(each.get("goods", 0) for each in left)
    assert await spent_of("five") == off <= 1500


@pytest.mark.parametrize("becomes", [None, "FEMALE", "MALE"])
async def test_who_tells_something_else_of_itself_keeps_what_it_was_sold(
    becomes: str | None,
) -> None:
    women = {"all": [{"memberSex": {"in": ["FEMALE"]}}, {"orderAmount": {"atLeast": 1500}}]}
    men = {"memberSex": {"in": ["MALE"]}}
    await a_cafe_with(a_discount(when=women), a_discount("men", effect=TWO_EUROS, when=men))
    member_id = await a_member()
    await _is(member_id, "FEMALE")
    order = an_order(a_line(2000), a_line(1000), a_line(1000), member=member_id)
    order_id = await quoted_and_reported(order)
    await _is(member_id, becomes)
    await refunded(order, (2, 1))
    assert await left_of(order_id) == 150
    await refunded(order, (1, 1))
    assert await left_of(order_id) == 0


async def _is(member_id: UUID, sex: str | None) -> None:
    await database.rows(
        """insert into profiles (member_id, sex) values ($1, $2)
           on conflict (member_id) do update set sex = excluded.sex""",
        *(member_id, sex),
    )
