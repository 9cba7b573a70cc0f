"""Tills that report orders all the time, while somebody holds one member's row."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg

from tests.client import Client
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.processes import Server

REPORT = """mutation ($input: OrderReportInput!) {
  orderReport(input: $input) { order { id } replayed userErrors { code } }
}"""


async def meanwhile(
    server: Server, numbers: Sequence[str], held: tuple[UUID, str], seconds: float
) -> int:
    """While the member `held` (id, number) is locked and an order of its own waits: how many orders
    the slowest till has had answered, of one till for each of `numbers`.

    `seconds` are fewer than one waits for a lock.
    """
    token = await token_of(SHOP)
    answered = Counter(dict.fromkeys(numbers, 0))
    is_locked = True

    async def report(client: Client, number: str) -> None:
        order = sent(an_order(a_line(100)), number=number)
        input = {"order": order, "idempotencyKey": uuid4().hex}
        answer = await client.ask(REPORT, token, input=input)
        assert answer["orderReport"]["userErrors"] == []

    async def till(client: Client, number: str) -> None:
        while is_locked:
            await report(client, number)
            answered[number] += is_locked

    async with server.client() as client:
        await asyncio.gather(*[report(client, number) for number in numbers])
        holder = await asyncpg.connect(server.settings.database_url)
        await holder.execute("begin")
        await holder.execute("select 1 from members where id = $1 for update", held[0])
        waiting = asyncio.create_task(report(client, held[1]))
        while not await holder.fetchval("select exists (select from pg_locks where not granted)"):
            await asyncio.wait([waiting], timeout=0.01)
        tills = [asyncio.create_task(till(client, number)) for number in numbers]
        await asyncio.wait(tills, timeout=seconds)
        is_locked = False
        await holder.execute("rollback")
        await holder.close()
        await asyncio.gather(waiting, *tills)
    return min(answered.values())
