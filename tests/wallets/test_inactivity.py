"""What members do keeps their points, as the programme says; gifts, refunds and time do not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import balances, database
from domain.actor import SYSTEM
from domain.orders.advancing import AdvanceOrder, advance
from domain.orders.commands import OrderCommand, Points
from domain.orders.kinds import OrderStage
from domain.programme import operations as programmes
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import expiring
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.programme import a_programme
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_reward, credit

pytestmark = pytest.mark.usefixtures("database")

MONTH = timedelta(days=31)


async def publish(**expiry: Any) -> None:
    """POINTS that last as is said, and a point for each euro."""
    document = a_programme()
    document["units"][0]["expiry"] = expiry
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))


async def dates(member_id: UUID | None) -> list[str]:
    """Of lots with points left: their last days."""
    rows = await database.rows(
        """select expires_at - interval '1 second' as last from lots
           where member_id = $1 and remaining > 0 order by expires_at, id""",
        member_id,
    )
    return [row["last"].date().isoformat() for row in rows]


async def balance(member_id: UUID | None) -> int:
    assert member_id
    with balances.aside():
        (wallets,) = await wallets_of(SYSTEM, [member_id])
    return wallets["POINTS"].balance


async def go(days: int) -> None:
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", days * 86400)


async def test_an_order_keeps_all_points_and_its_refund_takes_none_of_that_back() -> None:
    await publish(months=12, keptBy=["EARNING"])
    member = (await a_buyer(0, tier="bronze")).member_id
    await reported(an_order(a_line(1000), member=member, occurred_at=MORNING - MONTH))
    assert await dates(member) == ["2027-10-24"]

    order = an_order(a_line(500), member=member)
    await reported(order)
    assert await dates(member) == ["2027-11-24", "2027-11-24"]

    await refunded(order, (1, 1))
    assert await dates(member) == ["2027-11-24"]
    assert (await proof(SYSTEM)).problems == []


async def test_without_any_act_they_go_at_the_instant_and_not_before() -> None:
    await publish(days=10, keptBy=["EARNING", "SPENDING"])
    buyer = await a_buyer(0, tier="bronze")
    await reported(an_order(a_line(9000), member=buyer.member_id, occurred_at=await database.now()))
    reward_id = await a_reward(price=30)
    await go(9)
    done = await rewards.redeem(buyer, RedeemReward(reward_id, "one"))
    await go(9)
    assert await balance(buyer.member_id) == 60
    # What comes back has the dates that it would have, had it never been spent.
    await rewards.cancel(buyer, CancelVoucher(done.voucher_id, "back"))
    assert await balance(buyer.member_id) == 90
    await go(2)
    assert await balance(buyer.member_id) == 0
    assert await expiring.expire_due() == 1
    assert (await proof(SYSTEM)).problems == []


async def test_paying_an_order_keeps_what_is_left_when_points_are_taken() -> None:
    document = a_programme()
    document["units"][0] |= {
        "expiry": {"days": 10, "keptBy": ["SPENDING"]},
        "payWithPoints": {"points": 20, "minor": 100},
    }
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))
    member = (await a_buyer(0, tier="bronze")).member_id
    assert member
    now = await database.now()
    await credit(member, 100, now + timedelta(days=10))

    async def paid(stage: OrderStage, days: int) -> OrderCommand:
        order = an_order(member=member, pay_with_points=Points("POINTS", 40), stage=stage)
        await reported(order)
        await go(days)
        return order

    await paid(OrderStage.COMPLETED, 9)
    order = await paid(OrderStage.PLACED, 0)
    before = (await dates(member))[0]
    named = order.source, order.reference
    await advance(SHOP, AdvanceOrder(*named, OrderStage.COMPLETED, order.occurred_at, "done"))
    after = (await dates(member))[-1]
    assert date.fromisoformat(after) - date.fromisoformat(before) == timedelta(days=9)
    assert (await proof(SYSTEM)).problems == []


async def test_spending_keeps_nothing_where_only_earning_does() -> None:
    await publish(months=12, keptBy=["EARNING"])
    buyer = await a_buyer(0, tier="bronze")
    await reported(an_order(a_line(9000), member=buyer.member_id))
    before = await dates(buyer.member_id)
    reward_id = await a_reward(price=30)
    await go(40)
    await rewards.redeem(buyer, RedeemReward(reward_id, "one"))
    assert await dates(buyer.member_id) == before


async def test_an_order_that_is_told_late_counts_from_its_own_day() -> None:
    await publish(months=12, keptBy=["EARNING"])
    member = (await a_buyer(0, tier="bronze")).member_id
    await reported(an_order(a_line(1000), member=member))
    await reported(an_order(a_line(1000), member=member, occurred_at=MORNING - MONTH))
    assert await dates(member) == ["2027-10-24", "2027-11-24"]


async def test_what_never_expires_is_not_given_a_date() -> None:
    await publish(months=12, keptBy=["EARNING"])
    member = (await a_buyer(0, tier="bronze")).member_id
    assert member
    await credit(member, 5)
    await reported(an_order(a_line(1000), member=member))
    dated = await database.rows(
        "select expires_at is null as never from lots where member_id = $1 order by id", member
    )
    assert [row["never"] for row in dated] == [True, False]
