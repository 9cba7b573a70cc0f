"""A member's orders in one call: overtaken, known, twins, and locks that others want too."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import KeyReused
from domain.idempotency import claim
from domain.orders import operations, reporting
from domain.orders.asking import Report
from domain.orders.reporting import Reported
from domain.wallets.proof import proof
from tests.databases import Cleaner
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.test_reporting import balance

pytestmark = pytest.mark.usefixtures("database")


async def a_customer() -> UUID:
    await a_programme()
    member_id = (await a_buyer(0)).member_id
    assert member_id
    return member_id


def overtaken_once(member_id: UUID) -> Callable[..., Awaitable[object]]:
    """The member moves on by one version right after its standing was read, once."""
    chains, left = reporting.chains, [member_id]

    async def read(*args: object) -> object:
        found = await chains(*args)  # type: ignore[arg-type]
        for each in [left.pop() for _ in left[:1]]:
            await database.rows("update members set version = version + 1 where id = $1", each)
        return found

    return read


async def counted() -> list[tuple[str, int]]:
    """Each order's reference, and which of its member's orders it was."""
    found = await database.rows(
        """select o.reference, (e.payload ->> 'order_count')::int as place
           from outbox e join orders o on o.id = (e.payload ->> 'order_id')::uuid
           where e.kind = 'OrderReported' order by e.id"""
    )
    return [tuple(row) for row in found]


async def test_one_key_with_two_orders_at_the_same_moment_has_one_effect() -> None:
    member_id = await a_customer()
    orders = [an_order(member=member_id) for _ in range(3)]
    claims = [claim(SHOP, "orderReport", "one key", order) for order in orders]

    answers = await asyncio.gather(
        *[
            reporting.report(Report(order, member_id, made))
            for order, made in zip(orders, claims, strict=True)
        ],
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers].count(Reported) == 1
    assert [type(answer) for answer in answers].count(KeyReused) == 2
    assert await balance(member_id) == 10


async def test_an_order_that_was_overtaken_holds_back_those_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member_id = await a_customer()
    monkeypatch.setattr(reporting, "chains", overtaken_once(member_id))
    orders = [an_order(member=member_id, reference=name) for name in ("first", "second")]

    await reporting.post([Report(order, member_id) for order in orders])

    assert await counted() == [("first", 1), ("second", 2)]


async def test_known_orders_between_new_ones_are_no_hindrance() -> None:
    member_id = await a_customer()
    known = [an_order(member=member_id) for _ in range(6)]
    await operations.report_batch(SHOP, known, "first")
    new = [an_order(member=member_id) for _ in range(6)]
    mixed = [order for pair in zip(known, new, strict=True) for order in pair]

    answers, _ = await operations.report_batch(SHOP, mixed, "second")

    assert [each.replayed for each in answers if isinstance(each, Reported)] == [True, False] * 6
    assert await balance(member_id) == 120
    assert (await proof(SYSTEM)).problems == []


async def test_known_keys_between_new_ones_are_no_hindrance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member_id = await a_customer()
    monkeypatch.setattr(reporting, "OPTIMISTIC_TRIES", 0)
    orders = [an_order(member=member_id) for _ in range(4)]
    reports = [
        Report(order, member_id, claim(SHOP, "orderReport", f"{n}", order))
        for n, order in enumerate(orders)
    ]
    await reporting.post(reports[1:2])
    await reporting.post(reports[3:])

    answers = await reporting.post(reports)
    again = await reporting.post(reports)

    assert [each.replayed for each in answers if isinstance(each, Reported)] == [False, True] * 2
    assert [each for each in again if isinstance(each, Reported)] == [
        replace(each, replayed=True) for each in answers if isinstance(each, Reported)
    ]
    assert await balance(member_id) == 40


async def test_keys_are_locked_before_members_at_last_too(
    connected: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    member_id = await a_customer()
    monkeypatch.setattr(reporting, "OPTIMISTIC_TRIES", 0)
    other = await asyncpg.connect(connected.settings.database_url)
    try:
        await other.execute("begin")
        await other.execute(
            """insert into idempotency_keys (actor, mutation, key, fingerprint)
               values ($1, 'orderReport', 'wanted', 'x')""",
            SHOP.key,
        )
        waiting = asyncio.create_task(reported(an_order(member=member_id), "wanted"))
        while not await other.fetchval("select exists (select from pg_locks where not granted)"):
            await asyncio.wait([waiting], timeout=0.01)
        await other.execute("set local lock_timeout = '100ms'")
        await other.execute("select 1 from members where id = $1 for no key update", member_id)
        await other.execute("rollback")
        assert not (await waiting).replayed
    finally:
        await other.close()
    assert await balance(member_id) == 10


async def test_an_order_that_cannot_be_reckoned_takes_no_other_with_it() -> None:
    member_id = await a_customer()
    broken = an_order(a_line(sku="A\x00"), member=member_id)

    good, bad = await asyncio.gather(
        *[
            reporting.report(Report(order, member_id))
            for order in (an_order(member=member_id), broken)
        ],
        return_exceptions=True,
    )

    assert isinstance(good, Reported)
    assert isinstance(bad, Exception)
    assert await balance(member_id) == 10
