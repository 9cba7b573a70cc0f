"""What a quote says of discounts is what the order gets; without a quote it is only told."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.orders import advancing, operations
from domain.orders.advancing import AdvanceOrder
from domain.orders.commands import Charge, OrderCommand
from domain.orders.kinds import ChargeKind, OrderStage
from domain.programme.accruals import Why
from tests.factories.discounts import (
    FREE,
    TWO_EUROS,
    a_cafe_with,
    a_discount,
    payment_kept,
    quoted_and_reported,
    spent_of,
)
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.refunds import counted, refunded
from tests.factories.rewards import a_buyer

pytestmark = pytest.mark.usefixtures("database")

BUDGET = a_discount("two", effect=TWO_EUROS, budgetMinor=1500)
LIMITED = a_discount("two", effect=TWO_EUROS, limit={"minor": 300, "per": "MONTH"})


async def a_member(tier: str = "friend") -> UUID:
    member_id = (await a_buyer(0, tier=tier)).member_id
    assert member_id
    return member_id


async def total_of(order_id: UUID) -> int:
    total: int = await database.value("select total from orders where id = $1", order_id)
    return total


async def advanced(order: OrderCommand, stage: OrderStage) -> None:
    command = AdvanceOrder(order.source, order.reference, stage, MORNING, uuid4().hex)
    await advancing.advance(SHOP, command)


async def test_quoted_is_applied_and_the_points_are_of_what_is_left() -> None:
    await a_cafe_with(
        a_discount("ten", effect={"kind": "PERCENT_OFF", "basisPoints": 1000},
                   lines={"lineCategory": {"in": ["pastry"]}}),
        a_discount("free", effect=FREE, when={"orderAmount": {"atLeast": 3000}}),
        a_discount("gold", when={"memberTier": {"in": ["family"]}}),
    )  # fmt: skip
    order = an_order(
        a_line(1000), a_line(2500, category="pastry"), member=await a_member(),
        charges=(Charge(ChargeKind.DELIVERY, 350),),
    )  # fmt: skip
    quote = await operations.quote(SHOP, order)
    assert [each.money.amount for each in quote.judged.price.discounts] == [250, 350]
    assert quote.judged.price.total.amount == 3250
    assert {each.rule: each.why for each in quote.not_discounted} == {"gold": Why.CONDITION}
    done = await reported(order, quote_id=quote.key)
    order_id = UUID(done.result["order"])
    assert await total_of(order_id) == 3250
    kept = await payment_kept(order_id)
    assert [off.amount for off in kept.by_rules] == [("ten", 250, 0), ("free", 0, 350)]
    assert done.result["points"] == sum(quote.judged.accrual.totals().values())


async def test_without_a_quote_nothing_is_taken_off_and_what_would_be_is_told() -> None:
    await a_cafe_with(a_discount())
    order = an_order(a_line(4000), member=await a_member())
    order_id = UUID((await reported(order)).result["order"])
    assert await total_of(order_id) == 4000
    kept = await payment_kept(order_id)
    assert kept.rules_off is not None
    assert kept.rules_off.missed == (("five", 200, None),)
    await refunded(order, (1, 1))
    assert (await payment_kept(order_id)).by_rules == ()


async def test_a_quote_stands_when_the_member_moves_on_meanwhile() -> None:
    await a_cafe_with(a_discount(when={"memberOrderNumber": {"equals": 1}}))
    member_id = await a_member()
    order = an_order(a_line(2000), member=member_id)
    quote = await operations.quote(SHOP, order)
    await reported(an_order(a_line(700), member=member_id))
    done = await reported(order, quote_id=quote.key)
    assert await total_of(UUID(done.result["order"])) == 1900


async def test_a_limit_that_is_used_up_meanwhile_cuts_and_is_named() -> None:
    await a_cafe_with(LIMITED)
    member_id = await a_member()
    orders = [an_order(a_line(2000), member=member_id) for _ in range(3)]
    quotes = [await operations.quote(SHOP, order) for order in orders]
    ids = [
        UUID((await reported(order, quote_id=quote.key)).result["order"])
        for order, quote in zip(orders, quotes, strict=True)
    ]
    assert [await total_of(each) for each in ids] == [1800, 1900, 2000]
    missed = [kept.missed for each in ids if (kept := (await payment_kept(each)).rules_off)]
    assert missed == [(), (("two", 100, Why.LIMIT),), (("two", 200, Why.LIMIT),)]
    assert (await counted(member_id))["uses"]["two", "MONTH 2026-11-01"] == 300
    await refunded(orders[0])
    assert (await counted(member_id))["uses"]["two", "MONTH 2026-11-01"] == 100


async def test_a_budget_is_never_exceeded_by_twenty_at_once() -> None:
    await a_cafe_with(BUDGET)
    orders = [an_order(a_line(2000), member=await a_member()) for _ in range(20)]
    quotes = [await operations.quote(SHOP, order) for order in orders]
    done = await asyncio.gather(
        *[reported(o, quote_id=q.key) for o, q in zip(orders, quotes, strict=True)]
    )
    totals = sorted([await total_of(UUID(each.result["order"])) for each in done])
    assert totals == [1800] * 7 + [1900] + [2000] * 12
    assert await spent_of("two") == 1500


async def test_a_retry_takes_of_the_budget_once_and_a_refund_gives_it_back() -> None:
    await a_cafe_with(BUDGET)
    order = an_order(a_line(500, quantity=3), member=await a_member())
    quote = await operations.quote(SHOP, order)
    for key in ("a" * 32, "a" * 32, "b" * 32):
        await reported(order, key, quote_id=quote.key)
    assert await spent_of("two") == 200
    await refunded(order, (1, 2))
    assert await spent_of("two") == 200, "what is left costs more than it"
    await refunded(order, (1, 1))
    assert await spent_of("two") == 0


async def test_what_led_to_a_discount_takes_it_along() -> None:
    await a_cafe_with(a_discount("big", effect=TWO_EUROS, when={"orderAmount": {"atLeast": 3000}},
                                 budgetMinor=9000))  # fmt: skip
    member_id = await a_member()
    order = an_order(a_line(2000), a_line(1500), member=member_id)
    await quoted_and_reported(order)
    assert await spent_of("big") == 200
    await refunded(order, (2, 1))
    assert await spent_of("big") == 0
    plain = await a_member()
    await reported(an_order(a_line(2000), member=plain))
    assert (await counted(member_id))["points"] == (await counted(plain))["points"]


@pytest.mark.parametrize("is_member", [True, False])
async def test_placed_it_is_taken_and_called_off_it_is_given_back(is_member: bool) -> None:
    await a_cafe_with(BUDGET)
    owner = await a_member() if is_member else None
    order = an_order(a_line(2000), member=owner, stage=OrderStage.PLACED)
    order_id = await quoted_and_reported(order)
    assert (await total_of(order_id), await spent_of("two")) == (1800, 200)
    await advanced(order, OrderStage.CANCELLED)
    assert await spent_of("two") == 0


async def test_placed_and_completed_it_counts_once() -> None:
    both = BUDGET | {"limit": {"minor": 300, "per": "MONTH"}}
    await a_cafe_with(both)
    member_id = await a_member()
    order = an_order(a_line(2000), member=member_id, stage=OrderStage.PLACED)
    await quoted_and_reported(order)
    await advanced(order, OrderStage.COMPLETED)
    assert (await counted(member_id))["uses"]["two", "MONTH 2026-11-01"] == 200
    assert await spent_of("two") == 200
    await advanced(order, OrderStage.CANCELLED)
    assert (await counted(member_id))["uses"] == {}
    assert await spent_of("two") == 0


async def test_nobodys_order_gets_what_needs_no_member_and_keeps_it_when_claimed() -> None:
    await a_cafe_with(BUDGET, LIMITED | {"code": "mine"}, discountPolicy="SUM")
    order = an_order(a_line(2000))
    order_id = await quoted_and_reported(order)
    assert await total_of(order_id) == 1800
    claimed = await database.value("select claim_code from orders where id = $1", order_id)
    member_id = await a_member()
    command: Any = operations.ClaimOrder(uuid4().hex, code=claimed, member=None)
    actor = operations.Actor(
        operations.ActorKind.MEMBER, str(member_id), frozenset({operations.Role.MEMBER}), member_id
    )
    await operations.claim(actor, command)
    other = await a_member()
    await reported(an_order(a_line(1800), member=other))
    assert (await counted(member_id))["points"] == (await counted(other))["points"]
    await refunded(order)
    assert await spent_of("two") == 0
