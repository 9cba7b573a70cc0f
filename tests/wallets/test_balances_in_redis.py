"""Values in Redis under versions: never a stale one, whatever happens in between."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from domain import answers, balances, cache, database, redis_connection
from tests.counts import seed
from tests.factories.notifications import a_listener
from tests.valkeys import OwnValkey, own_valkey

pytestmark = pytest.mark.usefixtures("database")

Meanwhile = Callable[[], Awaitable[object]]


class Reader:
    """Reads a member's version as its value. `meanwhile` happens between reading and storing."""

    def __init__(self, meanwhile: Meanwhile | None = None, **more: float) -> None:
        self.calls = 0
        self.meanwhile = meanwhile
        self.more = more

    async def __call__(self, member_ids: list[UUID]) -> dict[UUID, cache.Value]:
        self.calls += 1
        found = await database.rows(
            "select id, version from members where id = any($1)", member_ids
        )
        if self.meanwhile:
            await self.meanwhile()
        return {row["id"]: {"version": row["version"], **self.more} for row in found}

    async def value(self, member_id: UUID) -> int:
        """The value as it is remembered."""
        return int((await balances.remembered([member_id], self))[member_id]["version"])


async def commit(member_id: UUID) -> int:
    """A change that is committed and not raised: what a crash in between leaves."""
    sql = "update members set version = version + 1 where id = $1 returning version"
    return int(await database.value(sql, member_id))


async def change(member_id: UUID) -> int:
    """A change as operations make it."""
    version = await commit(member_id)
    await cache.raise_versions({member_id: version})
    return version


async def lifetime_us(member_id: UUID) -> int:
    """For how many microseconds what Redis has of a member is right; 0 when there is nothing."""
    seconds, micros = await cache.client().time()
    await answers.ask(member_id, balances.FIELD, None)  # what is to be stored is stored before
    until = await cache.client().hget(cache.key_of(member_id), "bu")
    return max(0, int(until or 0) - seconds * 1_000_000 - micros)


@pytest.fixture
async def valkey() -> AsyncIterator[OwnValkey]:
    async with own_valkey() as valkey:
        yield valkey


async def test_a_value_is_read_once_and_again_after_a_change() -> None:
    member_id, reader = await a_listener(), Reader()
    assert [await reader.value(member_id) for _ in range(3)] == [1, 1, 1]
    assert reader.calls == 1
    await change(member_id)
    assert [await reader.value(member_id) for _ in range(3)] == [2, 2, 2]
    assert reader.calls == 2


async def test_members_are_read_together_where_they_are_missing() -> None:
    first, second, third = [await a_listener() for _ in range(3)]
    reader = Reader()
    await reader.value(second)
    await change(third)
    found = await balances.remembered([first, second, third], reader)
    assert {key: value["version"] for key, value in found.items()} == {
        first: 1,
        second: 1,
        third: 2,
    }
    assert reader.calls == 2


async def test_who_is_not_there_is_not_remembered() -> None:
    nobody = UUID(int=0)
    assert await balances.remembered([nobody], Reader()) == {}


async def test_a_change_while_reading_is_not_overwritten() -> None:
    member_id = await a_listener()
    late = Reader(lambda: change(member_id))
    assert await late.value(member_id) == 1  # true when it was read
    assert await Reader().value(member_id) == 2


async def test_a_change_while_reading_is_not_overwritten_though_redis_forgot_it() -> None:
    member_id = await a_listener()

    async def changed_and_forgotten() -> None:
        await change(member_id)
        await cache.client().flushall()

    await Reader(changed_and_forgotten).value(member_id)
    assert await Reader().value(member_id) == 2


async def test_a_change_that_nobody_heard_of_between_forgetting_and_storing() -> None:
    member_id = await a_listener()

    async def forgotten_and_changed() -> None:
        await cache.client().flushall()
        await change(member_id)  # nothing is there, so nothing is raised

    await Reader(forgotten_and_changed).value(member_id)
    assert await Reader().value(member_id) == 2


async def test_of_two_readers_the_older_does_not_store() -> None:
    member_id, newer = await a_listener(), Reader()

    async def overtaken() -> None:
        await cache.client().flushall()
        await change(member_id)
        await newer.value(member_id)

    assert await Reader(overtaken).value(member_id) == 1
    assert await newer.value(member_id) == 2
    assert newer.calls == 1


async def test_what_another_reader_has_brought_is_taken() -> None:
    member_id = await a_listener()
    both_missed = asyncio.Event()
    slow, quick = Reader(both_missed.wait), Reader()
    waiting = asyncio.create_task(slow.value(member_id))
    assert await quick.value(member_id) == 1
    both_missed.set()
    assert await waiting == 1
    assert await Reader().value(member_id) == 1


