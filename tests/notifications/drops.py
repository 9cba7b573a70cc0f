"""Apps that are dropped again and again while Redis is killed and emptied. With counts.

The server must serve the database that this process is connected to, with the Valkey given.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
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
APPS_OF_ONE = 4


@dataclass(frozen=True)
class Counts:
    """How much of each."""

    apps: int
    events: int
    drops: int
    kills: int


class Heard:
    """How many notifications all apps have heard together."""

    def __init__(self) -> None:
        self.count = 0
        self._news = asyncio.Condition()

    async def one_more(self) -> None:
        """An app has heard one."""
        async with self._news:
            self.count += 1
            self._news.notify_all()

    async def until(self, count: int) -> None:
        """Wait until there were so many."""
        async with self._news, asyncio.timeout(SECONDS):
            await self._news.wait_for(lambda: self.count >= count)


class App:
    """Listens with the cursor that it has kept; `ids` are those of what it has heard, in order."""

    def __init__(self, member_id: UUID, token: str, heard: Heard, choose: random.Random) -> None:
        self.member_id = member_id
        self.ids: list[str] = []
        self.dropped = 0
        self.drops: list[int] = []  # after so many notifications
        self.listens = asyncio.Event()
        self._token = token
        self._heard = heard
        self._cursor: str | None = None
        self._choose = choose

    async def live(self, client: Client) -> None:
        """Listen, and come again when dropped; until cancelled."""
        while True:
            await self._listen(client)
            self.dropped += 1

    async def _listen(self, client: Client) -> None:
        async with client.socket() as socket:
            await say(socket, "connection_init", payload={"authorization": f"Bearer {self._token}"})
            variables = {"after": self._cursor}
            await say(socket, "subscribe", "1", {"query": LIVE, "variables": variables})
            await say(socket, "ping")
            while not (self.drops and len(self.ids) >= self.drops[0]):
                message = await heard(socket)
                if message["type"] == "next":
                    edge = message["payload"]["data"]["memberNotified"]
                    self.ids.append(decode(edge["node"]["id"])[1])
                    self._cursor = edge["cursor"]
                    await self._heard.one_more()
                elif message["type"] == "pong":
                    self.listens.set()
                else:
                    assert message["type"] == "connection_ack", message
            self.drops.pop(0)
            if self._choose.random() < 0.5:  # the network is gone, else the app is closed
                socket.transport.abort()


async def each_once_in_order(server: Server, valkey: OwnValkey, counts: Counts) -> int:
    """Tills report orders; apps are dropped, Redis is killed and emptied meanwhile.

    Asserts that each app hears each notification of its member once, in order: how many were heard.
    """
    choose, heard = random.Random(begin := seed()), Heard()
    await a_programme()
    apps = await _installed(counts, heard, choose)
    async with server.client() as client, asyncio.TaskGroup() as together:
        listening = [together.create_task(app.live(client)) for app in apps]
        for app in apps:
            await app.listens.wait()
        shop, numbers = await token_of(SHOP), iter(range(counts.events))
        members = list({app.member_id for app in apps})
        await asyncio.gather(
            _ill_treat(valkey, heard, counts),
            *(_report(client, shop, members, heard, numbers) for _ in range(TILLS)),
        )
        told = await _told(members)
        await heard.until(sum(len(told[app.member_id]) for app in apps))
        for each in listening:
            each.cancel()
    for app in apps:
        assert app.ids == told[app.member_id], f"seed {begin}"
    assert sum(app.dropped for app in apps) == counts.drops
    return heard.count


async def _installed(counts: Counts, heard: Heard, choose: random.Random) -> list[App]:
    apps: list[App] = []
    for _ in range(-(-counts.apps // APPS_OF_ONE)):
        buyer = await a_buyer(0)
        assert buyer.member_id
        token = await token_of(buyer)
        apps += [App(buyer.member_id, token, heard, choose) for _ in range(APPS_OF_ONE)]
    del apps[counts.apps :]
    # So many are heard by the least of them in any case.
    least = counts.events * APPS_OF_ONE // len(apps)
    for _ in range(counts.drops):
        choose.choice(apps).drops.append(choose.randint(1, max(1, least // 2)))
    for app in apps:
        app.drops.sort()
    return apps


async def _told(members: list[UUID]) -> dict[UUID, list[str]]:
    rows = await database.rows("select member_id, id from notifications order by sequence")
    told: dict[UUID, list[str]] = {member_id: [] for member_id in members}
    for row in rows:
        told[row["member_id"]].append(str(row["id"]))
    return told


async def _report(
    client: Client, shop: str, members: list[UUID], heard: Heard, numbers: Iterator[int]
) -> None:
    # Each in turn, so that all apps hear about the same.
    for number in numbers:
        await heard.until(number - AHEAD)
        member_id = members[number % len(members)]
        member = await database.value("select number from members where id = $1", member_id)
        order = sent(an_order(a_line(500)), number=member)
        asked = {"order": order, "idempotencyKey": uuid4().hex}
        answer = (await client.ask(REPORT, shop, input=asked))["orderReport"]
        assert answer["userErrors"] == [], answer["userErrors"]


async def _ill_treat(valkey: OwnValkey, heard: Heard, counts: Counts) -> None:
    for kill in range(1, counts.kills + 1):
        at = counts.events * kill // (counts.kills + 1)
        await heard.until(at)
        await valkey.kill()
        await heard.until(at + AWAY_FOR)  # it goes on without Redis
        await valkey.start()
        await heard.until(at + 2 * AWAY_FOR)
        await valkey.forget()
