"""What somebody else holds is left for later: nothing is done for it, and nobody else waits."""

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain import database, idempotency
from domain.actor import SYSTEM, Actor
from domain.errors import InProgress
from domain.idempotency import Claim, Result
from domain.orders import reporting
from domain.orders.asking import Report
from domain.wallets.operations import post, post_with_others
from domain.wallets.posting import Posting
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.factories.orders import an_order
from tests.factories.rewards import a_buyer, a_programme, a_reward, held
from tests.wallets.acts import moving, redeeming

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def other(connected: Cleaner) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else, in the middle of a transaction."""
    connection = await asyncpg.connect(connected.settings.database_url)
    await connection.execute("begin")
    yield connection
    await connection.close()


async def hold(other: asyncpg.Connection, held: Claim) -> None:
    """Claim a key and do not commit."""
    await other.execute(
        """insert into idempotency_keys (actor, mutation, key, fingerprint, result)
           values ($1, $2, $3, $4, '{}')""",
        *(held.actor, held.mutation, held.key, held.fingerprint),
    )


async def posted(postings: list[Posting]) -> list[str]:
    """What becomes of them when none may wait: at once."""
    async with asyncio.timeout(1):
        return [outcome.kind for outcome in await post(postings, waits=False)]


async def is_proved() -> bool:
    return (await proof(SYSTEM)).problems == []


async def test_a_locked_wallet_is_left(other: asyncpg.Connection) -> None:
    locked, free = await a_buyer(10), await a_buyer(10)
    await other.execute("select 1 from members where id = $1 for update", locked.member_id)

    kinds = await posted([moving(locked, -1), moving(free, -1), moving(locked, -1)])

    assert kinds == ["LOCKED", "POSTED", "LOCKED"]
    assert [(await held(each.member_id))[0] for each in (locked, free)] == [10, 9]
    assert await database.value("select count(*) from idempotency_keys") == 1
    assert await is_proved()


async def test_a_locked_reward_is_left(other: asyncpg.Connection) -> None:
    scarce, endless = await a_reward(price=5, stock=3), await a_reward(price=5)
    await other.execute("select 1 from rewards where id = $1 for update", scarce)
    one, two = await a_buyer(10), await a_buyer(10)

    kinds = await posted([redeeming(one, scarce, 5), redeeming(two, endless, 5)])

    assert kinds == ["LOCKED", "POSTED"]
    await other.execute("rollback")
    assert await posted([redeeming(one, scarce, 5)]) == ["POSTED"]
    assert await database.value("select stock from rewards where id = $1", scarce) == 2


async def test_a_key_that_another_has_claimed_is_left(other: asyncpg.Connection) -> None:
    members = [await a_buyer(10) for _ in range(3)]
    batch = [moving(each, -1, f"key {n}") for n, each in enumerate(members)]
    assert batch[1].claim
    await hold(other, batch[1].claim)

    assert await posted(batch) == ["POSTED", "LOCKED", "POSTED"]

    waiting = asyncio.create_task(post_with_others(batch[1]))
    await asyncio.wait([waiting], timeout=0.05)
    await other.execute("rollback")
    assert (await waiting).kind == "POSTED"
    assert [(await held(each.member_id))[0] for each in members] == [9, 9, 9]
    assert await is_proved()


async def test_an_order_that_another_keeps_is_left(other: asyncpg.Connection) -> None:
    await a_programme()
    reports = [Report(an_order(), None) for _ in range(3)]
    postings = await reporting.judged(reports)
    twin = postings[1].order
    assert twin
    await other.execute(
        """insert into orders (id, source, reference, state, occurred_at, recorded_at, currency,
             total, programme_version, content_hash, document)
           values (uuidv7(), $1, $2, 'COMPLETED', now(), now(), 'EUR', 1, 1, $3, '{}')""",
        *(twin.source, twin.reference, twin.content_hash),
    )

    assert await posted(postings) == ["POSTED", "LOCKED", "POSTED"]

    await other.execute("rollback")
    assert await posted(postings[1:2]) == ["POSTED"]


async def test_a_key_that_is_held_for_too_long_is_told_so(other: asyncpg.Connection) -> None:
    member = await a_buyer(10)
    spending = moving(member, -1)
    assert spending.claim
    await hold(other, spending.claim)

    async def effect() -> Result:
        raise AssertionError("another does it")

    both = await asyncio.gather(
        post_with_others(spending),
        idempotency.once(spending.claim, effect),
        return_exceptions=True,
    )

    assert [type(each) for each in both] == [InProgress, InProgress]
    assert (await held(member.member_id))[0] == 10
    await other.execute("rollback")
    assert (await post_with_others(spending)).kind == "POSTED"


async def test_what_is_busy_for_long_fails_for_all_who_wait_for_it_at_once(
    other: asyncpg.Connection,
) -> None:
    locked = await a_buyer(10)
    await other.execute("select 1 from members where id = $1 for update", locked.member_id)

    async with asyncio.timeout(8):
        failed = await asyncio.gather(
            *[post_with_others(moving(locked, -1)) for _ in range(10)], return_exceptions=True
        )

    assert {type(each) for each in failed} == {asyncpg.LockNotAvailableError}


@pytest.mark.counted
async def test_batches_that_overlap_never_stop_one_another_for_ever() -> None:
    chance = random.Random(begin := seed())
    buyers = [await a_buyer(1000) for _ in range(6)]
    rewards = [await a_reward(price=3, stock=10_000) for _ in range(3)]
    before = await deadlocks()
    spent = dict.fromkeys(buyers, 0)

    def act() -> Posting:
        buyer = chance.choice(buyers)
        if chance.random() < 0.5:
            return redeeming(buyer, chance.choice(rewards), 3)
        return moving(buyer, chance.choice([-1, 2]), f"key {chance.randrange(200)}")

    async def batch() -> None:
        acts = [act() for _ in range(chance.randrange(1, 12))]
        outcomes = await post(acts, waits=chance.random() < 0.5)
        for each, outcome in zip(acts, outcomes, strict=True):
            if outcome.kind == "POSTED":
                (buyer,) = (b for b in buyers if b.member_id == each.member_id)
                spent[buyer] -= each.moves[0].points

    for _ in range(count(25, 500)):
        await asyncio.gather(*[batch() for _ in range(8)])

    assert await deadlocks() == before, f"seed {begin}"
    for buyer in buyers:
        assert (await held(buyer.member_id))[0] == 1000 - spent[buyer], f"seed {begin}"
    assert await is_proved(), f"seed {begin}"


async def deadlocks() -> int:
    await database.rows("select pg_stat_force_next_flush()")
    found: int = await database.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    return found


async def test_twins_in_a_batch_that_is_locked_wait_together(other: asyncpg.Connection) -> None:
    member: Actor = await a_buyer(10)
    await other.execute("select 1 from members where id = $1 for update", member.member_id)
    twin = moving(member, -1, "one key")

    waiting = asyncio.gather(post_with_others(twin), post_with_others(twin))
    while not await other.fetchval("select exists (select from pg_locks where not granted)"):
        await asyncio.wait([waiting], timeout=0.01)
    await other.execute("rollback")

    assert [outcome.kind for outcome in await waiting] == ["POSTED", "REPLAYED"]
    assert (await held(member.member_id))[0] == 9
