"""What a member bought before is what rules look at when it buys again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.members.queries import MemberRef
from domain.orders import operations
from domain.orders.commands import ClaimOrder, OrderCommand
from domain.wallets.proof import proof
from tests.factories.offers import an_offer
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.purchases import a_campaign, a_programme_asking, looked_at
from tests.factories.refunds import a_customer, bought, counted, refunded

pytestmark = pytest.mark.usefixtures("database")

COFFEE = a_line(300, category="coffee")
THIRD = a_campaign(
    "third-coffee", {"memberOrders": {"atLeast": 2, "category": ["coffee"], "withinDays": 90}}
)
SPENT = a_campaign("big-spender", {"memberSpent": {"above": 50000, "withinDays": 365}}, 500)
BACK = a_campaign("welcome-back", {"memberDaysSinceOrder": {"atLeast": 60}}, 7)
OFTEN = a_campaign("good-baskets", {"memberAverageOrder": {"atLeast": 2000}}, 3)


async def a_guest(*rules: dict[str, Any]) -> UUID:
    member_id = await a_customer()
    await a_programme_asking(*(rules or (THIRD,)))
    return member_id


async def points(member_id: UUID) -> int:
    found: int = (await counted(member_id))["points"].get("POINTS", 0)
    return found


def ago(days: float) -> datetime:
    return MORNING - timedelta(days=days)


async def test_the_third_order_with_coffee_within_ninety_days() -> None:
    member_id = await a_guest()

    for days in (100, 89, 60, 30):
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days))
    before = await points(member_id)
    await bought(COFFEE, member_id=member_id, occurred_at=ago(0))
    await bought(a_line(300), member_id=member_id, occurred_at=ago(0))

    assert before == 4 * 3 + 2 * 100  # on the 60th day and on the 30th
    assert await points(member_id) == before + 2 * (3 + 100)


async def test_what_was_spent_before_and_how_long_ago() -> None:
    member_id = await a_guest(SPENT, BACK, OFTEN)
    given = []

    for days, amount in ((700, 30000), (300, 30000), (299, 20000), (298, 1), (297, 1), (30, 1)):
        order = await bought(a_line(amount), member_id=member_id, occurred_at=ago(days))
        given.append(await campaigns(order))

    assert given == [
        set(),
        {"welcome-back", "good-baskets"},
        {"good-baskets"},
        {"good-baskets"},  # 500.00 within a year, and no more
        {"good-baskets", "big-spender"},
        {"good-baskets", "big-spender", "welcome-back"},
    ]


async def campaigns(order: OrderCommand) -> set[str]:
    """Which of the rules above rewarded it."""
    parts = await database.rows(
        """select part ->> 'rule' as rule from orders o join transactions x on x.order_id = o.id,
             jsonb_array_elements(x.explanation) as part where o.reference = $1""",
        order.reference,
    )
    return {part["rule"] for part in parts} & {"big-spender", "welcome-back", "good-baskets"}


async def test_what_came_back_was_not_bought() -> None:
    member_id = await a_guest()
    first = await bought(a_line(900), COFFEE, member_id=member_id, occurred_at=ago(3))
    await bought(COFFEE, member_id=member_id, occurred_at=ago(2))
    await refunded(first, (2, 1))

    await bought(COFFEE, member_id=member_id, occurred_at=ago(1))

    assert await points(member_id) == 9 + 3 + 3


async def test_a_late_order_sees_what_was_bought_before_it() -> None:
    member_id = await a_guest()
    for days in (10, 9, 8):
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days))
    before = await points(member_id)

    late = await bought(COFFEE, member_id=member_id, occurred_at=ago(9.5))

    assert await points(member_id) == before + 3
    assert list((await looked_at(late.reference)).values()) == [1]


async def test_a_refund_leaves_what_the_order_would_have_earned_without_those_lines() -> None:
    member_id = await a_guest()
    for days in (10, 9):
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days))
    third = await bought(COFFEE, a_line(700), member_id=member_id, occurred_at=ago(8))
    await bought(COFFEE, member_id=member_id, occurred_at=ago(7))
    assert await points(member_id) == 3 + 3 + 110 + 103

    await refunded(third, (2, 1))
    assert await points(member_id) == 3 + 3 + 103 + 103
    await refunded(third)
    assert await points(member_id) == 3 + 3 + 103
    assert (await proof(SYSTEM)).problems == []


async def test_a_revision_is_judged_by_what_was_known_at_first() -> None:
    member_id = await a_guest()
    first, second = [
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days)) for days in (10, 9)
    ]
    third = await bought(COFFEE, member_id=member_id, occurred_at=ago(8))
    await refunded(first)
    await refunded(second)

    await reported(
        OrderCommand(third.source, third.reference, third.occurred_at, "EUR", (a_line(1000),),
                     third.member, revision=2)
    )  # fmt: skip

    assert await points(member_id) == 10 + 100


async def test_a_quote_promises_what_the_order_earns() -> None:
    member_id = await a_guest()
    for days in (10, 9):
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days))
    order = an_order(COFFEE, member=member_id)

    quote = await operations.quote(SHOP, order)
    done = await reported(order, quote_id=quote.key)

    assert quote.judged.accrual.totals() == {"POINTS": 103, "STARS": 1}
    assert done.result["points"] == 104


async def test_who_claims_has_bought_what_he_claims_only_then() -> None:
    member_id = await a_guest()
    nobodys = await reported(an_order(COFFEE, occurred_at=ago(10)))
    for days in (9, 8):
        await bought(COFFEE, member_id=member_id, occurred_at=ago(days))
    assert await points(member_id) == 3 + 3

    code = nobodys.result["claim"]
    await operations.claim(SHOP, ClaimOrder("c", code=code, member=MemberRef(id=member_id)))
    await bought(COFFEE, member_id=member_id, occurred_at=ago(7))

    assert await points(member_id) == 3 * 3 + 103


async def test_an_offer_looks_at_it_too() -> None:
    member_id = await a_customer()
    when = {"memberOrders": {"atLeast": 1, "category": ["coffee"]}}
    await an_offer(when=when, begins=-100)
    at = await database.now()

    await bought(COFFEE, member_id=member_id, occurred_at=at - timedelta(days=2))
    first = (await counted(member_id))["points"]
    await bought(COFFEE, member_id=member_id, occurred_at=at - timedelta(days=1))

    assert first["STARS"] == 1
    assert (await counted(member_id))["points"]["STARS"] == 1 + 1 + 5
