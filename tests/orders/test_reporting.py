"""An order earns once, whatever is retried, and by the standing that it found."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import InvalidInput, KeyReused, NotAllowed, OrderConflict
from domain.orders import operations, reporting
from domain.orders.asking import Report
from domain.orders.commands import ReportOrder
from domain.orders.reporting import Reported
from domain.wallets.proof import proof
from domain.wallets.queries import transactions_of_orders, wallets_of
from tests.factories.offers import an_offer
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported, written
from tests.factories.rewards import TILL, a_buyer, a_programme

pytestmark = pytest.mark.usefixtures("database")


async def balance(member_id: UUID | None, unit: str = "POINTS") -> int:
    assert member_id
    (wallets,) = await wallets_of(SYSTEM, [member_id])
    return wallets[unit].balance if unit in wallets else 0


async def test_an_order_earns_by_rule_and_is_explained() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id

    done = await reported(an_order(a_line(1240), a_line(350, category="coffee", quantity=2)))
    first = await reported(an_order(a_line(1240), member=member))

    assert done.result["member"] is None
    assert not first.replayed
    assert await balance(member) == 12
    (earned,) = await transactions_of_orders(SYSTEM, [UUID(first.result["order"])])
    (row,) = earned
    assert (row.points, row.balance_after, row.occurred_at) == (12, 12, MORNING)
    (part,) = row.explanation
    assert (part["rule"], part["points"], part["lines"]) == ("every-euro", 12, [[1, 12]])


async def test_the_same_key_answers_the_same_and_another_input_is_refused() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    order = an_order(member=member)
    first = await reported(order, "once")
    before = await written()

    again = await reported(order, "once")
    with pytest.raises(KeyReused) as refused:
        await reported(replace(order, store="elsewhere"), "once")

    assert again == Reported(first.result, replayed=True)
    assert refused.value.path == ("idempotencyKey",)
    assert await written() == before


async def test_the_same_order_under_another_key_is_the_same_order() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    order = an_order(member=member)
    first = await reported(order)
    before = await written()

    again = await reported(order)
    with pytest.raises(OrderConflict) as refused:
        await reported(replace(order, lines=(a_line(5000),)))

    assert again.replayed
    assert again.result["order"] == first.result["order"]
    assert refused.value.path == ("order", "reference")
    assert await written() == before
    assert await balance(member) == 10


async def test_orders_that_wait_together_are_judged_in_a_chain() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    # The first lifts the member to the second tier (150 points): the next earns a quarter more.
    orders = [an_order(a_line(15_000), member=member), an_order(a_line(10_000), member=member)]

    await reporting.post([Report(order, member) for order in orders])

    assert await balance(member) == 150 + 100 + 25
    row = await database.row("select tier, order_count, version from members where id = $1", member)
    assert row
    assert tuple(row) == ("regular", 2, 3)
    told = await database.rows("select sequence, kind from notifications order by sequence")
    assert [tuple(each) for each in told] == [
        (1, "POINTS_EARNED"),
        (2, "TIER_UP"),
        (3, "POINTS_EARNED"),
    ]


async def test_orders_of_one_member_at_the_same_moment_all_count() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id

    await asyncio.gather(*[reported(an_order(a_line(100), member=member)) for _ in range(40)])

    assert await balance(member) == 40
    assert await database.value("select order_count from members where id = $1", member) == 40
    assert (await proof(SYSTEM)).problems == []


async def test_what_is_stale_is_judged_again_and_at_last_under_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    chains = reporting.chains
    moves = 0

    async def overtaken(*args: object) -> object:
        nonlocal moves
        found = await chains(*args)  # type: ignore[arg-type]
        if moves < reporting.OPTIMISTIC_TRIES:
            moves += 1
            await database.rows("update members set version = version + 1 where id = $1", member)
        return found

    monkeypatch.setattr(reporting, "chains", overtaken)
    done = await reported(an_order(member=member))

    assert not done.replayed
    assert moves == reporting.OPTIMISTIC_TRIES
    assert await balance(member) == 10


async def test_an_order_of_long_ago_is_judged_by_the_window_of_its_day() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    await reported(
        an_order(a_line(14_000), member=member, occurred_at=MORNING - timedelta(days=400))
    )

    await reported(an_order(a_line(1_000), member=member))

    assert await database.value("select tier from members where id = $1", member) == "friend"


async def test_an_offer_is_used_once_by_the_order_that_meets_it() -> None:
    member = (await a_buyer(0)).member_id
    await an_offer(points=5, unit="STARS")
    now = await database.now()

    await reported(an_order(member=member, occurred_at=now - timedelta(days=30)))
    await reported(an_order(member=member, occurred_at=now))
    await reported(an_order(member=member, occurred_at=now))

    assert (await balance(member), await balance(member, "STARS")) == (30, 5)
    assert await database.value("select count(*) from offer_uses") == 1


async def test_a_member_who_takes_no_part_earns_nothing() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    await database.rows("update members set state = 'BLOCKED' where id = $1", member)

    await reported(an_order(member=member))

    assert await balance(member) == 0
    assert await database.value("select count(*) from orders where member_id = $1", member) == 1


async def test_each_order_of_a_batch_stands_or_falls_alone() -> None:
    await a_programme()
    member = (await a_buyer(0)).member_id
    good, bad = an_order(member=member), an_order(a_line(-1), member=member)

    answers, replayed = await operations.report_batch(SHOP, [good, bad, good], "batch")
    again, replayed_then = await operations.report_batch(SHOP, [good, bad, good], "batch")

    assert isinstance(answers[0], Reported)
    assert isinstance(answers[1], InvalidInput)
    assert answers[1].path == ("order", "lines", "0", "unitPrice")
    assert isinstance(answers[2], Reported)
    assert (answers[2].replayed, answers[2].result["order"]) == (True, answers[0].result["order"])
    assert (replayed, replayed_then) == (False, True)
    assert all(each.replayed for each in again if isinstance(each, Reported))
    assert await balance(member) == 10


async def test_only_shops_report() -> None:
    await a_programme()
    before = await written()

    with pytest.raises(NotAllowed):
        await operations.report(TILL, ReportOrder(an_order(), "key"))
    with pytest.raises(NotAllowed):
        await operations.report(await a_buyer(0), ReportOrder(an_order(), "key"))

    assert await written() == before
