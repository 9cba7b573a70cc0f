"""What is sealed cannot be changed, taken away or added to without being named."""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets import guard, sealing
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.elsewhere import until
from tests.factories.rewards import a_buyer, credit
from tests.wallets.faults import Vandal
from tests.wallets.test_proof import a_lived_in_wallet

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def owner(connected: Cleaner) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(connected.settings.database_url)
    yield connection
    await connection.close()


async def named() -> dict[str, str]:
    return {problem.record: problem.text for problem in (await proof(SYSTEM)).problems}


async def transactions() -> int:
    number: int = await database.value("select count(*) from transactions")
    return number


async def test_nothing_is_sealed_at_first() -> None:
    found = await proof(SYSTEM)
    assert (found.head_hash, found.sealed_until, found.seal_count) == (None, None, 0)
    assert await sealing.seal() == 0
    assert await sealing.head() is None


async def test_what_was_committed_is_sealed_once() -> None:
    await a_lived_in_wallet()
    assert await sealing.seal() == await transactions() == 6
    first = await proof(SYSTEM)
    assert await sealing.seal() == 0
    assert (await proof(SYSTEM)).head_hash == first.head_hash is not None
    await a_lived_in_wallet()
    assert await sealing.seal() == 6
    second = await proof(SYSTEM)
    assert second.balanced
    assert second.head_hash != first.head_hash
    assert second.seal_count == 2


async def test_what_is_not_yet_committed_is_left_for_later(owner: asyncpg.Connection) -> None:
    await a_buyer(10)
    async with owner.transaction():
        await owner.execute("insert into outbox (kind, payload) values ('X', '{}')")
        await a_buyer(20)
        # The writer's own, had it posted, would come before the second buyer's.
        assert await sealing.seal() == 1
    assert await sealing.seal() == 1
    assert (await proof(SYSTEM)).balanced


async def test_many_sealers_at_once_seal_everything_once() -> None:
    for _ in range(3):
        await asyncio.gather(*(a_buyer(10) for _ in range(7)))
        assert sum(await asyncio.gather(*(sealing.seal() for _ in range(6)))) == 7
    numbers = [row[0] for row in await database.rows("select number from seals order by 1")]
    assert numbers == [1, 2, 3]
    assert (await proof(SYSTEM)).balanced


async def test_a_seal_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "TRANSACTIONS_MAX", 2)
    buyer = await a_buyer(0)
    assert buyer.member_id
    async with database.transaction():  # all of one transaction of the database
        for _ in range(5):
            await credit(buyer.member_id, 1)
    assert await sealing.seal() == 5
    assert await database.value("select count(*) from seals") == 3
    assert (await proof(SYSTEM)).balanced


async def test_an_auditor_reckons_it_again_without_the_server() -> None:
    await a_lived_in_wallet()
    await until(sealing.seal)
    row = await database.row("select * from seals")
    lot = await database.row("select * from lots order by id limit 1")
    assert row and lot
    earned = [lot["id"], lot["member_id"], lot["unit"], lot["points"], micros(lot["earned_at"])]
    expires = micros(lot["expires_at"]) if lot["expires_at"] else None
    text = json.dumps([*map(str, earned[:2]), *earned[2:], expires])
    assert f"lots/{lot['id']} {sha256(text)}" in row["lines"].split("\n")
    parts = [1, "0" * 64, micros(row["sealed_at"]), row["xid"], row["transaction_id"], row["lines"]]
    assert row["hash"] == sha256("\n".join(map(str, parts)))


async def test_what_was_sealed_and_is_gone_changed_or_new_is_named(
    owner: asyncpg.Connection,
) -> None:
    await a_lived_in_wallet()
    await until(sealing.seal)
    await owner.execute("set session_replication_role = replica")
    changed = await owner.fetchval(
        """update transactions set title = '{"key": "adjusted"}' where version = 1 returning id"""
    )
    gone = await owner.fetchval("delete from transfers where credit = 'breakage' returning id")
    new = uuid4()
    await owner.execute(
        """insert into transactions select $1, unit, 99, kind, points, balance_after, occurred_at,
             recorded_at, null, null, null, null, null, title, explanation, member_id, xid
           from transactions where version = 1""",
        new,
    )
    found = await named()
    assert found[f"transactions/{changed}"] == "it is not as it was when it was sealed"
    assert found[f"transfers/{gone}"] == "it was sealed, and is gone or not where it was"
    assert f"transactions/{new}" in found


async def test_a_seal_that_is_forged_does_not_link(owner: asyncpg.Connection) -> None:
    for _ in range(3):
        await a_buyer(10)
        await until(sealing.seal)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update seals set lines = lines || ' ' where number = 2")
    assert "seals/2" in await named()
    await owner.execute(
        """update seals set hash = pistis_seal_hash(number, previous_hash, sealed_at, xid,
             transaction_id, lines) where number = 2"""
    )
    assert "seals/3" in await named()


@pytest.mark.parametrize("role", ["pistis_app", "pistis"])
@pytest.mark.parametrize("table", ["transactions", "transfers", "seals", "lots", "wallets"])
async def test_nobody_rewrites_the_ledger(owner: asyncpg.Connection, role: str, table: str) -> None:
    await a_lived_in_wallet()
    await until(sealing.seal)
    if role == "pistis" and table in ("lots", "wallets"):
        return
    await owner.execute(f"set role {role}")
    deeds = [f"delete from {table}", f"truncate {table} cascade"]
    deeds += [] if table == "wallets" else [f"update {table} set {key(table)} = {key(table)}"]
    deeds += [f"alter table {table} add column x int"] if role == "pistis_app" else []
    for deed in deeds:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(deed)


@pytest.mark.counted
async def test_whatever_is_changed_is_found(owner: asyncpg.Connection) -> None:
    for _ in range(3):
        await a_lived_in_wallet()
        await until(sealing.seal)
    await guard.check()  # remembers how many seals there are
    vandal = Vandal(owner, random.Random(begin := seed()))
    await vandal.begin()
    faults = count(25, 100)
    for number in range(faults):
        record, deed = await vandal.fault()
        assert record in await named(), f"fault {number} of seed {begin}: {record}, {deed}"
        await vandal.undo()
    assert (await proof(SYSTEM)).balanced
    print(f"{faults} faults of {faults} named, seed {begin}")


def key(table: str) -> str:
    return "number" if table == "seals" else "unit"


def micros(at: datetime) -> int:
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86400 + since.seconds) * 10**6 + since.microseconds


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