async def test_what_changes_by_itself_lives_no_longer_than_that() -> None:
    member_id = await a_listener()
    await Reader(until=0).value(member_id)
    assert await lifetime_us(member_id) == 0
    reader = Reader(until=5)
    await reader.value(member_id)
    assert 0 < await lifetime_us(member_id) <= 5_000_000
    # A reader of something else does not prolong it, though the hash lives for longer.
    await cache.client().expire(cache.key_of(member_id), 60)
    assert 0 < await lifetime_us(member_id) <= 5_000_000
    assert await reader.value(member_id) == 1
    assert reader.calls == 1


async def test_what_has_changed_by_itself_is_read_anew() -> None:
    member_id, reader = await a_listener(), Reader(until=0.2)
    await reader.value(member_id)
    while await lifetime_us(member_id):
        await database.now()
    await reader.value(member_id)
    assert reader.calls == 2


async def test_a_minute_at_the_most() -> None:
    member_id = await a_listener()
    await Reader().value(member_id)
    assert 50_000_000 < await lifetime_us(member_id) <= 60_000_000
    assert 50 < await cache.client().ttl(cache.key_of(member_id)) <= 60


async def test_a_transaction_keeps_what_it_sees_to_itself() -> None:
    member_id, reader = await a_listener(), Reader()

    async def undone() -> None:
        async with database.transaction():
            await commit(member_id)
            assert await reader.value(member_id) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    assert await reader.value(member_id) == 1


async def test_never_stale_after_an_own_change(valkey: OwnValkey) -> None:
    """Readers and writers at random, while Redis forgets, dies and comes back."""
    choose = random.Random(begin := seed())
    member_ids = [await a_listener() for _ in range(6)]
    committed = dict.fromkeys(member_ids, 1)

    async def write() -> None:
        member_id = choose.choice(member_ids)
        version = await change(member_id)
        committed[member_id] = max(committed[member_id], version)

    async def linger() -> None:
        for _ in range(choose.randrange(10)):
            await database.now()

    async def read() -> None:
        member_id = choose.choice(member_ids)
        least = committed[member_id]
        reader = Reader(linger if choose.random() < 0.5 else None)
        assert await reader.value(member_id) >= least, f"stale; seed {begin}"

    async def forget() -> None:
        if choose.random() < 0.1:
            await redis_connection.answers([("FLUSHALL",)])

    async def work() -> None:
        for _ in range(100):
            await choose.choice([write, forget, *4 * [read]])()

    async def ill_treat() -> None:
        for _ in range(2):
            await valkey.kill()
            await write()
            await valkey.start()
            await write()

    await asyncio.gather(*(work() for _ in range(6)))
    await asyncio.gather(ill_treat(), *(work() for _ in range(6)))
    for member_id, version in committed.items():
        assert await Reader().value(member_id) == version


async def test_without_redis_answers_are_right(valkey: OwnValkey) -> None:
    member_id, reader = await a_listener(), Reader()
    await reader.value(member_id)
    await valkey.kill()
    assert not await cache.reachable()
    assert not await cache.raise_versions({member_id: await commit(member_id)})
    assert [await reader.value(member_id) for _ in range(2)] == [2, 2]
    await valkey.start()
    assert await cache.reachable()
    await change(member_id)
    assert await reader.value(member_id) == 3


async def test_a_change_that_a_frozen_redis_did_not_hear_of(valkey: OwnValkey) -> None:
    member_id, reader = await a_listener(), Reader()
    assert await reader.value(member_id) == 1
    valkey.freeze()
    version = await commit(member_id)
    started = time.monotonic()
    assert not await cache.raise_versions({member_id: version})
    assert await reader.value(member_id) == 2
    assert time.monotonic() - started < 4, "a Redis that hangs must not hang all"
    valkey.thaw()
    # Redis still has version 1 if it never got the raise; this process knows better.
    assert await reader.value(member_id) == 2
    await cache.raise_versions({})
    assert await reader.value(member_id) == 2


async def test_a_change_that_redis_missed_is_raised_with_the_next_one(valkey: OwnValkey) -> None:
    first, second, reader = await a_listener(), await a_listener(), Reader()
    await reader.value(first)
    body: Any = await cache.client().hgetall(f"m:{{{first}}}")
    await valkey.kill()
    await cache.raise_versions({first: await commit(first)})
    await valkey.start()
    # As if Redis had kept its memory and only the way to it had been cut.
    await cache.client().hset(f"m:{{{first}}}", mapping=body)
    await change(second)
    assert await cache.client().hget(f"m:{{{first}}}", "v") == b"2"
    assert await reader.value(first) == 2
