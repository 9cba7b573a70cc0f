"""What time brings, by any number of workers at once."""

import asyncio
import contextvars
from datetime import timedelta
from uuid import UUID

import pytest

from domain import database, idempotency, outbox, schedule
from domain.events import MemberChanged
from domain.ids import uuid7
from domain.wallets import expiring
from tests.factories.rewards import a_buyer, credit

pytestmark = pytest.mark.usefixtures("database")


async def claimed(key: str, days_ago: int) -> None:
    await database.rows(
        """insert into idempotency_keys (actor, mutation, key, fingerprint, result, created_at)
           values ('a test', 'walletAdjust', $1, '', '{}', now() - make_interval(days => $2))""",
        *(key, days_ago),
    )


async def happened(days_ago: int) -> int:
    """A fact of then; its number."""
    await outbox.append(MemberChanged(uuid7()))
    number: int = await database.value(
        """update outbox set created_at = now() - make_interval(days => $1)
           where id = (select max(id) from outbox) returning id""",
        days_ago,
    )
    return number


async def test_everything_on_the_schedule_can_be_done_at_any_time() -> None:
    for duty in schedule.DUTIES:
        await duty.run()


async def test_keys_are_kept_for_thirty_days() -> None:
    await claimed("old", 31)
    await claimed("older", 300)
    await claimed("young", 29)
    await asyncio.gather(*(idempotency.prune() for _ in range(3)))
    left = await database.rows("select key from idempotency_keys")
    assert [row["key"] for row in left] == ["young"]


async def test_facts_are_kept_for_thirty_days_and_until_all_have_read_them() -> None:
    async def left() -> list[int]:
        return [row["id"] for row in await database.rows("select id from outbox order by id")]

    read, unread, young = await happened(40), await happened(35), await happened(1)
    assert await outbox.prune() == 0  # nobody has read any
    assert await left() == [read, unread, young]

    async def stop_at(number: int) -> int:
        xid: int = await database.value(
            "select xid::text::bigint from outbox where id = $1", number
        )
        return xid

    await database.rows(
        "insert into outbox_readers (name, xid, event_id) values ('a', $1, $2), ('b', $3, $4)",
        *(await stop_at(young), young, await stop_at(read), read),
    )
    assert await outbox.prune() == 1
    assert await left() == [unread, young]
    await database.rows("update outbox_readers set event_id = $1, xid = $2", young,
                        await stop_at(young))  # fmt: skip
    assert await outbox.prune() == 1
    assert await left() == [young]


async def test_points_expire_once_though_four_workers_write_it() -> None:
    yesterday = (await database.now()) - timedelta(days=1)
    savers: list[UUID] = []
    for _ in range(12):
        saver = await a_buyer(1)
        assert saver.member_id
        await credit(saver.member_id, 5, yesterday)
        savers.append(saver.member_id)
    done = await asyncio.gather(*(expiring.expire_due(at_once=2) for _ in range(4)))
    assert sum(done) == 12
    found = await database.rows(
        """select m.id, m.version, w.available, w.next_due_at,
             (select count(*) from transactions t
              where t.member_id = m.id and t.kind = 'EXPIRE') as expiries
           from members m join wallets w on w.member_id = m.id"""
    )
    assert {row["id"] for row in found} == set(savers)
    assert {(row["available"], row["next_due_at"], row["expiries"]) for row in found} == {
        (1, None, 1)
    }
    assert {row["version"] for row in found} == {4}  # two credits and the expiry
    assert await database.value("select count(*) from outbox where kind = 'PointsExpired'") == 12


async def test_who_is_busy_is_left_for_the_next_time() -> None:
    yesterday = (await database.now()) - timedelta(days=1)
    busy, idle = await a_buyer(1), await a_buyer(1)
    for saver in (busy, idle):
        assert saver.member_id
        await credit(saver.member_id, 5, yesterday)
    async with database.transaction() as connection:
        await connection.execute(
            "select 1 from members where id = $1 for no key update", busy.member_id
        )
        apart = asyncio.create_task(expiring.expire_due(), context=contextvars.Context())
        assert await apart == 1
    assert await expiring.expire_due() == 1
