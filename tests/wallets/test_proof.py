"""Whatever is changed by hand, past all guards, is named."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import NotAllowed
from domain.rewards import operations
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import expiring
from domain.wallets.proof import proof
from tests.databases import Cleaner
from tests.factories.orders import SHOP
from tests.factories.rewards import a_buyer, a_reward, credit

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def vandal(connected: Cleaner) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the database, whom neither triggers nor foreign keys stop."""
    connection = await asyncpg.connect(connected.settings.database_url)
    await connection.execute("set session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def wallet(database: None) -> UUID:
    """A wallet in which points were earned, spent, given back, and have expired."""
    del database
    return await a_lived_in_wallet()


async def a_lived_in_wallet() -> UUID:
    buyer = await a_buyer(100)
    assert buyer.member_id
    await credit(buyer.member_id, 40, expires_at=await database.now() - timedelta(days=1))
    await expiring.expire_due()
    reward_id = await a_reward(price=30)
    await operations.redeem(buyer, RedeemReward(reward_id, "kept"))
    returned = await operations.redeem(buyer, RedeemReward(reward_id, "returned"))
    await operations.cancel(buyer, CancelVoucher(returned.voucher_id, "back"))
    found = await database.value("select id from wallets where member_id = $1", buyer.member_id)
    assert isinstance(found, UUID)
    return found


async def named() -> set[str]:
    """The tables whose records are named."""
    found = await proof(SYSTEM)
    assert found.balanced is (not found.problems)
    return {problem.record.split("/")[0] for problem in found.problems}


async def test_an_honest_book_is_balanced(wallet: UUID) -> None:
    assert await named() == set()
    found = await proof(SYSTEM)
    assert found.transfer_count == await database.value("select count(*) from transfers") == 6


@pytest.mark.parametrize(
    ("deed", "table"),
    [
        ("update wallets set available = available + 1", "wallets"),
        ("update wallets set debt = 1", "wallets"),
        ("update wallets set pending = 1", "wallets"),
        ("update wallets set version = version + 1", "wallets"),
        ("delete from wallets", "transactions"),
        ("update lots set remaining = remaining - 1 where remaining > 0", "lots"),
        ("update lots set remaining = 1 where remaining = 0", "lots"),
        ("delete from lots where remaining > 0", "transfers"),
        ("delete from lots where remaining = 0", "transfers"),
        ("update transfers set points = points + 1 where debit = 'issuance'", "transactions"),
        ("update transfers set debit = 'redemption' where debit = 'issuance'", "transfers"),
        ("update transfers set credit = 'issuance' where credit = 'redemption'", "transfers"),
        ("update transfers set credit = 'issuance' where credit = 'breakage'", "transfers"),
        ("delete from transfers where credit = 'breakage'", "transactions"),
        ("update transactions set points = points + 1 where kind = 'EARN'", "transactions"),
        ("update transactions set balance_after = 7 where kind = 'REDEEM'", "transactions"),
        ("update transactions set version = 100 where version = 1", "transactions"),
        ("update transactions set member_id = uuidv7() where version = 2", "transactions"),
        ("delete from transactions where version = 1", "transactions"),
        ("delete from transactions where version = 3", "transactions"),
        ("delete from transactions where kind = 'GIVE_BACK'", "wallets"),
        ("delete from transactions where kind = 'GIVE_BACK'", "transfers"),
        ("delete from notifications where sequence = 1", "notifications"),
    ],
)
async def test_what_was_changed_by_hand_is_named(
    wallet: UUID, vandal: asyncpg.Connection, deed: str, table: str
) -> None:
    assert await vandal.execute(deed) not in ("UPDATE 0", "DELETE 0")
    assert table in await named()


async def test_the_record_is_named_by_its_id(wallet: UUID, vandal: asyncpg.Connection) -> None:
    await a_lived_in_wallet()
    await vandal.execute("update wallets set available = 0 where id = $1", wallet)
    assert {problem.record for problem in (await proof(SYSTEM)).problems} == {f"wallets/{wallet}"}


async def test_a_whole_history_that_was_removed_is_missed(
    wallet: UUID, vandal: asyncpg.Connection
) -> None:
    await vandal.execute("delete from transfers; delete from transactions; delete from lots")
    assert "wallets" in await named()


async def test_no_more_than_a_hundred_are_named(wallet: UUID, vandal: asyncpg.Connection) -> None:
    await vandal.execute(
        """insert into wallets (id, member_id, unit, available, pending, held, debt, version)
           select uuidv7(), uuidv7(), 'POINTS', 1, 0, 0, 0, 0 from generate_series(1, 200)"""
    )
    assert len((await proof(SYSTEM)).problems) == 100


async def test_the_book_is_the_teams() -> None:
    for actor in (SHOP, await a_buyer(0)):
        with pytest.raises(NotAllowed):
            await proof(actor)
