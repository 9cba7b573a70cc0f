"""An order that is told anew counts as if it had always been so."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import DomainError, InvalidInput, KeyReused, OrderConflict
from domain.orders import advancing, operations
from domain.orders.advancing import AdvanceOrder
from domain.orders.commands import ClaimOrder, OrderCommand, Points
from domain.orders.kinds import OrderStage
from domain.orders.reporting import Reported
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.offers import an_offer
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported, sent, written
from tests.factories.refunds import a_customer, bought, counted, refunded
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.orders.test_refunds_by_chance import by_chance
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")


def anew(order: OrderCommand, *lines: Any, revision: int = 2, **changes: Any) -> OrderCommand:
    """The same order with other contents."""
    return replace(order, lines=lines, revision=revision, **changes)


@pytest.mark.parametrize("amount", [500, 1000, 1099, 2500, 40_000])
async def test_semantics_24_a_revision_earns_and_takes_back_the_difference(amount: int) -> None:
    member_id, twin_id = await a_customer(), await a_customer()
    order = await bought(a_line(1250), member_id=member_id)
    await bought(a_line(amount), member_id=twin_id)

    done = await reported(anew(order, a_line(amount)))

    assert not done.replayed
    assert await counted(member_id) == await counted(twin_id)
    row = await database.row("select total, revision from orders where member_id = $1", member_id)
    assert row and tuple(row) == (amount, 2)
    kept = await database.row("select revision, total, document from order_revisions")
    assert kept and (kept["revision"], kept["total"]) == (1, 1250)
    assert kept["document"]["lines"] == [{"sku": "A", "quantity": 1, "unit_price": 1250}]
    assert (await proof(SYSTEM)).problems == []


async def test_what_was_spent_meanwhile_is_owed() -> None:
    member_id = await a_customer()
    order = await bought(a_line(5000), member_id=member_id)
    await credit(member_id, -45)

    await reported(anew(order, a_line(1000)))

    assert (await counted(member_id))["points"] == {"POINTS": 10 - 45}


async def test_the_same_revision_again_changes_nothing() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    second = anew(order, a_line(2000))
    first = await reported(second, "key")
    before = await written()

    same_key, other_key = await reported(second, "key"), await reported(second)
    late = await reported(order)
    with pytest.raises(KeyReused):
        await reported(anew(order, a_line(2001)), "key")

    assert [each.replayed for each in (first, same_key, other_key, late)] == [
        False, True, True, True
    ]  # fmt: skip
    assert (await counted(member_id))["points"] == {"POINTS": 20}
    # The retry under another key is kept with it; nothing else is written.
    after = await written()
    assert {**after, "idempotency_keys": 0} == {**before, "idempotency_keys": 0}


async def test_a_revision_that_is_not_higher_is_another_order() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    await reported(anew(order, a_line(2000), revision=3))
    for wrong in (1, 2, 3):
        with pytest.raises(OrderConflict, match="revision") as refused:
            await reported(anew(order, a_line(3000), revision=wrong))
        assert refused.value.path == ("order", "reference")
    assert (await counted(member_id))["points"] == {"POINTS": 20}


async def test_one_that_comes_before_those_it_replaces_stays() -> None:
    member_id = await a_customer()
    order = an_order(a_line(1000), member=member_id)
    await reported(anew(order, a_line(2000), revision=2))
    with pytest.raises(OrderConflict):
        await reported(order)
    await reported(anew(order, a_line(2000), revision=4))
    with pytest.raises(OrderConflict):
        await reported(anew(order, a_line(9000), revision=3))
    assert (await counted(member_id))["points"] == {"POINTS": 20}


async def test_of_revisions_that_race_the_highest_stands() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    told = [anew(order, a_line(1000 * n), revision=n) for n in range(2, 8)]
    random.shuffle(told)

    answers = await asyncio.gather(*map(reported, told), return_exceptions=True)

    assert {type(each) for each in answers} <= {OrderConflict, Reported}
    assert (await counted(member_id))["points"] == {"POINTS": 70}
    assert await database.value("select revision from orders") == 7
    assert (await proof(SYSTEM)).problems == []


async def test_two_of_one_revision_that_race_earn_once() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    await asyncio.gather(*(reported(anew(order, a_line(3000))) for _ in range(5)))
    assert (await counted(member_id))["points"] == {"POINTS": 30}
    assert await database.value("select count(*) from order_revisions") == 1


async def test_a_refund_after_it_is_of_its_lines() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    await reported(anew(order, a_line(1000, quantity=3), a_line(550, sku="B")))
    assert (await counted(member_id))["points"] == {"POINTS": 35}

    await refunded(order, (1, 1), (2, 1))
    assert (await counted(member_id))["points"] == {"POINTS": 20}
    await refunded(order)
    after = await counted(member_id)
    assert (after["points"], after["qualifying"], after["orders"]) == ({}, {}, 0)


@pytest.mark.parametrize("ended", ["refunded", "cancelled"])
async def test_after_a_refund_or_a_cancellation_it_is_refused_and_says_what_to_do(
    ended: str,
) -> None:
    member_id = await a_customer()
    stage = OrderStage.PLACED if ended == "cancelled" else OrderStage.COMPLETED
    order = await bought(a_line(1000, quantity=2), member_id=member_id, stage=stage)
    if ended == "refunded":
        await refunded(order, (1, 1))
    else:
        gone = AdvanceOrder("till", order.reference, OrderStage.CANCELLED, MORNING, "gone")
        await advancing.advance(SHOP, gone)
    before = await counted(member_id)

    with pytest.raises(OrderConflict, match="another") as refused:
        await reported(anew(order, a_line(9000)))

    assert refused.value.path == ("order", "reference")
    assert await counted(member_id) == before


@pytest.mark.parametrize("paid_at", ["first", "anew"])
async def test_what_points_pay_is_told_once(paid_at: str) -> None:
    member_id = await a_customer()
    await credit(member_id, 500)
    with_points: dict[str, Any] = {"pay_with_points": Points("POINTS", 100)}
    first, then = (with_points, {}) if paid_at == "first" else ({}, with_points)
    order = await bought(a_line(5000), member_id=member_id, **first)
    before = await counted(member_id)
    told = anew(replace(order, pay_with_points=None), a_line(6000), **then)

    with pytest.raises(OrderConflict, match="refund it"):
        await reported(told)

    assert await counted(member_id) == before


async def test_time_member_and_rules_stay() -> None:
    member_id, other_id = await a_customer(), await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    quote = await operations.quote(SHOP, order)
    later = order.occurred_at + timedelta(minutes=1)
    others = an_order(a_line(2000), member=other_id, reference=order.reference, revision=2)
    for wrong, path in (
        (anew(order, a_line(2000), occurred_at=later), ("order", "occurredAt")),
        (others, ("order", "member")),
        (anew(order, a_line(2000), revision=0), ("order", "revision")),
    ):
        with pytest.raises(InvalidInput) as refused:
            await reported(wrong)
        assert refused.value.path == path
    bound = anew(order, a_line(1000), store="S")
    quote = await operations.quote(SHOP, bound)
    with pytest.raises(InvalidInput) as refused:
        await reported(bound, quote_id=quote.key)
    assert refused.value.path == ("quoteId",)
    # A till that does not know any more whose it was does not take it away.
    await reported(replace(anew(order, a_line(2000)), member=None))
    assert (await counted(member_id))["points"] == {"POINTS": 20}


async def test_nobody_s_order_is_told_anew_and_claimed_as_it_is_now() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = an_order(a_line(1000))
    first = await reported(order)
    again = await reported(anew(order, a_line(3000)))
    assert again.result["claim"] == first.result["claim"]
    assert (first.result["claim_points"], again.result["claim_points"]) == (10, 30)
    await operations.claim(member, ClaimOrder("mine", code=first.result["claim"]))
    assert (await counted(member.member_id))["points"] == {"POINTS": 30}


async def test_a_revision_can_say_whose_it_is() -> None:
    member_id = await a_customer()
    order = an_order(a_line(1000))
    await reported(order)
    named = an_order(a_line(3000), member=member_id, reference=order.reference, revision=2)
    done = await reported(named)
    assert done.result["member"] == str(member_id)
    assert (await counted(member_id))["points"] == {"POINTS": 30}


async def test_what_is_only_placed_earns_as_it_is_when_it_is_completed() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id, stage=OrderStage.PLACED)
    await reported(anew(order, a_line(3000)))
    assert (await counted(member_id))["points"] == {}
    done = AdvanceOrder("till", order.reference, OrderStage.COMPLETED, MORNING, "done")
    await advancing.advance(SHOP, done)
    assert (await counted(member_id))["points"] == {"POINTS": 30}


async def test_offers_come_and_go_with_the_contents() -> None:
    member_id = await a_customer()
    now = await database.now()
    await an_offer(points=5, unit="STARS", when={"orderAmount": {"atLeast": 2000}})
    order = await bought(a_line(1000), member_id=member_id, occurred_at=now)
    await reported(anew(order, a_line(2000)))
    assert (await counted(member_id))["points"] == {"POINTS": 20, "STARS": 5}
    assert await database.value("select count(*) from offer_uses") == 1
    await reported(anew(order, a_line(500), revision=3))
    assert (await counted(member_id))["points"] == {"POINTS": 5}
    assert await database.value("select count(*) from offer_uses") == 0


async def test_a_batch_can_have_revisions_and_each_stands_alone() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    spoilt = await bought(a_line(1000), member_id=member_id)
    await refunded(spoilt)
    batch = [anew(order, a_line(4000)), anew(spoilt, a_line(10)), an_order(member=member_id)]

    answers, _ = await operations.report_batch(SHOP, batch, "batch")

    assert [isinstance(each, DomainError) for each in answers] == [False, True, False]
    assert (await counted(member_id))["points"] == {"POINTS": 40 + 10}


@pytest.mark.counted
async def test_by_chance_it_comes_to_what_it_would_have_been_at_once() -> None:
    chance = random.Random(begin := seed())
    await a_programme()
    for _ in range(count(12, 300)):
        tier = chance.choice(["friend", "regular", "family"])
        told_anew, at_once = await a_customer(tier), await a_customer(tier)
        for place in range(chance.randint(0, 2)):
            lines, at = [by_chance(chance)], MORNING - timedelta(days=2 - place)
            for member_id in (told_anew, at_once):
                await bought(*lines, member_id=member_id, occurred_at=at)
        order = await bought(by_chance(chance), member_id=told_anew)
        for revision in range(2, chance.randint(3, 5)):
            lines = [by_chance(chance) for _ in range(chance.randint(1, 5))]
            await reported(anew(order, *lines, revision=revision))
        await bought(*lines, member_id=at_once)

        got, expected = await counted(told_anew), await counted(at_once)
        # A tier that a mistake had led to is kept as after a refund.
        assert {**got, "tier": ""} == {**expected, "tier": ""}, f"seed {begin}"
        assert await rank(got["tier"]) >= await rank(expected["tier"]), f"seed {begin}"
        if chance.random() < 0.5:
            await refunded(order)
            assert (await counted(told_anew))["orders"] == expected["orders"] - 1, f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


async def rank(tier: str) -> int:
    return ["friend", "regular", "family"].index(tier)


async def test_the_document_says_what_it_earns_now(served: Server) -> None:
    member_id: UUID = await a_customer()
    number = await database.value("select number from members where id = $1", member_id)
    order = an_order(a_line(1000))
    token = await token_of(SHOP)
    send = document("shop/orders/OrderReport")

    async def told(amount: int, **more: Any) -> Any:
        changed = sent(replace(order, lines=(a_line(amount),)), number=number) | more
        asked = {"order": changed, "idempotencyKey": uuid4().hex}
        async with served.client() as client:
            dry = await client.ask(send, token, input={**asked, "dryRun": True})
            real = await client.ask(send, token, input=asked)
        return dry["orderReport"], real["orderReport"]

    await told(1000)
    dry, more = await told(2500, revision=2)
    assert dry == more
    assert more["order"]["total"]["amount"] == 2500
    (earned,) = more["earnings"]
    assert earned["points"] == 25
    texts = [each["text"] for each in earned["explanation"]]
    assert len(texts) == 2
    assert texts[1].endswith("10 points so far, 15 points more")
    _, less = await told(500, revision=3)
    assert less["earnings"][0]["points"] == 5
    _, refused = await told(700, revision=2)
    assert refused["userErrors"][0]["code"] == "ORDER_CONFLICT"


@pytest.mark.parametrize("policy", ["KEEP_UNTIL_WINDOW_END", "REVERT"])
async def test_a_tier_that_a_mistake_led_to_goes_as_after_a_refund(policy: str) -> None:
    cafe = contents("cafe")
    cafe["tierPolicy"] = {"refund": policy}
    await programmes.publish(SYSTEM, cafe, datetime(2020, 1, 1, tzinfo=UTC))
    member_id = (await a_buyer(0)).member_id
    order = await bought(a_line(20_000), member_id=member_id)
    assert (await counted(member_id))["tier"] == "regular"
    await reported(anew(order, a_line(1000)))
    kept = "friend" if policy == "REVERT" else "regular"
    assert (await counted(member_id))["tier"] == kept
    await reported(anew(order, a_line(50_000), revision=3))
    assert (await counted(member_id))["tier"] == "family"
