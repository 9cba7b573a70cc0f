"""How a wallet stood: what is asked of an instant later is what was read at it."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import database
from domain.actor import SYSTEM
from domain.errors import DomainError, InvalidInput
from domain.ids import uuid7
from domain.wallets import expiring, past
from domain.wallets.book import BalanceRow
from domain.wallets.kinds import TransactionKind as Kind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.queries import wallets_of
from tests.counts import count
from tests.factories.access import token_of
from tests.factories.orders import an_order, reported
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
WHAT = (
    *("earn", "late", "pend", "release", "cancel", "spend", "hold", "capture", "free", "claw"),
    *("write", "pass", "pass", "pass"),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(1, 40),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=16,
)
PAST = """
query Past($at: DateTime!) {
  me { wallet(unit: "POINTS") { balanceAt(at: $at) { balance pending held debt } } }
}
"""


async def read(member_id: UUID) -> tuple[datetime, BalanceRow]:
    """The instant, and how the wallet stands at it."""
    async with database.transaction():
        now = await database.now()
        (wallets,) = await wallets_of(SYSTEM, [member_id])
    if "POINTS" not in wallets:
        return now, BalanceRow()
    seen = wallets["POINTS"]
    return now, BalanceRow(seen.balance, seen.pending, seen.held, seen.debt)


async def at(member_id: UUID, instant: datetime) -> BalanceRow | None:
    (found,) = await past.balances_at(SYSTEM, [(member_id, "POINTS")], instant)
    return found


async def put_off(seconds: int) -> None:
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", seconds)


@pytest.mark.counted
@given(ACTS)
@settings(
    max_examples=count(30, 1500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_what_is_asked_later_is_what_was_read_then(acts: list[tuple[str, int, int]]) -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    seen = [await read(member_id)]
    for act in acts:
        with suppress(DomainError):
            await do(member_id, *act)
        seen.append(await read(member_id))
    for instant, balance in seen:
        assert await at(member_id, instant) == balance, instant
    await expiring.expire_due()
    for instant, balance in seen:
        assert await at(member_id, instant) == balance, f"once all is written: {instant}"


async def do(member_id: UUID, what: str, number: int, days: int) -> None:
    id, ends = uuid7(), await database.now() + days * DAY

    async def move(kind: Kind, points: int, house: str, **more: Any) -> None:
        made = Move("POINTS", kind, points, house, {"key": "adjusted"}, id=id, **more)
        await post_one(Posting(member_id, moves=(made,)))

    match what:
        case "pass":
            # By hours too, so that one looks in between what falls due.
            await put_off(days * 86_400 if number % 2 else number * 3_600)
        case "write":
            await expiring.expire_due()
        case "earn":
            await move(Kind.EARN, number, "issuance", expires_at=ends)
        case "late":
            since = ends - 3 * DAY
            await move(Kind.EARN, number, "issuance", occurred_at=since, expires_at=since + DAY)
        case "pend":
            cancels = ends - DAY / 2 if number % 4 == 0 else None
            more = {"releases_at": ends, "cancels_at": cancels, "expires_at": ends + days * DAY}
            await move(Kind.PEND, number, "issuance", **more)
        case "release" | "cancel":
            kind = Kind.RELEASE if what == "release" else Kind.PEND_CANCEL
            pending = await _one_of("pending_points", member_id, "remaining > 0")
            await move(kind, 0, "issuance", pending_id=pending, expires_at=ends)
        case "spend":
            await move(Kind.REDEEM, -number, "redemption")
        case "hold":
            await move(Kind.HOLD, -number, "held", hold_until=ends)
        case "claw":
            await move(Kind.CLAWBACK, -number, "issuance", debt_limit=50)
        case _:
            hold = await _one_of("holds", member_id, "state = 'OPEN'")
            if what == "capture":
                await move(Kind.HOLD_CAPTURE, 0, "redemption", hold_id=hold, captures=1)
            else:
                await move(Kind.HOLD_RELEASE, 0, "held", hold_id=hold)


async def _one_of(table: str, member_id: UUID, which: str) -> UUID:
    found: UUID | None = await database.value(
        f"select id from {table} where member_id = $1 and {which} limit 1", member_id
    )
    if found is None:
        raise InvalidInput("There is none.")
    return found


async def test_who_waited_for_the_wallet_comes_after_whom_it_waited_for() -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    begun, done = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await database.now()  # the transaction's time stands from here on
            begun.set()
            await done.wait()
            await credit(member_id, 1)

    waiting = asyncio.create_task(slow())
    await begun.wait()
    before = await database.now()
    await credit(member_id, 2)
    done.set()
    await waiting

    recorded = await database.rows(
        "select recorded_at from transactions where member_id = $1 order by version", member_id
    )
    assert recorded[1]["recorded_at"] < before < recorded[0]["recorded_at"]
    assert await at(member_id, recorded[1]["recorded_at"]) == BalanceRow()
    assert await at(member_id, before) == BalanceRow()
    assert await at(member_id, recorded[0]["recorded_at"]) == BalanceRow(3)


async def test_an_order_that_is_reported_late_was_not_there_before() -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    before = await database.now()
    await reported(an_order(member=member.member_id, occurred_at=before - 3 * DAY))

    assert await at(member.member_id, before) == BalanceRow()
    found = await at(member.member_id, await database.now())
    assert found is not None and found.balance > 0


async def test_nobody_sees_the_past_of_others_and_nobody_the_future() -> None:
    member, other = await a_buyer(5), await a_buyer(0)
    now = await database.now()

    assert await past.balances_at(other, [(member.member_id, "POINTS")], now) == [None]  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="still to come"):
        await past.balances_at(member, [], now + DAY)


async def test_it_is_asked_over_http(served: Server) -> None:
    await a_programme()
    member = await a_buyer(7)
    before = (await database.now()) - DAY
    async with served.client() as client:
        token = await token_of(member)
        now = await client.ask(PAST, token, at=(await database.now()).isoformat())
        then = await client.ask(PAST, token, at=before.isoformat())
        future = await client.raw(
            token, json={"query": PAST, "variables": {"at": (before + 3 * DAY).isoformat()}}
        )

    nothing = {"balance": 0, "pending": 0, "held": 0, "debt": 0}
    assert now["me"]["wallet"]["balanceAt"] == {**nothing, "balance": 7}
    assert then["me"]["wallet"]["balanceAt"] == nothing
    assert "still to come" in future.json()["errors"][0]["message"]
