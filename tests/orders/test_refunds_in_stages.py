"""What comes back of orders that are not paid yet, and of points that still wait."""

from datetime import timedelta

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import OrderConflict
from domain.orders import refunding
from domain.orders.kinds import OrderStage
from domain.programme.terms import Pending
from domain.wallets import expiring
from domain.wallets.proof import proof
from tests.factories.orders import reported
from tests.factories.refunds import counted, order_state, refunded
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.orders.test_stages import a_waiting_programme, advanced, parts, pass_time, recently

pytestmark = pytest.mark.usefixtures("database")


async def test_a_refund_of_an_order_that_is_only_placed_waits_until_it_is_paid() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    await reported(order)

    early = await refunded(order)
    assert await refunding.apply_waiting() == 0
    assert (early.order_id, await order_state(order)) == (None, "PLACED")
    await advanced(order, OrderStage.COMPLETED)
    assert await refunding.apply_waiting() == 1

    assert await order_state(order) == "REFUNDED"
    assert await parts(member) == (0, 0)
    assert (await counted(member.member_id))["orders"] == 0


async def test_of_an_order_that_was_cancelled_nothing_comes_back() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await recently(member, stage=OrderStage.PLACED)
    await reported(order)
    await refunded(order, refund_reference="early")
    await advanced(order, OrderStage.CANCELLED)

    with pytest.raises(OrderConflict) as now:
        await refunded(order)
    await refunding.apply_waiting()
    with pytest.raises(OrderConflict) as before:
        await refunded(order, refund_reference="early")

    assert now.value.path == before.value.path == ("reference",)
    assert await order_state(order) == "CANCELLED"


async def test_points_that_still_wait_are_taken_first() -> None:
    await a_waiting_programme(Pending(days=14))
    member = await a_buyer(0)
    order = await recently(member)
    await reported(order)
    await credit(member.member_id, 30)  # type: ignore[arg-type]

    done = await refunded(order)

    assert done.taken == {"POINTS": 20}
    assert await parts(member) == (30, 0)
    await pass_time(timedelta(days=15))
    await expiring.expire_due()
    assert await parts(member) == (30, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_points_whose_release_never_came_are_not_taken_from_others() -> None:
    await a_waiting_programme(Pending(on_delivery=True, cancel_days=7))
    member = await a_buyer(0)
    order = await recently(member)
    await reported(order)
    await credit(member.member_id, 30)  # type: ignore[arg-type]
    await pass_time(timedelta(days=8))

    done = await refunded(order)

    assert done.taken == {}
    assert await parts(member) == (30, 0)
    assert await database.value("select count(*) from transactions where kind = 'CLAWBACK'") == 0
    assert (await proof(SYSTEM)).problems == []
