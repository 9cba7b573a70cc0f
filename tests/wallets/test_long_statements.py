"""A wallet with 10,000 transactions: what is read for a page does not depend on which it is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets import past
from domain.wallets.book import BalanceRow
from domain.wallets.queries import STATEMENT_PAGES, statements_of, transaction_counts
from tests.databases import Cleaner
from tests.factories.rewards import a_buyer

pytestmark = pytest.mark.usefixtures("database")

TRANSACTIONS = 10_000
Owner = Callable[[str], Awaitable[Any]]
PAGE = 20


async def a_long_wallet(as_owner: Owner) -> UUID:
    """One point an hour, up to now."""
    member_id = (await a_buyer(0)).member_id
    assert member_id
    await database.rows(
        """insert into wallets (id, member_id, unit, available, pending, held, debt, version)
           values (uuidv7(), $1, 'POINTS', $2, 0, 0, 0, $2)""",
        *(member_id, TRANSACTIONS),
    )
    await database.rows(
        """insert into transactions (id, member_id, unit, version, kind, points, balance_after,
             occurred_at, recorded_at, title)
           select uuidv7(), $1, 'POINTS', n, 'EARN', 1, n, at, at, '{"key": "welcome"}'
           from generate_series(1, $2) n, lateral (
             select pistis_now() - make_interval(hours => $2::int - n) as at) t""",
        *(member_id, TRANSACTIONS),
    )
    await as_owner("analyze transactions")  # plans of when it was empty are made anew
    return member_id


@pytest.fixture
async def as_owner(connected: Cleaner) -> AsyncIterator[Owner]:
    """Does what the role that serves may not."""
    connection = await asyncpg.connect(connected.settings.database_url)
    yield connection.execute
    await connection.close()


async def buffers(sql: str, *args: Any) -> int:
    """How many pages of tables and indexes PostgreSQL looked at for it."""
    explained = await database.value(f"explain (analyze, buffers, format json) {sql}", *args)
    top = orjson.loads(explained)[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


@pytest.mark.parametrize("backwards", [False, True])
async def test_every_page_looks_at_as_much(backwards: bool, as_owner: Owner) -> None:
    member_id = await a_long_wallet(as_owner)

    async def looked_at(page: int) -> int:
        low, high = 0, 2**62
        if backwards:
            low = PAGE * page
        else:
            high = TRANSACTIONS - PAGE * page
        wanted = ([member_id], ["POINTS"], low, high, PAGE + 1)
        await buffers(STATEMENT_PAGES[backwards], *wanted)  # what a new plan costs is of no page
        return await buffers(STATEMENT_PAGES[backwards], *wanted)

    first, tenth, far = [await looked_at(page) for page in (0, 9, 400)]

    assert max(tenth, far) <= first + 3
    assert first < PAGE * 2  # of 10,000


async def test_pages_follow_on_each_other_and_the_count_is_the_running_number(
    as_owner: Owner,
) -> None:
    key = (await a_long_wallet(as_owner), "POINTS")
    (first,) = await statements_of(SYSTEM, [key], PAGE)
    after = first.cursors[-1]
    (second,) = await statements_of(SYSTEM, [key], PAGE, after)
    (back,) = await statements_of(SYSTEM, [key], PAGE, last=PAGE, before=second.cursors[0])

    assert [row.version for row in second.rows] == list(range(9980, 9960, -1))
    assert [row.version for row in back.rows] == [row.version for row in first.rows]
    assert await transaction_counts(SYSTEM, [key]) == [TRANSACTIONS]
    counted = await buffers(
        "select version from wallets where member_id = $1 and unit = 'POINTS'", key[0]
    )
    assert counted < 10


async def test_the_past_is_found_by_halving(as_owner: Owner) -> None:
    member_id = await a_long_wallet(as_owner)
    at = await database.value(
        "select recorded_at from transactions where member_id = $1 and version = 1234", member_id
    )

    assert await past.balances_at(SYSTEM, [(member_id, "POINTS")], at) == [BalanceRow(1234)]
    looked_at = "select pistis_version_at($1, 'POINTS', $2)"
    await buffers(looked_at, member_id, at)
    assert await buffers(looked_at, member_id, at) < 200  # a scan looks at thousands
