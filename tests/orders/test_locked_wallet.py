"""One wallet that is locked delays no other order of the same process."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from tests.databases import Cleaner
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.locked_wallet import meanwhile
from tests.processes import Server, running_server

pytestmark = pytest.mark.usefixtures("database")

LOCKED_SECONDS = 1.7
TRIES = 3

# The same posting, but it always waits.
PLANTED = """
alter function pistis_post(jsonb, boolean) rename to pistis_post_that_leaves;
create function pistis_post(batch jsonb, waits boolean) returns jsonb language sql
return pistis_post_that_leaves(batch, true);
"""
TAKEN_OUT = """
drop function pistis_post(jsonb, boolean);
alter function pistis_post_that_leaves(jsonb, boolean) rename to pistis_post;
"""


@pytest.fixture(scope="module")
async def alone(connected: Cleaner) -> AsyncIterator[Server]:
    """One API process, so that all share its batches."""
    with running_server(connected.settings, processes=1, worker=False) as running:
        yield running


@pytest.fixture
async def without_skipping(connected: Cleaner) -> AsyncIterator[None]:
    """A database whose batches wait for each of their rows."""
    owner = await asyncpg.connect(connected.settings.database_url)
    await owner.execute(PLANTED)
    yield
    await owner.execute(TAKEN_OUT)
    await owner.close()


async def some_members(count: int) -> list[tuple[UUID, str]]:
    await a_programme()
    ids = [(await a_buyer(0)).member_id for _ in range(count)]
    found = await database.rows("select id, number from members where id = any($1)", ids)
    return [(row["id"], row["number"]) for row in found]


async def slowest(server: Server) -> int:
    held, *others = await some_members(21)
    return await meanwhile(server, [number for _, number in others], held, LOCKED_SECONDS)


async def test_a_locked_wallet_delays_no_other_order(alone: Server) -> None:
    # A busy machine delays orders too, but not each time.
    answered = 0
    for _ in range(TRIES):
        answered = answered or await slowest(alone)

    assert answered
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.usefixtures("without_skipping")
async def test_the_check_sees_a_batch_that_waits(alone: Server) -> None:
    assert await slowest(alone) == 0
