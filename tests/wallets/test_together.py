"""Postings that share a call stand or fall alone."""

import asyncio
from typing import Any

import asyncpg
import pytest

from domain import database
from domain.actor import Actor
from domain.errors import KeyReused
from domain.idempotency import claim, settled
from domain.ids import code
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import BATCH_MAX, post_with_others
from domain.wallets.posting import Move, Outcome, Posting
from tests.databases import Cleaner
from tests.factories.rewards import a_buyer, held
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")


def spending(buyer: Actor, points: int, key: str | None = None) -> Posting:
    assert buyer.member_id
    move = Move("POINTS", TransactionKind.REDEEM, -points, "redemption", {"key": "redeemed"})
    made = claim(buyer, "trial", key or code(8), {"points": points})
    return Posting(buyer.member_id, claim=made, moves=(move,), result={"points": points})


async def test_what_waits_together_goes_in_one_call_with_an_outcome_each() -> None:
    rich, poor = await a_buyer(100), await a_buyer(5)
    async with statements() as sent:
        outcomes = await asyncio.gather(
            *(post_with_others(spending(buyer, 10)) for buyer in (rich, poor, rich))
        )
    assert [outcome.kind for outcome in outcomes] == ["POSTED", "REFUSED", "POSTED"]
    assert sum("pistis_post" in statement for statement in sent) == 1
    assert [(await held(each.member_id))[0] for each in (rich, poor)] == [80, 5]


async def test_a_call_has_a_bound() -> None:
    rich = await a_buyer(1000)
    async with statements() as sent:
        await asyncio.gather(*(post_with_others(spending(rich, 1)) for _ in range(BATCH_MAX + 1)))
    assert sum("pistis_post" in statement for statement in sent) == 2
    assert (await held(rich.member_id))[0] == 1000 - BATCH_MAX - 1


async def test_twins_find_the_first_ones_answer() -> None:
    rich = await a_buyer(100)
    twin, other = spending(rich, 10, "key"), spending(rich, 20, "key")
    first, second, third = await asyncio.gather(*map(post_with_others, (twin, twin, other)))
    assert [first.kind, second.kind, third.kind] == ["POSTED", "REPLAYED", "REPLAYED"]
    assert second.result == first.result == {"points": 10}
    assert other.claim
    with pytest.raises(KeyReused):
        settled(other.claim, third.fingerprint, third.result)
    assert (await held(rich.member_id))[0] == 90


async def test_who_cannot_be_locked_holds_up_nobody_for_good(connected: Cleaner) -> None:
    free, locked = await a_buyer(100), await a_buyer(100)
    holder = await asyncpg.connect(connected.settings.database_url)
    try:
        await holder.execute("begin")
        await holder.execute("select 1 from members where id = $1 for update", locked.member_id)
        one = asyncio.create_task(post_with_others(spending(free, 10)))
        other = asyncio.create_task(post_with_others(spending(locked, 10)))
        assert (await one).kind == "POSTED"
        await holder.execute("rollback")
        assert (await other).kind == "POSTED"
    finally:
        await holder.close()


async def test_a_posting_that_cannot_be_fails_alone() -> None:
    rich = await a_buyer(100)
    broken = Posting(rich.member_id, moves=(_nonsense(),))
    good, bad = await asyncio.gather(
        post_with_others(spending(rich, 10)), post_with_others(broken), return_exceptions=True
    )
    assert isinstance(good, Outcome)
    assert good.kind == "POSTED"
    assert isinstance(bad, asyncpg.IntegrityConstraintViolationError)
    assert (await held(rich.member_id))[0] == 90


async def test_a_caller_that_goes_away_takes_nobody_with_it() -> None:
    rich = await a_buyer(100)
    gone = asyncio.create_task(post_with_others(spending(rich, 10)))
    stays = asyncio.create_task(post_with_others(spending(rich, 20)))
    asyncio.get_running_loop().call_soon(gone.cancel)
    assert (await stays).kind == "POSTED"
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (await held(rich.member_id))[0] == 70


async def test_in_a_transaction_it_stays_there() -> None:
    rich = await a_buyer(100)

    async def undone() -> None:
        async with database.transaction():
            assert (await post_with_others(spending(rich, 10))).kind == "POSTED"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    assert (await held(rich.member_id))[0] == 100


def _nonsense() -> Move:
    kind: Any = "NO_KIND"
    return Move("POINTS", kind, 1, "issuance", {"key": "earned"})
