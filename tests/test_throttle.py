"""Buckets that refill steadily: the same in Redis, in PostgreSQL and in memory."""

import asyncio
from collections import Counter

import pytest

from domain import cache, database, throttle
from domain.errors import RateLimited
from domain.throttle import Buckets, Limit, bucket, take
from tests.valkeys import own_valkey

SLOW = Limit(interval_us=30_000_000, burst=3)
STRICT = Limit(interval_us=30_000_000, burst=3, strict=True)
A_BUCKET = bucket("member:1", "tests")


async def waits(limit: Limit, *costs: int) -> list[int]:
    """How long each is told to wait; 0 for those that were let through."""
    return [await wait(limit, cost) for cost in costs]


async def wait(limit: Limit, cost: int = 1) -> int:
    try:
        await take(A_BUCKET, limit, cost)
    except RateLimited as refused:
        return refused.retry_after_seconds
    return 0


async def test_a_bucket_holds_a_burst_and_tells_when_there_is_more(database: None) -> None:
    assert await waits(SLOW, 1, 1, 1, 1, 1) == [0, 0, 0, 30, 30]


async def test_what_weighs_more_takes_more_but_never_more_than_a_burst(database: None) -> None:
    assert await waits(SLOW, 2, 2, 1, 9) == [0, 30, 0, 90]


@pytest.mark.parametrize("limit", [SLOW, STRICT], ids=["in this process", "in PostgreSQL"])
async def test_without_redis_it_is_counted_elsewhere(database: None, limit: Limit) -> None:
    async with own_valkey() as valkey:
        await valkey.kill()

        assert await waits(limit, 2, 2, 1, 9) == [0, 30, 0, 90]


async def test_however_many_come_at_once_a_burst_is_let_through(database: None) -> None:
    async def let_through() -> int:
        return Counter(await asyncio.gather(*(wait(STRICT) for _ in range(40))))[0]

    assert await let_through() == 3
    async with own_valkey() as valkey:
        await valkey.kill()
        assert await let_through() == 3


async def test_nobody_waits_for_a_redis_that_does_not_answer(database: None) -> None:
    async with own_valkey() as valkey:
        valkey.freeze()
        await wait(SLOW)
        begun = asyncio.get_running_loop().time()

        await asyncio.gather(*(wait(SLOW) for _ in range(200)))

        assert asyncio.get_running_loop().time() - begun < 0.5
        valkey.thaw()


async def test_counters_that_are_full_again_go(database: None) -> None:
    async with own_valkey() as valkey:
        await valkey.kill()
        await take(A_BUCKET, STRICT)
        await take(bucket("member:2", "tests"), Limit(1, 1, strict=True))

    assert await throttle.prune() == 1
    assert await rows() == [A_BUCKET]


async def test_keys_hold_nothing_personal(database: None) -> None:
    hidden = throttle.hidden("anna@example.org")

    await take(bucket(hidden, "tests"), SLOW)

    assert hidden == throttle.hidden("anna@example.org") != throttle.hidden("ann@example.org")
    assert await cache.client().keys("rl:*") == [b"rl:{%s}:tests" % hidden.encode()]
    assert len(hidden) == 24 and "anna" not in hidden


def test_memory_of_a_process_is_bounded() -> None:
    buckets = Buckets()

    for number in range(30_000):
        assert buckets.take(f"b{number}", SLOW, 3, now_us=number) == 0

    assert buckets.take("b29999", SLOW, 1, now_us=30_000) > 0
    assert len(buckets._due) <= 20_000


async def rows() -> list[str]:
    return [row["bucket"] for row in await database.rows("select bucket from throttles")]
