"""The statement of a wallet with 10,000 transactions: what a page costs, wherever it lies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice

import asyncpg

from domain import database, secrets
from scripts.benching import documents, plan
from scripts.benching.cases.home import change
from scripts.benching.loading import Load, load
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

TRANSACTIONS = 10_000
LONG = 10  # so many members have such a wallet
SIZE = 20
PAGES = (1, 10, 400)
BOUND = 1.2
Asked = tuple[list[bytes], dict[int, str]]

# More of the same as each wallet's newest, hour by hour up to it.
_LENGTHENED = """
with more as (
  insert into transactions (id, member_id, unit, version, kind, points, balance_after,
    occurred_at, recorded_at, title, explanation, programme_version)
  select uuidv7(), w.member_id, w.unit, n, 'EARN', 1, w.available + n - w.version,
    x.occurred_at, x.recorded_at, x.title, x.explanation, x.programme_version
  from wallets w
  join transactions x on x.member_id = w.member_id and x.unit = w.unit and x.version = w.version
  cross join generate_series(w.version + 1, $2) n
  where w.member_id = $1 and w.unit = 'POINTS')
update wallets set available = available + $2 - version, version = $2
where member_id = $1 and unit = 'POINTS'"""


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """The first page, the tenth and the four-hundredth, each after a change."""
    callers = dict(islice(reversed(rig.callers.items()), LONG))
    for number in callers:
        await database.rows(_LENGTHENED, plan.member_id(number), TRANSACTIONS)
    owner = await asyncpg.connect(rig.settings.database_url)
    await owner.execute("analyze transactions")
    await owner.close()
    body, _ = documents.best(rig.api, "Statement", next(iter(callers.values())))
    figures = await _after_changes(rig, {page: _asked(body, callers, page) for page in PAGES})
    first = figures[PAGES[0]]
    for page, found in figures.items():
        goals = (
            Goal(found.server_us / first.server_us, "x server of page 1", BOUND),
            Goal(found.postgres_us / first.postgres_us, "x PostgreSQL of page 1", BOUND),
        )
        name = f"page {page} of {TRANSACTIONS:,} transactions"
        yield Row(name, found, goals if page > 1 else ())


def _asked(body: dict[str, object], callers: dict[int, str], page: int) -> Asked:
    # From each of its lines on, so that nothing is asked twice before all have changed again.
    last = TRANSACTIONS - (page - 1) * SIZE + 1
    cursors = [secrets.cursors().encode("statement", (last - line,)) for line in range(SIZE)]
    requests = [
        documents.request(body, token, {"unit": "POINTS", "first": SIZE, "after": cursor})
        for cursor in cursors
        for token in callers.values()
    ]
    return requests, callers


async def _after_changes(rig: Rig, pages: dict[int, Asked]) -> dict[int, Figures]:
    # In turns, so that what else the machine does falls on all of them alike.
    done = {page: Load() for page in pages}
    spent = {page: [0.0, 0.0] for page in pages}
    for requests, callers in pages.values():
        await change(callers)
        await load(rig.api.port, iter(requests), connections=16, seconds=60)
    while min(each.seconds for each in done.values()) < rig.seconds:
        for page, (requests, callers) in pages.items():
            await change(callers)
            with rig.spending(rig.api) as spending:
                await load(
                    rig.api.port,
                    iter(requests),
                    connections=16,
                    seconds=60,
                    check=lambda answer: answer.count(b'"balanceAfter":') == SIZE,
                    into=done[page],
                )
            spent[page][0] += spending.server_us
            spent[page][1] += spending.postgres_us
    found = {}
    for page, (server_us, postgres_us) in spent.items():
        spending.server_us, spending.postgres_us = server_us, postgres_us
        found[page] = spending.figures(done[page])
    return found
