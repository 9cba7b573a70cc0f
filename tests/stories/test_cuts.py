"""Who goes away in the middle of a request leaves nothing behind."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncpg.transaction import Transaction
from tortoise.connection import get_connections

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.databases import Cleaner, Databases
from tests.elsewhere import let_go, pause
from tests.stories import cuts

# graphql-core leaves coroutines behind that nobody awaits where a query is cancelled.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@pytest.fixture(autouse=True)
def begin_over_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A BEGIN takes a while: on one machine a cut would seldom hit it."""
    start = Transaction.start

    async def far_away(self: Transaction) -> None:
        await pause(0.02)
        await start(self)

    monkeypatch.setattr(Transaction, "start", far_away)


@pytest.mark.counted
async def test_requests_that_are_cut_off_leave_the_pool_whole(
    connected: Cleaner, databases: Databases
) -> None:
    begin, requests = seed(), count(600, 20_000)
    async with let_go(connected), cuts.served_here(await databases.copy()) as served:
        await cuts.cut(served, requests, random.Random(begin))
        left = await served.left()
        assert left.is_whole, f"{left}, seed {begin}"
        assert (await proof(SYSTEM)).problems == []
    print(f"{requests} requests cut, {left}, seed {begin}")


async def test_tortoises_own_transactions_turn_the_check_red(
    connected: Cleaner, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def stock() -> AsyncIterator[Any]:
        async with get_connections().get("default")._in_transaction() as wrapper:
            yield wrapper._connection

    begin, own = seed(), database.transaction
    async with let_go(connected), cuts.served_here(await databases.copy()) as served:
        monkeypatch.setattr(database, "transaction", stock)
        chance = random.Random(begin)
        for _ in range(5):  # chance decides whether a BEGIN is hit
            await cuts.cut(served, 400, chance, kinds=1)
            left = await served.left(patience=3)
            if not left.is_whole:
                break
        monkeypatch.setattr(database, "transaction", own)
        pool = database._client()._pool
        assert pool
        pool.terminate()  # or it would wait for what never comes back
    assert not left.is_whole, f"{left}, seed {begin}"
    print(f"with tortoise's own: {left}, seed {begin}")
