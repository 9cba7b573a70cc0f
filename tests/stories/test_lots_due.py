"""Many lots are due at once, five workers see to it, some of them die: each lot goes once."""

import random
from datetime import timedelta

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.operations import post
from domain.wallets.posting import Posting
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.factories.clock import later
from tests.factories.rewards import a_buyer, a_move, a_programme
from tests.stories import year

WORKERS = 5
LOTS_EACH = 10  # of them two end together


@pytest.mark.counted
@pytest.mark.usefixtures("database")
async def test_each_expires_once_whoever_dies_meanwhile(connected: Cleaner) -> None:
    chance = random.Random(begin := seed())
    await a_programme()
    many = count(20, 1000)
    ends = await database.now() + timedelta(days=1)
    for _ in range(many):
        member = await a_buyer(0)
        assert member.member_id
        due = [ends + timedelta(minutes=max(1, number)) for number in range(LOTS_EACH)]
        await post([Posting(member.member_id, moves=tuple(a_move(7, at) for at in due))])
    assert await _left() == 7 * many * LOTS_EACH
    await later(days=2)

    async def is_done() -> bool:
        return await _left() == 0

    with year.workers(connected.settings, chance, WORKERS, kills=count(2, 10)) as workers:
        await workers.until(is_done, kills=count(2, 10))

    written = await _expiries()
    print(f"seed {begin}: {many * LOTS_EACH} lots, {workers.deaths} deaths")
    assert written == (many * (LOTS_EACH - 1), 7 * many * LOTS_EACH), f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


async def _left() -> int:
    return int(await database.value("select coalesce(sum(available), 0) from wallets"))


async def _expiries() -> tuple[int, int]:
    row = await database.row(
        "select count(*), -sum(points)::bigint from transactions where kind = 'EXPIRE'"
    )
    assert row is not None
    return row[0], row[1]
