"""A process that ends cuts nothing off; a restart of all of them one by one is not noticed."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from domain import database
from tests.client import Client, heard, say
from tests.counts import count
from tests.databases import Cleaner
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server, running_server

REPORT = document("shop/orders/OrderReport")
LIVE = document("app/notifications/MemberNotified")
TILLS = 6
SOCKETS = 4
BACK_SECONDS = 2.0
WAITS = "select count(*) from pg_locks where not granted"


@pytest.fixture
async def own(connected: Cleaner, database: None) -> AsyncIterator[Server]:
    """Two processes of this test's own, on this process's database."""
    await a_programme()
    with running_server(connected.settings, worker=False) as server:
        yield server


class Till:
    """Reports orders of a member, one after the other, over a connection that it keeps."""

    def __init__(self, client: Client, token: str, number: str) -> None:
        self.acknowledged = 0
        self._client, self._token, self._number = client, token, number

    async def report(self) -> None:
        """Report one; whatever goes wrong is raised."""
        order = sent(an_order(a_line(100)), number=self._number)
        asked = {"order": order, "idempotencyKey": uuid4().hex}
        answer = (await self._client.ask(REPORT, self._token, input=asked))["orderReport"]
        assert answer["userErrors"] == []
        assert answer["replayed"] is False
        self.acknowledged += 1

    async def work(self, until: asyncio.Event) -> None:
        """Report until it is enough."""
        while not until.is_set():
            await self.report()


async def number_of_a_member() -> tuple[str, str]:
    buyer = await a_buyer(0)
    number = await database.value("select number from members where id = $1", buyer.member_id)
    return number, await token_of(buyer)


class App:
    """Listens, and comes again whenever it is closed; `closed` counts with which codes."""

    def __init__(self, client: Client, token: str) -> None:
        self.closed: Counter[int] = Counter()
        self.longest_away = 0.0
        self.stands = asyncio.Event()
        self._client, self._token = client, token

    async def live(self) -> None:
        """Until cancelled."""
        away_since = time.monotonic()
        while True:
            with suppress(ConnectionClosed):
                async with self._client.socket() as socket:
                    await self._listen(socket, away_since)
            assert socket.close_code
            self.closed[socket.close_code] += 1
            away_since = time.monotonic()

    async def _listen(self, socket: ClientConnection, away_since: float) -> None:
        await say(socket, "connection_init", payload={"authorization": f"Bearer {self._token}"})
        assert (await heard(socket))["type"] == "connection_ack"
        await say(socket, "subscribe", "1", {"query": LIVE})
        if self.closed:
            self.longest_away = max(self.longest_away, time.monotonic() - away_since)
        self.stands.set()
        while True:
            await socket.recv()


@pytest.mark.counted
async def test_no_mutation_fails_while_all_processes_are_replaced(own: Server) -> None:
    number, token = await number_of_a_member()
    shop, enough, rounds = await token_of(SHOP), asyncio.Event(), count(1, 5)
    before = set(own.processes())
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(own.client()) for _ in range(TILLS + SOCKETS)]
        tills = [Till(client, shop, number) for client in clients[:TILLS]]
        apps = [App(client, token) for client in clients[TILLS:]]
        async with asyncio.TaskGroup() as together:
            living = [together.create_task(app.live()) for app in apps]
            await asyncio.gather(*(app.stands.wait() for app in apps))
            working = [together.create_task(till.work(enough)) for till in tills]
            for _ in range(rounds):
                said = len(own.log.lines)
                own.api.send_signal(signal.SIGUSR2)
                await own.log.line("API process 2 was started anew", after=said, seconds=90)
            enough.set()
            await asyncio.gather(*working)
            for each in living:
                each.cancel()
    assert set(own.processes()) & before == set()
    assert len(own.processes()) == len(before)
    for app in apps:
        assert app.closed.keys() == {1012}
        assert app.longest_away < BACK_SECONDS
    acknowledged = sum(till.acknowledged for till in tills)
    assert acknowledged > TILLS
    assert await database.value("select count(*) from orders") == acknowledged
    assert not [line for line in own.log.lines if "killed" in line]


async def test_what_is_under_way_is_finished_and_nothing_new_begun(own: Server) -> None:
    number, _ = await number_of_a_member()
    processes = own.processes()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(own.client())
        idle = [await stack.enter_async_context(own.client()) for _ in range(10)]
        till = Till(client, await token_of(SHOP), number)
        await till.report()
        for each in idle:
            assert (await each.http.get("/readyz")).status_code == 200
        async with database.transaction():
            await database.rows("select from members for update")
            reporting = asyncio.create_task(till.report())
            async with asyncio.timeout(5):
                while not await database.value(WAITS):
                    pass
            for process in processes:
                os.kill(process, signal.SIGTERM)
            answers = [await each.http.get("/readyz") for each in idle]
        await reporting
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["why"] == "This process is about to end."
    assert till.acknowledged == 2
