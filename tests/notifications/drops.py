"""An app that is dropped again and again while Redis is killed. With counts, for tests and torture.

The server must serve the database that this process is connected to, with the Valkey given.
"""

import asyncio
import random
from collections.abc import Iterator
from uuid import UUID, uuid4

from domain import database
from schema.node import decode
from tests.client import Client, heard, say
from tests.counts import seed
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server
from tests.valkeys import OwnValkey

LIVE = document("app/notifications/MemberNotified")
REPORT = document("shop/orders/OrderReport")
TILLS = 4
AHEAD = 40
AWAY_FOR = 5
SECONDS = 60


class App:
    """Listens with the cursor that it has kept; `ids` are those of what it has heard, in order."""

    def __init__(self, client: Client, token: str, drops: list[int], choose: random.Random) -> None:
        self.ids: list[str] = []
        self.dropped = 0
        self._client = client
        self._token = token
        self._cursor: str | None = None
        self._drops = drops  # after so many notifications
        self._choose = choose
        self._news = asyncio.Condition()
        self.listens = asyncio.Event()

    async def live(self) -> None:
        """Listen, and come again when dropped; until cancelled."""
        while True:
            await self._listen()
            self.dropped += 1

    async def until(self, count: int) -> None:
        """Wait until so many were heard."""
        async with self._news, asyncio.timeout(SECONDS):
            await self._news.wait_for(lambda: len(self.ids) >= count)

    async def _listen(self) -> None:
        async with self._client.socket() as socket:
            await say(socket, "connection_init", payload={"authorization": f"Bearer {self._token}"})
            variables = {"after": self._cursor}
            await say(socket, "subscribe", "1", {"query": LIVE, "variables": variables})
            await say(socket, "ping")
            while not (self._drops and len(self.ids) >= self._drops[0]):
                message = await heard(socket)
                if message["type"] == "next":
                    await self._hear(message["payload"]["data"]["memberNotified"])
                elif message["type"] == "pong":
                    self.listens.set()
                else:
                    assert message["type"] == "connection_ack", message
            self._drops.pop(0)
            if self._choose.random() < 0.5:  # the network is gone, else the app is closed
                socket.transport.abort()

    async def _hear(self, edge: dict[str, object]) -> None:
        async with self._news:
            self.ids.append(decode(edge["node"]["id"])[1])  # type: ignore[index]
            self._cursor = str(edge["cursor"])
            self._news.notify_all()


async def each_once_in_order(
    server: Server, valkey: OwnValkey, events: int, drops: int, kills: int
) -> int:
    """Tills report `events` orders; the app is dropped, Redis is killed meanwhile.

    Asserts that the app hears each notification of its member once, in order: how many those were.
    """
    choose = random.Random(begin := seed())
    await a_programme()
    buyer = await a_buyer(0)
    assert buyer.member_id
    async with server.client() as client, asyncio.TaskGroup() as together:
        dropped_after = sorted(choose.choices(range(1, events), k=drops))
        app = App(client, await token_of(buyer), dropped_after, choose)
        listening = together.create_task(app.live())
        await app.listens.wait()
        shop, numbers = await token_of(SHOP), iter(range(events))
        await asyncio.gather(
            _ill_treat(valkey, app, events, kills),
            *(_report(client, shop, buyer.member_id, app, numbers) for _ in range(TILLS)),
        )
        told = await database.rows(
            "select id from notifications where member_id = $1 order by sequence", buyer.member_id
        )
        await app.until(len(told))
        listening.cancel()
    assert app.ids == [str(row["id"]) for row in told], f"seed {begin}"
    assert app.dropped == drops
    return len(told)


async def _report(
    client: Client, shop: str, member_id: UUID, app: App, numbers: Iterator[int]
) -> None:
    for number in numbers:
        await app.until(number - AHEAD)
        member = await database.value("select number from members where id = $1", member_id)
        order = sent(an_order(a_line(500)), number=member)
        asked = {"order": order, "idempotencyKey": uuid4().hex}
        answer = (await client.ask(REPORT, shop, input=asked))["orderReport"]
        assert answer["userErrors"] == [], answer["userErrors"]


async def _ill_treat(valkey: OwnValkey, app: App, events: int, kills: int) -> None:
    for kill in range(1, kills + 1):
        at = events * kill // (kills + 1)
        await app.until(at)
        await valkey.kill()
        await app.until(at + AWAY_FOR)  # it goes on without Redis
        await valkey.start()
