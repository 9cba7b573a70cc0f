"""The feed: what is committed is read once, whatever the pace; by the last id alone it is not."""

import asyncio
import random
from uuid import UUID

import asyncpg
import orjson
import pytest

from domain import database, outbox
from domain.events import PointsExpired, encoded
from domain.ids import uuid7
from tests.counts import count, seed
from tests.databases import Cleaner

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]

WRITERS = 12
AT_ONCE = 5
ROLLED_BACK = 0.3
PAUSES = (0.0, 0.001, 0.005, 0.02)


class Writer:
    """Appends facts, a few in a transaction, with pauses; takes three of ten back."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.committed: list[UUID] = []
        self._url = url
        self._chance = chance

    async def write(self, events: int) -> None:
        """Write until so many are committed."""
        connection = await asyncpg.connect(self._url)
        while len(self.committed) < events:
            transaction = connection.transaction()
            await transaction.start()
            ids = [uuid7() for _ in range(self._chance.randint(1, AT_ONCE))]
            for id_ in ids:
                event = PointsExpired(id_, id_, "POINTS", 1)
                await connection.execute(
                    "insert into outbox (kind, payload) values ($1, $2)",
                    *("PointsExpired", orjson.dumps(encoded(event)).decode()),
                )
                pause = self._chance.choice(PAUSES)
                await connection.execute("select pg_sleep($1)", pause)
            if self._chance.random() < ROLLED_BACK:
                await transaction.rollback()
            else:
                await transaction.commit()
                self.committed += ids
        await connection.close()


async def fed(is_over: asyncio.Event) -> list[UUID]:
    """What a reader by (xid, id) is given."""
    heard: list[UUID] = []
    xid = id_ = 0
    while True:
        was_over = is_over.is_set()
        facts = await outbox.beyond(xid, id_)
        for fact in facts:
            assert isinstance(fact.event, PointsExpired)
            heard.append(fact.event.member_id)
            xid, id_ = fact.xid, fact.id
        if was_over and not facts:
            return heard


async def polled(is_over: asyncio.Event) -> list[UUID]:
    """What a reader that keeps only the last id finds: the fault that this feed avoids."""
    found: list[UUID] = []
    last = 0
    while True:
        was_over = is_over.is_set()
        rows = await database.rows(
            "select id, payload from outbox where id > $1 order by id limit 200", last
        )
        for row in rows:
            found.append(UUID(row["payload"]["member_id"]))
            last = row["id"]
        if was_over and not rows:
            return found


async def test_none_is_lost_none_comes_twice_and_by_id_alone_some_are(connected: Cleaner) -> None:
    begin = seed()
    url = connected.settings.database_url
    writers = [Writer(url, random.Random(f"{begin} {number}")) for number in range(WRITERS)]
    events = count(1200, 20_000)
    is_over = asyncio.Event()
    readers = [asyncio.create_task(fed(is_over)), asyncio.create_task(polled(is_over))]

    await asyncio.gather(*(writer.write(events // WRITERS) for writer in writers))
    is_over.set()
    heard, found = await asyncio.gather(*readers)

    committed = {id_ for writer in writers for id_ in writer.committed}
    lost = committed - set(found)
    print(f"{len(committed)} committed, {len(lost)} lost by id alone (seed {begin})")
    assert len(heard) == len(set(heard)), f"seed {begin}"
    assert set(heard) == committed, f"seed {begin}"
    assert lost, f"seed {begin}"
