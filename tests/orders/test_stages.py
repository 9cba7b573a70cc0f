"""Orders that come on in stages, and points that wait for a day or a delivery."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain import balances, database
from domain.actor import SYSTEM, Actor
from domain.errors import DomainError, InvalidInput, NotFound, OrderConflict
from domain.orders import advancing, operations
from domain.orders.advancing import AdvanceOrder
from domain.orders.commands import ClaimOrder, OrderCommand
from domain.orders.kinds import OrderStage
from domain.programme import document as documents
from domain.programme import operations as programmes
from domain.programme.review import problems
from domain.programme.templates import contents
from domain.programme.terms import Pending
from domain.wallets import expiring
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.refunds import counted, order_state, refunded
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def a_waiting_programme(pending: Pending) -> None:
    """The café, whose points wait."""
    cafe = documents.decoded(contents("cafe"))
    units = tuple(
        msgspec.structs.replace(unit, pending=pending) if unit.code == "POINTS" else unit
        for unit in cafe.units
    )
    made = documents.encoded(msgspec.structs.replace(cafe, units=units))
    await programmes.publish(SYSTEM, made, datetime.fromisoformat("2020-01-01T00:00:00+00:00"))


async def parts(member: Actor) -> tuple[int, int]:
    """Balance and pending."""
    assert member.member_id
    with balances.aside():
        (wallets,) = await wallets_of(SYSTEM, [member.member_id])
    wallet = wallets.get("POINTS")
    return (wallet.balance, wallet.pending) if wallet else (0, 0)


async def advanced(order: OrderCommand, stage: OrderStage, key: str | None = None) -> Any:
    at = order.occurred_at
    asked = AdvanceOrder(order.source, order.reference, stage, at, key or uuid4().hex)
    return await advancing.advance(SHOP, asked)


async def pass_time(by: timedelta) -> None:
    seconds = int(by.total_seconds())
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", seconds)


async def recently(member: Actor, **more: Any) -> OrderCommand:
    now = await database.now()
    return an_order(a_line(2000), member=member.member_id, occurred_at=now, **more)


async def test_what_is_placed_earns_when_it_is_completed_and_once() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    first = await reported(order)
    assert await parts(member) == (0, 0)
    tried = await asyncio.gather(
        *(advanced(order, OrderStage.COMPLETED) for _ in range(6)), return_exceptions=True
    )
    assert {str(each.order_id) for each in tried} == {first.result["order"]}  # type: ignore[union-attr]
    assert (await parts(member))[0] == 20
    assert await database.value("select order_count from members") == 1
    again = await reported(order)
    assert (again.replayed, again.result["order"]) == (True, first.result["order"])


@pytest.mark.parametrize("came_back", [False, True])
async def test_what_was_completed_is_refunded_when_it_is_called_off(came_back: bool) -> None:
    await a_programme()
    member = await a_buyer(0)
    now = await database.now()
    order = an_order(a_line(1000, quantity=3), member=member.member_id, occurred_at=now)
    await reported(order)
    if came_back:
        await refunded(order, (1, 1))
    called_off = await asyncio.gather(*(advanced(order, OrderStage.CANCELLED) for _ in range(4)))
    await advanced(order, OrderStage.CANCELLED, "once")
    assert (await advanced(order, OrderStage.CANCELLED, "once")).replayed
    assert len({each.order_id for each in called_off}) == 1
    after = await counted(member.member_id)
    assert (after["points"], after["qualifying"], after["orders"]) == ({}, {}, 0)
    assert await order_state(order) == "REFUNDED"
    assert await database.value("select count(*) from refunds") == 1 + came_back
    with pytest.raises(OrderConflict, match="refunded already"):
        await refunded(order)
    with pytest.raises(InvalidInput):
        await advanced(order, OrderStage.DELIVERED)
    assert (await proof(SYSTEM)).problems == []


async def test_what_is_delivered_already_when_it_is_told_waits_for_nothing() -> None:
    await a_waiting_programme(Pending(on_delivery=True))
    member, claimant = await a_buyer(0), await a_buyer(0)
    await reported(await recently(member, stage=OrderStage.DELIVERED))
    assert await parts(member) == (20, 0)
    nobodys = an_order(a_line(1000), occurred_at=await database.now(), stage=OrderStage.DELIVERED)
    made = await reported(nobodys)
    await operations.claim(claimant, ClaimOrder("key", code=made.result["claim"]))
    assert await parts(claimant) == (10, 0)


async def test_what_was_called_off_earns_nothing_and_does_not_come_back() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    await reported(order)
    await advanced(order, OrderStage.CANCELLED)
    await advanced(order, OrderStage.CANCELLED)
    with pytest.raises(InvalidInput):
        await advanced(order, OrderStage.COMPLETED)
    assert await parts(member) == (0, 0)
    assert await database.value("select state from orders") == "CANCELLED"


async def test_points_wait_their_days_and_are_released_by_themselves() -> None:
    await a_waiting_programme(Pending(days=14))
    member = await a_buyer(0)
    await reported(await recently(member))
    assert await parts(member) == (0, 20)
    await pass_time(13 * DAY)
    assert await parts(member) == (0, 20)
    await pass_time(DAY)
    assert await parts(member) == (20, 0)  # whether it is written down or not
    await expiring.expire_due()
    assert await parts(member) == (20, 0)
    kinds = await database.rows("select kind from transactions order by version")
    assert [each["kind"] for each in kinds] == ["PEND", "RELEASE"]
    lot = await database.row("select earned_at, expires_at from lots")
    pended = await database.row("select releases_at from pending_points")
    assert lot and pended and lot["earned_at"] == pended["releases_at"]
    assert (await proof(SYSTEM)).problems == []


async def test_points_wait_for_a_delivery_and_are_cancelled_when_it_does_not_come() -> None:
    await a_waiting_programme(Pending(on_delivery=True, cancel_days=30))
    member = await a_buyer(0)
    arrives, gets_lost = await recently(member), await recently(member)
    for order in (arrives, gets_lost):
        await reported(order)
    assert await parts(member) == (0, 40)
    await advanced(arrives, OrderStage.DELIVERED, "once")
    await advanced(arrives, OrderStage.DELIVERED)
    assert (await advanced(arrives, OrderStage.DELIVERED, "once")).replayed
    assert await parts(member) == (20, 20)
    await pass_time(30 * DAY)
    assert await parts(member) == (20, 0)
    await expiring.expire_due()
    await advanced(gets_lost, OrderStage.DELIVERED)
    assert await parts(member) == (20, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_placed_and_delivered_at_once_earns_and_releases() -> None:
    await a_waiting_programme(Pending(on_delivery=True))
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    await reported(order)
    await advanced(order, OrderStage.DELIVERED)
    assert await parts(member) == (20, 0)


async def test_an_order_that_is_only_placed_is_claimed_and_earns_later() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = an_order(a_line(2000), occurred_at=await database.now(), stage=OrderStage.PLACED)
    made = await reported(order)
    await operations.claim(member, ClaimOrder("key", code=made.result["claim"]))
    assert await parts(member) == (0, 0)
    await advanced(order, OrderStage.COMPLETED)
    assert await parts(member) == (20, 0)


async def test_the_document_says_what_it_earns_and_from_when(served: Server) -> None:
    await a_waiting_programme(Pending(days=14))
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    await reported(order)
    asked = {
        "source": order.source,
        "reference": order.reference,
        "stage": "COMPLETED",
        "occurredAt": order.occurred_at.isoformat(),
    }
    async with served.client() as client:
        send, token = document("shop/orders/OrderAdvance"), await token_of(SHOP)
        answer = await client.ask(send, token, input={**asked, "idempotencyKey": "a"})
        unknown = await client.ask(
            send, token, input={**asked, "reference": "none", "idempotencyKey": "b"}
        )
    payload = answer["orderAdvance"]
    assert (payload["userErrors"], payload["order"]["state"]) == ([], "COMPLETED")
    (earned,) = payload["earnings"]
    assert earned["points"] == 20
    wanted = order.occurred_at + 14 * DAY
    assert datetime.fromisoformat(earned["availableAt"]) == wanted.replace(
        microsecond=wanted.microsecond // 1000 * 1000
    )
    (refused,) = unknown["orderAdvance"]["userErrors"]
    assert (refused["code"], refused["path"]) == ("NOT_FOUND", ["input", "reference"])


async def test_an_order_nobody_knows_does_not_come_on() -> None:
    await a_programme()
    with pytest.raises(NotFound):
        await advanced(an_order(), OrderStage.DELIVERED)
    ahead = AdvanceOrder("till", "1", OrderStage.DELIVERED, await database.now() + DAY, "key")
    with pytest.raises(DomainError) as refused:
        await advancing.advance(SHOP, ahead)
    assert refused.value.path == ("occurredAt",)


@pytest.mark.parametrize(
    "wrong",
    [Pending(), Pending(days=0), Pending(days=3, on_delivery=True), Pending(days=3, cancel_days=4)],
)
def test_a_wait_that_cannot_be_is_a_problem_of_the_programme(wrong: Pending) -> None:
    cafe = documents.decoded(contents("cafe"))
    unit = msgspec.structs.replace(cafe.units[0], pending=wrong)
    changed = msgspec.structs.replace(cafe, units=(unit, *cafe.units[1:]))
    assert [each for each in problems(changed) if "pending" in each.path]


async def test_a_quote_s_tier_is_kept_until_the_order_is_completed() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    quote = await operations.quote(SHOP, order)
    made = await reported(order, quote_id=quote.key)
    kept = await database.value(
        "select document -> 'promised_tier' from orders where id = $1", UUID(made.result["order"])
    )
    assert kept == "friend"
