"""An order, then the home screen, over and over. With counts, for tests and torture.

The server must have several processes and serve the database that this process is connected to.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from domain import database
from tests.client import Client
from tests.counts import seed
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server
from tests.remembering import KNOWN

HOME = KNOWN["Home"].id
REPORT = document("shop/orders/OrderReport")
MEMBERS = 4
CONNECTIONS = 2


Halts = Mapping[int, Callable[[], Awaitable[object]]]
"""What is done to the engines at which alternation, counted over all members."""


async def never_stale(server: Server, alternations: int, halts: Halts = {}) -> int:  # noqa: B006
    """Members order and look by turns, each time over any of connections to all processes.

    Asserts that each look shows the balance with the order in it: the points earned in all. The
    first look reads it, the second finds it remembered, if nothing was done to Redis.
    """
    await a_programme()
    numbers = iter(range(alternations))
    async with AsyncExitStack() as stack:
        looks = []
        for _ in range(MEMBERS):
            clients = await stack.enter_async_context(clients_of_all_processes(server))
            looks.append(_alternate(clients, numbers, halts))
        return sum(await asyncio.gather(*looks))


async def _alternate(clients: Sequence[Client], numbers: Iterator[int], halts: Halts) -> int:
    choose = random.Random(begin := seed())
    buyer = await a_buyer(0)
    number = await database.value("select number from members where id = $1", buyer.member_id)
    shop, token = await token_of(SHOP), await token_of(buyer)
    expected = 0
    for turn in numbers:
        order = sent(an_order(a_line(choose.randrange(100, 3000))), number=number)
        asked = {"order": order, "idempotencyKey": uuid4().hex}
        told = (await choose.choice(clients).ask(REPORT, shop, input=asked))["orderReport"]
        assert told["userErrors"] == []
        expected += _points(told["earnings"])
        if turn in halts:
            await halts[turn]()
        for _ in range(2):
            response = await choose.choice(clients).raw(token, json={"documentId": HOME})
            wallets = response.json()["data"]["me"]["wallets"]
            points = [each["balance"] for each in wallets if each["unit"]["code"] == "POINTS"]
            assert points == [expected], f"turn {turn}, seed {begin}"
    return expected


def _points(earnings: list[dict[str, Any]]) -> int:
    return sum(each["points"] for each in earnings if each["unit"]["code"] == "POINTS")


@asynccontextmanager
async def clients_of_all_processes(server: Server) -> AsyncIterator[list[Client]]:
    """Clients of which each process of the server has some; one of each process comes first."""
    # Who takes a connection is up to the kernel: more are opened until each process has some.
    async with AsyncExitStack() as stack:
        before = {pid: _sockets(pid) for pid in server.processes()}
        assert len(before) > 1
        clients: list[Client] = []
        firsts: dict[int, Client] = {}
        while any(_sockets(pid) < count + CONNECTIONS for pid, count in before.items()):
            known = {pid: _sockets(pid) for pid in before}
            clients.append(client := await stack.enter_async_context(server.client()))
            await client.http.get("/healthz")
            took = [pid for pid, count in known.items() if _sockets(pid) > count]
            if len(took) == 1:
                firsts.setdefault(took[0], client)
        first = list(firsts.values())
        yield first + [each for each in clients if each not in first]


def _sockets(pid: int) -> int:
    count = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            count += os.readlink(each).startswith("socket:")
    return count
