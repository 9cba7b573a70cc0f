"""A transaction is whole, whoever goes away while it is under way."""

import asyncio

import asyncpg
import pytest

from domain import database
from tests.databases import Cleaner

pytestmark = pytest.mark.usefixtures("database")

# A commit that takes as long as somebody holds the lock.
SLOW_COMMIT = """
create temp table slow (id int) on commit drop;
create function pg_temp.wait() returns trigger language plpgsql as
  $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
create constraint trigger slow_commit after insert on slow deferrable initially deferred
  for each row execute function pg_temp.wait();
insert into slow values (1);
insert into outbox (kind, payload) values ('MemberChanged', '{}');
"""


async def test_what_follows_a_commit_follows_though_the_caller_went_away(
    connected: Cleaner,
) -> None:
    done: list[str] = []

    async def effect() -> None:
        done.append("told")

    async def caller() -> None:
        async with database.transaction() as connection:
            await connection.execute(SLOW_COMMIT)
            await database.after_commit(effect)

    other = await asyncpg.connect(connected.settings.database_url)
    try:
        await other.execute("select pg_advisory_lock(7)")
        going = asyncio.create_task(caller())
        while not await other.fetchval("select exists (select from pg_locks where not granted)"):
            await asyncio.wait([going], timeout=0.01)
        going.cancel()
        await asyncio.wait([going], timeout=0.01)
        await other.execute("select pg_advisory_unlock(7)")
        with pytest.raises(asyncio.CancelledError):
            await going
    finally:
        await other.close()
    assert await database.value("select count(*) from outbox") == 1
    assert done == ["told"]
    assert not database.in_transaction()


async def test_who_goes_away_before_the_commit_has_done_nothing() -> None:
    done: list[str] = []
    written = asyncio.Event()

    async def effect() -> None:
        done.append("told")

    async def caller() -> None:
        async with database.transaction() as connection:
            await connection.execute("insert into outbox (kind, payload) values ('X', '{}')")
            await database.after_commit(effect)
            written.set()
            await asyncio.Event().wait()

    going = asyncio.create_task(caller())
    await written.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert await database.value("select count(*) from outbox") == 0
    assert done == []


async def test_no_connection_is_lost_to_those_who_go_away() -> None:
    async def caller() -> None:
        async with database.transaction():
            await database.value("select pg_advisory_xact_lock_shared(8)")

    for _ in range(5):
        callers = [asyncio.create_task(caller()) for _ in range(40)]
        await database.now()
        for each in callers[::2]:
            each.cancel()
        await asyncio.wait(callers)
    pool = database._client()._pool
    assert pool
    assert pool.get_idle_size() == pool.get_size()
