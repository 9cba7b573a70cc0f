"""A rehearsal does everything and leaves nothing."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest

from domain import database, idempotency, throttle
from domain.actor import SYSTEM
from domain.errors import NotFound, RateLimited
from domain.idempotency import Claim
from domain.throttle import Limit
from domain.wallets.queries import wallets_of
from tests.factories.rewards import a_buyer, credit, held
from tests.valkeys import own_valkey

pytestmark = pytest.mark.usefixtures("database")


async def test_what_is_done_is_seen_in_it_and_gone_after_it() -> None:
    member = await a_buyer(100)
    assert member.member_id
    before = await held(member.member_id)

    async with database.rehearsal():
        await credit(member.member_id, 11)
        (wallets,) = await wallets_of(member, [member.member_id])
        assert wallets["POINTS"].balance == 111
        assert (await held(member.member_id))[0] == 111

    (wallets,) = await wallets_of(member, [member.member_id])
    assert wallets["POINTS"].balance == 100
    assert await held(member.member_id) == before


async def test_what_was_to_follow_a_commit_does_not() -> None:
    followed = []

    async def follow() -> None:
        followed.append(True)

    async with database.rehearsal():
        await database.after_commit(follow)
        async with database.transaction():
            await database.after_commit(follow)

    assert followed == []


async def test_a_part_that_fails_undoes_itself_alone() -> None:
    member = await a_buyer(100)
    assert member.member_id
    async with database.rehearsal():
        await credit(member.member_id, 1)
        with pytest.raises(asyncpg.PostgresError):
            await database.rows("select 1 / 0")
        with suppress(ZeroDivisionError):
            async with database.transaction():
                await credit(member.member_id, 10)
                raise ZeroDivisionError
        assert (await held(member.member_id))[0] == 101


async def test_many_read_side_by_side_on_its_one_connection() -> None:
    async with database.rehearsal():
        sums = [database.value("select $1::int + 1", n) for n in range(50)]
        assert await asyncio.gather(*sums) == list(range(1, 51))


async def test_who_comes_too_late_is_refused_rather_than_told_what_is_not_so() -> None:
    over = asyncio.Event()

    async def late() -> None:
        await over.wait()
        await database.value("select 1")

    async with database.rehearsal():
        task = asyncio.create_task(late())
    over.set()
    with pytest.raises(asyncpg.InterfaceError):
        await task


async def test_what_is_broken_off_leaves_a_connection_that_is_good() -> None:
    begun = asyncio.Event()

    async def rehearse() -> None:
        async with database.rehearsal():
            begun.set()
            await database.rows("select pg_sleep(5)")

    for _ in range(3):
        begun.clear()
        task = asyncio.create_task(rehearse())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await database.value("select txid_current_if_assigned()") is None
    async with database.rehearsal():
        assert await database.value("select 1") == 1


@pytest.mark.parametrize("is_away", [False, True], ids=["in Redis", "in PostgreSQL"])
async def test_tries_count_in_it_too(is_away: bool) -> None:
    limit, bucket = Limit.per_hour(2), throttle.bucket(uuid4().hex, "tests")
    async with own_valkey() as valkey:
        if is_away:
            await valkey.kill()
        async with database.rehearsal():
            await throttle.take(bucket, limit)
            await throttle.take(bucket, limit)
        with pytest.raises(RateLimited):
            async with database.rehearsal():
                await throttle.take(bucket, limit)


async def test_a_refusal_is_kept_without_the_key() -> None:
    wanted = Claim(SYSTEM.key, "tests", "key", "0" * 64)
    async with database.rehearsal():
        await idempotency.claimed(wanted)
        await idempotency.keep_refusal(wanted, NotFound("Nothing."))
    (row,) = await database.rows("select key, result from idempotency_keys")
    assert row["key"] != "key"
    assert row["result"]["refused"]["code"] == "NOT_FOUND"
