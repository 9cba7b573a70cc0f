"""Points that go to and fro between few members at once: nobody waits for ever, nothing is lost."""

import asyncio
import random
from collections import Counter
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import DomainError
from domain.members.queries import MemberRef
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets import transferring
from domain.wallets.proof import proof
from domain.wallets.transferring import SendPoints
from tests.counts import count, seed
from tests.factories.gifts import number_of
from tests.factories.rewards import a_buyer, a_programme

pytestmark = pytest.mark.usefixtures("database")

CLIENTS, WALLETS, EACH = 32, 10, 500
TOTAL = """
select (select coalesce(sum(available + pending + held - debt), 0) from wallets)
  + (select coalesce(sum(case when credit = 'transfer' then points
       when debit = 'transfer' then -points end), 0) from transfers)"""


async def without_bounds() -> None:
    """Members may send as much and as often as they like."""
    await a_programme()
    document = contents("cafe")
    document["units"][0]["transfers"] = {"dayTriesMax": 1_000_000}
    await programmes.publish(SYSTEM, document, await database.now())


async def deadlocks() -> int:
    found: int = await database.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    return found


@pytest.mark.counted
async def test_opposite_transfers_lose_nothing_and_nobody_is_stuck() -> None:
    await without_bounds()
    chance = random.Random(begin := seed())
    members = [await a_buyer(EACH) for _ in range(WALLETS)]
    numbers = [await number_of(member) for member in members]
    before, left = await deadlocks(), count(200, 20_000)
    done: Counter[str] = Counter()
    sums: set[int] = set()
    reads = count(20, 1000)

    async def client() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            sender, receiver = chance.sample(range(WALLETS), 2)
            to = MemberRef(number=numbers[receiver])
            if chance.random() < 0.1:
                to = MemberRef(email=f"nobody{chance.randrange(3)}@example.org")
            command = SendPoints("POINTS", to, chance.randint(1, 90), uuid4().hex)
            try:
                await transferring.send(members[sender], command)
                done["sent"] += 1
            except DomainError as error:
                done[error.code] += 1

    async def reader() -> None:
        for _ in range(reads):
            sums.add(int(await database.value(TOTAL)))
            await asyncio.sleep(0)

    await asyncio.gather(*[client() for _ in range(CLIENTS)], reader())
    print(f"{dict(done)}, {reads} sums (seed {begin})")
    assert sums == {WALLETS * EACH}
    assert set(done) <= {"sent", "INSUFFICIENT_POINTS"}
    assert await deadlocks() == before
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.counted
async def test_one_key_sends_once() -> None:
    """However many of the same request come at once."""
    await without_bounds()
    for _ in range(count(3, 100)):
        anna, boris = await a_buyer(100), await a_buyer(0)
        command = SendPoints("POINTS", MemberRef(number=await number_of(boris)), 30, uuid4().hex)
        made = await asyncio.gather(*[_sent(anna, command) for _ in range(12)])
        assert len(set(made)) == 1
        held = "select available from wallets where member_id = $1"
        assert await database.value(held, anna.member_id) == 70
        assert await database.value(held, boris.member_id) == 30


async def _sent(member: Actor, command: SendPoints) -> UUID:
    return (await transferring.send(member, command)).gift_id
