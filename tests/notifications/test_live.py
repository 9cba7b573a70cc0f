"""Each notification once and in order, whatever becomes of Redis and of listeners."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

import pytest

from domain import cache, database
from domain.notifications import live
from domain.wallets.queries import wallets_of
from tests.factories.notifications import a_listener, silently, tell
from tests.factories.rewards import a_buyer
from tests.valkeys import own_valkey

pytestmark = pytest.mark.usefixtures("live")


class Ears:
    """Hears by the number that each notification carries."""

    def __init__(self, listener: live.Listener) -> None:
        self._listener = listener

    @property
    def last(self) -> int:
        """The cursor to come back with."""
        return self._listener.last

    async def numbers(self, count: int, seconds: float = 10) -> list[int]:
        """The numbers of the next notifications."""
        async with asyncio.timeout(seconds):
            return [(await anext(self._listener)).args["points"] for _ in range(count)]


@asynccontextmanager
async def listening(member_id: UUID, after: int | None = 0) -> AsyncIterator[Ears]:
    async with aclosing(await live.listen(member_id, after)) as listener:
        yield Ears(listener)


async def is_heard(member_id: UUID) -> bool:
    """Whether somebody hears what is published to the member."""
    (count,) = await cache.client().pubsub_shardnumsub(cache.channel(member_id))
    return int(count[1]) > 0


async def test_what_happens_is_heard_in_order() -> None:
    member_id = await a_listener()
    async with listening(member_id) as ears:
        await tell(member_id, 1, 2)
        assert await ears.numbers(2) == [1, 2]
        await tell(member_id, 3)
        assert await ears.numbers(1) == [3]


async def test_without_a_cursor_from_now_on() -> None:
    member_id = await a_listener()
    await tell(member_id, 1, 2)
    async with listening(member_id, after=None) as ears:
        await tell(member_id, 3)
        assert await ears.numbers(1) == [3]


async def test_with_a_cursor_everything_after_it() -> None:
    member_id = await a_listener()
    await tell(member_id, *range(1, 251))
    async with listening(member_id, after=20) as ears:
        await tell(member_id, 251)
        assert await ears.numbers(231) == list(range(21, 252))


async def test_a_cursor_beyond_the_end_hears_what_comes() -> None:
    member_id = await a_listener()
    await tell(member_id, 1)
    async with listening(member_id, after=1000) as ears:
        await tell(member_id, 2)
        assert await ears.numbers(1) == [2]


async def test_members_hear_of_themselves_only_and_all_their_apps_do() -> None:
    one, other = await a_listener(), await a_listener()
    async with listening(one) as first, listening(one) as second, listening(other) as third:
        await tell(one, 1)
        await tell(other, 2)
        await tell(one, 3)
        assert await first.numbers(2) == await second.numbers(2) == [1, 3]
        assert await third.numbers(1) == [2]


async def test_a_lost_message_is_found_within_a_second() -> None:
    member_id = await a_listener()
    async with listening(member_id) as ears:
        await tell(member_id, 1)
        assert await ears.numbers(1) == [1]
        await silently(member_id, 2)
        assert await ears.numbers(1, seconds=1) == [2]


async def test_a_gap_is_read_never_skipped() -> None:
    member_id = await a_listener()
    async with listening(member_id) as ears:
        await silently(member_id, 1, 2)
        await tell(member_id, 3)
        assert await ears.numbers(3) == [1, 2, 3]
        await tell(member_id, 4)
        assert await ears.numbers(1) == [4]


async def test_what_is_found_in_the_database_is_told_with_its_balance() -> None:
    buyer = await a_buyer(100)
    assert buyer.member_id

    async def balance() -> int:
        (wallets,) = await wallets_of(buyer, [buyer.member_id])  # type: ignore[list-item]
        return wallets["POINTS"].balance

    async with listening(buyer.member_id) as ears:
        assert await balance() == 100
        async with database.transaction():  # and who did it dies before anything is raised
            await database.rows("update wallets set available = 120")
            await database.rows("update members set version = version + 1")
            await silently(buyer.member_id, 20)
        assert await ears.numbers(1, seconds=1) == [20]
        assert await balance() == 120


async def test_what_is_published_twice_or_late_or_garbled_comes_once() -> None:
    member_id = await a_listener()
    said: list[bytes] = []
    pubsub = cache.client().pubsub()
    await pubsub.ssubscribe(cache.channel(member_id))
    async with listening(member_id) as ears:
        await tell(member_id, 1, 2)
        while len(said) < 2:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
            said += [message["data"]] if message else []
        for message in [*reversed(said), *said, b"", b"{}", b"[1]", b'{"member_id": 5}']:
            await cache.client().spublish(cache.channel(member_id), message)
        await tell(member_id, 3)
        assert await ears.numbers(3) == [1, 2, 3]
    await pubsub.aclose()  # type: ignore[no-untyped-call]


async def test_a_slow_listener_hears_all_and_its_queue_stays_small() -> None:
    member_id = await a_listener()
    async with listening(member_id) as ears, listening(member_id) as quick:
        for start in range(0, 600, 50):
            await tell(member_id, *range(start, start + 50))
            assert await quick.numbers(50) == list(range(start, start + 50))
        assert len(ears._listener._heard) <= live.QUEUE_MAX
        assert await ears.numbers(600) == list(range(600))


async def test_only_shards_that_somebody_here_listens_to_are_heard() -> None:
    member_id = await a_listener()
    assert not await is_heard(member_id)
    async with listening(member_id), listening(member_id):
        assert await is_heard(member_id)
    async with asyncio.timeout(1):
        while await is_heard(member_id):
            pass


async def test_a_cancelled_listener_leaves_nothing_behind() -> None:
    member_id = await a_listener()
    for _ in range(20):
        opening = asyncio.create_task(live.listen(member_id))
        await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])
    assert live._hub
    assert not live._hub._listeners
    assert not live._hub.channels._wanted


async def test_redis_killed_and_back() -> None:
    member_id = await a_listener()
    async with own_valkey() as valkey, listening(member_id) as ears:
        await tell(member_id, 1)
        assert await ears.numbers(1) == [1]
        await valkey.kill()
        await tell(member_id, 2)
        assert await ears.numbers(1, seconds=1) == [2]
        async with listening(member_id, ears.last) as late:
            await tell(member_id, 3)
            assert await late.numbers(1, seconds=1) == await ears.numbers(1) == [3]
        await valkey.start()
        async with asyncio.timeout(5):
            while not await is_heard(member_id):
                pass
        await tell(member_id, 4)
        assert await ears.numbers(1, seconds=1) == [4]
