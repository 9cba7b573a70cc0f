"""A refund takes back what the order would not have earned, and nothing else."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import InvalidInput, KeyReused, NotAllowed, OrderConflict
from domain.orders import operations, refunding
from domain.orders.commands import ClaimOrder, Discount
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from domain.wallets.queries import statements_of, wallets_of
from tests.factories.offers import an_offer
from tests.factories.orders import MORNING, a_line, an_order, reported
from tests.factories.refunds import (
    a_customer,
    a_refund,
    bought,
    counted,
    order_state,
    refunded,
)
from tests.factories.rewards import TILL, a_buyer, a_programme, credit, held
from tests.orders.test_reporting import balance

pytestmark = pytest.mark.usefixtures("database")


async def told(member_id: UUID) -> list[tuple[str, Any]]:
    found = await database.rows(
        "select kind, args ->> 'points' as points from notifications where member_id = $1"
        " order by sequence",
        member_id,
    )
    return [tuple(row) for row in found]


async def test_what_the_rest_would_have_earned_is_kept() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1250), a_line(1250, sku="B"), member_id=member_id)

    done = await refunded(order, (2, 1))

    assert (done.taken, done.given, done.replayed) == ({"POINTS": 13}, {}, False)
    assert await counted(member_id) == {
        "points": {"POINTS": 12},
        "qualifying": {date(2026, 11, 24): 12},
        "uses": {},
        "orders": 1,
        "tier": "friend",
    }
    assert await order_state(order) == "PARTLY_REFUNDED"
    assert await told(member_id) == [("POINTS_EARNED", "25"), ("POINTS_TAKEN_BACK", "-13")]
    (page,) = await statements_of(SYSTEM, [(member_id, "POINTS")], 5)
    assert (page.rows[0].kind, page.rows[0].points) == ("CLAWBACK", -13)
    assert page.rows[0].explanation == [
        {"rule": "every-euro", "kind": "PER_AMOUNT", "points": -13, "inputs": {"had": 25}}
    ]
    assert (await proof(SYSTEM)).problems == []


async def test_steps_come_to_the_whole_to_the_point() -> None:
    member_id = await a_customer()
    order = await bought(a_line(333, quantity=3), member_id=member_id)

    taken = [(await refunded(order, (1, 1))).taken for _ in range(3)]

    assert sum(step.get("POINTS", 0) for step in taken) == 9
    assert await order_state(order) == "REFUNDED"
    assert (await counted(member_id))["orders"] == 0
    assert await balance(member_id) == 0


async def test_all_that_is_left_comes_back_without_lines_and_then_nothing_is_left() -> None:
    member_id = await a_customer()
    order = await bought(a_line(500, quantity=2), a_line(700), member_id=member_id)
    await refunded(order, (1, 1))

    await refunded(order)
    with pytest.raises(OrderConflict) as refused:
        await refunded(order)

    assert refused.value.path == ("reference",)
    assert await counted(member_id) == {
        "points": {}, "qualifying": {}, "uses": {}, "orders": 0, "tier": "friend",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (((1, 1), (2, 3)), ("lines", "1", "quantity")),
        (((3, 1),), ("lines", "0", "lineNumber")),
        (((0, 1),), ("lines", "0", "lineNumber")),
        (((1, 1), (1, 1)), ("lines", "1", "lineNumber")),
        (((1, 0),), ("lines", "0", "quantity")),
    ],
)
async def test_more_than_was_bought_is_refused_with_its_line(
    lines: tuple[tuple[int, int], ...], path: tuple[str, ...]
) -> None:
    member_id = await a_customer()
    order = await bought(a_line(500), a_line(700, quantity=2), member_id=member_id)

    with pytest.raises(InvalidInput) as refused:
        await refunded(order, *lines)

    assert refused.value.path == path
    assert await database.value("select count(*) from refunds") == 0
    assert await balance(member_id) == 19


async def test_a_reference_names_its_refund_for_ever() -> None:
    member_id = await a_customer()
    order = await bought(a_line(500), a_line(700), member_id=member_id)
    refund = {"refund_reference": "r1"}
    first = await refunded(order, (1, 1), key="a key", **refund)

    again = await refunded(order, (1, 1), key="a key", **refund)
    under_another_key = await refunded(order, (1, 1), **refund)
    with pytest.raises(OrderConflict) as conflict:
        await refunded(order, (2, 1), **refund)
    with pytest.raises(KeyReused):
        await refunded(order, (2, 1), key="a key", **refund)

    assert again == under_another_key
    assert (again.replayed, again.taken, first.replayed) == (True, first.taken, False)
    assert conflict.value.path == ("refundReference",)
    assert await balance(member_id) == 7


async def test_only_shops_refund() -> None:
    with pytest.raises(NotAllowed):
        await refunding.refund(TILL, a_refund(an_order()))


async def test_a_refund_waits_for_its_sale() -> None:
    member_id = await a_customer()
    order = an_order(a_line(1000, quantity=2), member=member_id)

    early = await refunded(order, (1, 1), refund_reference="early", key="early")
    assert await refunding.apply_waiting() == 0
    await reported(order)
    assert await refunding.apply_waiting() == 1
    assert await refunding.apply_waiting() == 0
    later = await refunded(order, (1, 1), refund_reference="early", key="early")

    assert (early.order_id, early.taken) == (None, {})
    assert later.order_id is not None
    assert (later.taken, later.replayed, later.member_id) == ({"POINTS": 10}, True, member_id)
    assert await balance(member_id) == 10
    assert await order_state(order) == "PARTLY_REFUNDED"


async def test_what_does_not_fit_the_sale_when_it_comes_is_refused_and_said_so() -> None:
    member_id = await a_customer()
    order = an_order(a_line(1000), member=member_id)
    await refunded(order, (1, 2), refund_reference="too much")
    await reported(order)

    await refunding.apply_waiting()
    with pytest.raises(InvalidInput) as refused:
        await refunded(order, (1, 2), refund_reference="too much")

    assert refused.value.path == ("lines", "0", "quantity")
    assert await balance(member_id) == 10
    assert await order_state(order) == "COMPLETED"


async def test_what_came_back_before_somebody_claimed_the_order_is_not_earned() -> None:
    await a_programme()
    order = an_order(a_line(1000, quantity=3))
    done = await reported(order)
    member = await a_buyer(0)

    unclaimed = await refunded(order, (1, 1))
    await refunded(order, (1, 1))
    await operations.claim(member, ClaimOrder("mine", code=done.result["claim"]))

    assert (unclaimed.member_id, unclaimed.taken) == (None, {})
    assert await balance(member.member_id) == 10
    assert (await counted(member.member_id))["qualifying"] == {date(2026, 11, 24): 10}
    assert await database.value("select count(*) from refunds where state = 'APPLIED'") == 2
    assert await refunding.apply_waiting() == 0


async def test_what_was_spent_meanwhile_is_owed_and_paid_by_new_earnings() -> None:
    member_id = await a_customer()
    order = await bought(a_line(5000), member_id=member_id)
    await spend(member_id, 30)

    await refunded(order)

    (held,) = await wallets_of(SYSTEM, [member_id])
    assert (held["POINTS"].balance, held["POINTS"].debt) == (0, 30)
    await bought(a_line(4000), member_id=member_id)
    (held,) = await wallets_of(SYSTEM, [member_id])
    assert (held["POINTS"].balance, held["POINTS"].debt) == (10, 0)
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.parametrize(("limit", "owed", "taken"), [(0, 0, 20), (10, 10, 30), (None, 30, 50)])
async def test_a_tier_s_limit_bounds_what_is_owed_and_the_rest_is_let_go(
    limit: int | None, owed: int, taken: int
) -> None:
    written = contents("cafe")
    for tier in written["tiers"]:
        tier.update({"debtLimit": limit} if limit is not None else {})
    await programmes.publish(SYSTEM, written, datetime(2020, 1, 1, tzinfo=UTC))
    member_id = await a_customer()
    order = await bought(a_line(2500, quantity=2), member_id=member_id)
    await spend(member_id, 30)

    steps = [await refunded(order, (1, 1)), await refunded(order)]

    (held,) = await wallets_of(SYSTEM, [member_id])
    assert (held["POINTS"].balance, held["POINTS"].debt) == (0, owed)
    assert sum(step.taken.get("POINTS", 0) for step in steps) == taken
    assert (await proof(SYSTEM)).problems == []


async def spend(member_id: UUID, points: int) -> None:
    move = Move("POINTS", TransactionKind.REDEEM, -points, "redemption", {"key": "redeemed"})
    await wallets.post_one(Posting(member_id, moves=(move,)))


async def test_a_tier_that_was_reached_is_kept_and_what_counts_for_it_is_not() -> None:
    member_id = await a_customer()
    order = await bought(a_line(20_000), member_id=member_id)
    up = await counted(member_id)

    await refunded(order)

    down = await counted(member_id)
    assert (up["tier"], down["tier"]) == ("regular", "regular")
    assert (sum(up["qualifying"].values()), down["qualifying"]) == (200, {})


async def test_it_is_judged_by_the_tier_of_the_purchase() -> None:
    member_id = await a_customer()
    first = await bought(a_line(20_000, quantity=2), member_id=member_id)
    await bought(a_line(1000), member_id=member_id)

    done = await refunded(first, (1, 1))

    assert done.taken == {"POINTS": 200}


async def test_what_counted_against_a_limit_counts_no_more() -> None:
    member_id = await a_customer()
    jars = a_line(600, brand="Meliti", quantity=3)
    order = await bought(jars, member_id=member_id)
    before = (await counted(member_id))["uses"]

    await refunded(order, (1, 2))
    after = (await counted(member_id))["uses"]

    assert (list(before.values()), list(after.values())) == ([15], [5])
    again = await bought(jars, member_id=member_id)
    assert (await refunded(again)).taken == {"POINTS": 18 + 15}


async def test_an_offer_can_be_used_again_when_all_came_back() -> None:
    offer = await an_offer(unit="POINTS")
    member_id = await a_customer()
    order = await bought(a_line(1000, quantity=2), member_id=member_id)

    await refunded(order, (1, 1))
    assert await database.value("select count(*) from offer_uses") == 1
    done = await refunded(order)

    assert done.taken == {"POINTS": 15}
    assert await database.value("select count(*) from offer_uses") == 0
    await bought(a_line(1000), member_id=member_id)
    assert await balance(member_id) == 15
    assert offer


async def test_points_of_the_order_that_had_expired_are_not_taken_twice() -> None:
    member_id = await a_customer()
    old = await bought(
        a_line(1000, quantity=2), member_id=member_id, occurred_at=MORNING - timedelta(days=500)
    )
    await bought(a_line(500), member_id=member_id)

    done = await refunded(old, (1, 1))
    await refunded(old)

    assert done.taken == {}
    assert await balance(member_id) == 5
    assert (await counted(member_id))["points"] == {"POINTS": 5}


async def test_an_order_of_which_no_standing_is_known_loses_the_shares_of_its_lines() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1250), a_line(1250, sku="B"), member_id=member_id)
    await database.rows("update orders set document = document - 'standing'")

    parts = [(await refunded(order, (number, 1))).taken["POINTS"] for number in (1, 2)]

    assert sum(parts) == 25
    assert (await counted(member_id))["qualifying"] == {}


async def test_order_discounts_go_back_with_their_share() -> None:
    member_id = await a_customer()
    order = await bought(
        a_line(1000, quantity=3),
        a_line(1000),
        member_id=member_id,
        discounts=(Discount("x", 1000),),
    )

    done = await refunded(order, (1, 3))

    assert done.taken == {"POINTS": 23}
    assert await balance(member_id) == 7


async def test_two_different_refunds_at_once_never_take_more_than_was_earned() -> None:
    member_id = await a_customer()
    order = await bought(a_line(1000, quantity=10), member_id=member_id)

    async def attempt(pieces: int) -> int:
        try:
            return (await refunded(order, (1, pieces))).taken.get("POINTS", 0)
        except InvalidInput:
            return 0

    taken = await asyncio.gather(*[attempt(pieces) for pieces in (6, 6, 5, 4, 3)])

    assert 0 < sum(taken) <= 100
    assert await balance(member_id) == 100 - sum(taken)


async def test_points_that_paid_go_back_into_their_lots_with_what_they_bought() -> None:
    member_id = await a_customer()
    await credit(member_id, 50, MORNING + timedelta(days=30))
    order = await bought(a_line(100, quantity=3), a_line(700), member_id=member_id)
    order_id = await database.value("select id from orders")
    paid = Move(
        "POINTS", TransactionKind.REDEEM, -50, "redemption", {"key": "redeemed"}, order_id=order_id
    )
    await wallets.post_one(Posting(member_id, moves=(paid,)))

    steps = [await refunded(order, (1, 1)), await refunded(order, (1, 2)), await refunded(order)]

    assert [step.given for step in steps] == [{"POINTS": 5}, {"POINTS": 10}, {"POINTS": 35}]
    assert sum(step.taken.get("POINTS", 0) for step in steps) == 10
    _, lots = await held(member_id)
    assert [lot[2] for lot in lots if lot[1] == 50] == [50]
    assert (await proof(SYSTEM)).problems == []
