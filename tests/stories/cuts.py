"""Requests that are cut off at a random byte or moment, against a server in this process."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import uvicorn

from api.app import create
from api.settings import Settings
from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from schema.node import encode
from tests.documents import document
from tests.elsewhere import pause, until
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_reward

AT_ONCE = 40
QUIET = 20  # looks in a row at which nothing is under way
TEAM = Actor(ActorKind.STAFF, "team", expanded({Role.CARE}))
OPEN = """select count(*) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()
    and state in ('idle in transaction', 'idle in transaction (aborted)', 'active')"""


@dataclass
class Left:
    """What the cut requests left behind."""

    connections: int
    idle_connections: int
    open_transactions: int

    @property
    def is_whole(self) -> bool:
        """Nothing is missing and nothing is open."""
        return self.connections == self.idle_connections and self.open_transactions == 0


@dataclass
class Served:
    """Where it listens, and a connection that sees what its others are doing."""

    port: int
    watcher: asyncpg.Connection

    async def left(self, patience: float = 60.0) -> Left:
        """What is open or missing, once all is quiet: mutations are done to their end."""
        pool = database._client()._pool
        assert pool

        async def look() -> Left:
            return Left(pool.get_size(), pool.get_idle_size(), await self.watcher.fetchval(OPEN))

        looks: list[Left] = []

        async def quiet() -> bool:
            looks.append(await look())
            return len(looks) > QUIET and all(each.is_whole for each in looks[-QUIET:])

        with suppress(AssertionError):
            await until(quiet, patience)
        return looks[-1]


@asynccontextmanager
async def served_here(settings: Settings) -> AsyncIterator["Served"]:
    """The application on a port of this process, with all that it opens."""
    config = uvicorn.Config(
        create(settings), port=0, lifespan="on", log_level="critical", http="httptools"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:

        async def listens() -> bool:
            return server.started

        await until(listens)
        watcher = await asyncpg.connect(settings.database_url)
        try:
            yield Served(server.servers[0].sockets[0].getsockname()[1], watcher)
        finally:
            await watcher.close()
    finally:
        server.should_exit = True
        await serving
        gc.collect()  # what was cut off is thrown away here, not in a later test


async def cut(served: Served, requests: int, choose: random.Random, kinds: int = 5) -> None:
    """Send so many requests and cut each. `kinds` 1: proofs alone."""
    bodies = (await _bodies())[:kinds]
    numbers = iter(range(requests))

    async def go_on() -> None:
        for _ in numbers:
            token, body = choose.choice(bodies)()
            await _cut_one(served.port, token, body, choose)

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))


async def _bodies() -> list[Any]:
    reward_id = encode("Reward", await a_reward(price=1))
    shop, team = await token_of(SHOP), await token_of(TEAM)
    buyers = [await a_buyer(10**6) for _ in range(8)]
    callers = []
    for buyer in buyers:
        number = await database.value("select number from members where id = $1", buyer.member_id)
        callers.append((await token_of(buyer), number))
    turn = iter(callers * 10**6)

    def order() -> tuple[str, bytes]:
        asked = {"order": sent(an_order(a_line(500)), number=next(turn)[1])}
        return shop, _body(document("shop/orders/OrderReport"), asked)

    def redemption() -> tuple[str, bytes]:
        return next(turn)[0], _body(document("app/rewards/RewardRedeem"), {"rewardId": reward_id})

    def cancellation() -> tuple[str, bytes]:
        asked = {"voucherId": encode("Voucher", uuid4())}
        return next(turn)[0], _body(document("app/rewards/VoucherCancel"), asked)

    def home() -> tuple[str, bytes]:
        # A text that nobody has seen before is answered by the database.
        text = f"{document('app/home/Home')}\n# {uuid4()}"
        return next(turn)[0], orjson.dumps({"query": text})

    def book() -> tuple[str, bytes]:
        return team, orjson.dumps({"query": document("staff/care/LedgerProof")})

    return [book, home, order, redemption, cancellation]


def _body(text: str, asked: dict[str, Any]) -> bytes:
    input = {**asked, "idempotencyKey": uuid4().hex}
    return orjson.dumps({"query": text, "variables": {"input": input}})


async def _cut_one(port: int, token: str, body: bytes, choose: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    whole = head.encode() + body
    with suppress(ConnectionError, TimeoutError):
        if choose.random() < 0.2:
            writer.write(whole[: choose.randrange(len(whole))])
        else:
            writer.write(whole)
        await writer.drain()
        await pause(choose.choice((0, choose.random() * 0.02, choose.random() * 0.3)))
        if choose.random() < 0.2:
            await asyncio.wait_for(reader.read(choose.randrange(1, 200)), 0.5)
    writer.transport.abort()  # a reset, not a goodbye
