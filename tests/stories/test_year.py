"""Time passes, workers are killed: in the end everything is as if one had done it in peace."""

import random

import pytest

from domain import cache, schedule
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from scripts.cdnow import orders_csv
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.stories import year
from tests.stories.year import Written

MONTHS = 14


@pytest.mark.counted
async def test_a_year_with_workers_killed_at_random_ends_as_one_without(
    connected: Cleaner, database: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = orders_csv(tmp_path_factory.mktemp("cdnow"))
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    purchases = "".join(lines[: 1 + count(150, 69_659)])

    await year.begin()
    written: list[Written] = []
    for month, end in year.months(MONTHS):
        await year.month_passes(purchases, month, end)
        await schedule.do_what_is_due()
        written.append(await year.written())
    in_peace = await year.state()
    kinds = {row[1] for row in in_peace["transactions"]}
    assert {"EARN", "EXPIRE"} <= kinds
    assert {row[1] for row in in_peace["greetings"]} == {"BIRTHDAY", "ANNIVERSARY"}

    await connected.clean()
    await cache.client().flushdb()
    begin = seed()
    print(f"seed {begin}")
    await year.begin()
    kills = count(4, 80)
    with year.workers(connected.settings, random.Random(begin), count(2, 4), kills) as workers:
        for (month, end), wanted in zip(year.months(MONTHS), written, strict=True):
            await year.month_passes(purchases, month, end)

            async def is_done(wanted: Written = wanted) -> bool:
                return await year.written() == wanted

            await workers.until(is_done, kills=count(1, 7))
    print(f"{workers.deaths} deaths")
    assert await year.state() == in_peace
    await schedule.do_what_is_due()
    assert await year.state() == in_peace
    assert (await proof(SYSTEM)).balanced
