"""Batches of many orders, over two processes, whose members and orders overlap."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.idempotency import Claim, claim
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.locked_wallet import REPORT
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

BATCH = """mutation ($input: OrderReportBatchInput!) {
  orderReportBatch(input: $input) { results { order { reference } userErrors { code } } }
}"""


async def numbers_of(buyers: int) -> list[str]:
    await a_programme()
    ids = [(await a_buyer(0)).member_id for _ in range(buyers)]
    found = await database.rows("select number from members where id = any($1)", ids)
    return [row["number"] for row in found]


@pytest.mark.counted
async def test_batches_that_overlap_count_each_order_once(served: Server) -> None:
    chance = random.Random(begin := seed())
    numbers = await numbers_of(8)
    orders = [
        sent(an_order(a_line(100)), number=chance.choice(numbers)) for _ in range(count(60, 400))
    ]
    # Each order is in three batches, under another key each time; one is a bad one.
    bad = sent(an_order(a_line(100, quantity=0)), number=numbers[0])
    batches = [chance.sample(orders, len(orders)) for _ in range(3)]
    parts = [
        [*batch[place : place + 20], bad] for batch in batches for place in range(0, len(batch), 20)
    ]
    shop = await token_of(SHOP)

    async with AsyncExitStack() as stack:

        async def report(part: list[Any]) -> list[Any]:
            client = await stack.enter_async_context(served.client())
            input = {"orders": part, "idempotencyKey": uuid4().hex}
            answer = await client.ask(BATCH, shop, input=input)
            results: list[Any] = answer["orderReportBatch"]["results"]
            return results

        answers = await asyncio.gather(*[report(part) for part in parts])

    for part, results in zip(parts, answers, strict=True):
        *good, last = results
        assert [each["order"]["reference"] for each in good] == [o["reference"] for o in part[:-1]]
        assert [error["code"] for error in last["userErrors"]] == ["INVALID_INPUT"]
    assert await database.value("select count(*) from orders") == len(orders), f"seed {begin}"
    counted = await database.value("select sum(order_count)::int from members")
    assert counted == len(orders), f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


async def test_a_twin_that_takes_too_long_elsewhere_is_told(
    served: Server, connected: Cleaner
) -> None:
    (number,) = await numbers_of(1)
    shop = await token_of(SHOP)
    actor = await database.value("select id from access_keys limit 1")
    other = await asyncpg.connect(connected.settings.database_url)
    input = {"order": sent(an_order(), number=number), "idempotencyKey": "one key"}
    held = claim(SHOP, "orderReport", "one key", None)
    try:
        await other.execute("begin")
        await hold(other, held, actor)
        async with served.client() as client:
            payload = (await client.ask(IN_PROGRESS, shop, input=input))["orderReport"]
            assert payload["userErrors"] == [
                {
                    "code": "IDEMPOTENCY_IN_PROGRESS",
                    "path": ["input", "idempotencyKey"],
                    "retryAfterSeconds": 1,
                }
            ]
            await other.execute("rollback")
            done = (await client.ask(REPORT, shop, input=input))["orderReport"]
            assert (done["replayed"], done["userErrors"]) == (False, [])
    finally:
        await other.close()


IN_PROGRESS = """mutation ($input: OrderReportInput!) {
  orderReport(input: $input) { userErrors {
    code path ... on IdempotencyInProgressError { retryAfterSeconds }
  } }
}"""


async def hold(other: asyncpg.Connection, held: Claim, holder: UUID) -> None:
    """Claim the shop's key, as another process that has not committed."""
    await other.execute(
        """insert into idempotency_keys (actor, mutation, key, fingerprint)
           values ($1, $2, $3, $4)""",
        *(f"service:{holder}", held.mutation, held.key, held.fingerprint),
    )
