"""No value of a caller's, and no secret, is anywhere but where it belongs."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
import websockets
from redis.asyncio import Redis

from api.settings import Settings
from tests.api.canaries import CRASH, LEAK, Inputs, Mint, Shot
from tests.api.sinks import Sinks, a_collector, told
from tests.client import Client, heard, say
from tests.contract.story import Story
from tests.counts import count, seed
from tests.databases import Databases
from tests.processes import Server, running_server, seed_demo

PLANTED = Path(__file__).parent / "planted"
# What a document calls things is told back to its sender, who would not find the fault otherwise.
OF_NAMES = re.compile(
    r"Cannot query field|Unknown (argument|directive)|.*(Unexpected Name|unknown field)", re.DOTALL
)
ROLES = (None, "member", "shop", "staff")


@pytest.fixture(scope="module")
async def watched(databases: Databases, engines: Settings) -> AsyncIterator[Sinks]:
    """A server at DEBUG, traced, with faults planted; and its sinks."""
    settings = replace(await databases.copy(), log="json", log_level="debug")
    seed_demo(settings)
    with a_collector() as (url, bodies), pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(PLANTED))
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        with running_server(settings) as server:
            yield Sinks.of(server, engines.data / "log" / "postgres.log", bodies)


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[asyncpg.Connection]:
    """PostgreSQL, as its owner."""
    connection = await asyncpg.connect(server.settings.database_url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def hung_up() -> AsyncIterator[None]:
    """The server may close the socket."""
    with suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(10):
            yield


class Shooting:
    """Sends canaries to a server; `echoed` are those that a message gave back."""

    def __init__(self, sinks: Sinks, client: Client, connection: asyncpg.Connection) -> None:
        self.echoed: dict[str, set[str]] = {}
        self.answered = 0
        self._sinks, self._client, self._connection = sinks, client, connection
        self._database = sinks.server.settings.database_url.split("?")[0].rsplit("/", 1)[1]

    async def shoot(self, shot: Shot, role: str | None) -> None:
        """Send one over HTTP; a subscription over a socket."""
        signs_out = shot.name.startswith("sessionEnd")
        token = self._sinks.server.token(role) if role and not signs_out else None
        body = {"query": shot.document, "variables": shot.variables}
        if shot.document.startswith("subscription"):
            async with self._client.socket() as socket, hung_up():
                payload = {"authorization": f"Bearer {token}"} if token else {}
                await say(socket, "connection_init", payload=payload)
                await heard(socket)
                await say(socket, "subscribe", "1", body)
                await say(socket, "ping")
                while (message := await heard(socket))["type"] != "pong":
                    self.judge(shot, message)
        else:
            await self.send(shot, token, json=body)

    async def send(self, shot: Shot, token: str | None = None, **request: Any) -> None:
        """Send anything; its answer's messages say none of its values."""
        answer = await self._client.raw(token, **request)
        with suppress(ValueError):
            self.judge(shot, answer.json())
        await self._sinks.look(self._connection, self._database)

    def judge(self, shot: Shot, answer: Any) -> None:
        """Look for the canaries in what messages say."""
        self.answered += 1
        for message in told(answer):
            there = {canary for canary in shot.canaries if canary in message}
            if there and not OF_NAMES.match(message):
                self.echoed[f"{shot.name}: {message}"] = there


@pytest.mark.counted
async def test_no_canary_is_found_where_it_does_not_belong(watched: Sinks) -> None:
    mint = Mint(random.Random(begin := seed()))
    inputs, server = Inputs(mint), watched.server
    async with server.client() as client, connected(server) as connection:
        shooting = Shooting(watched, client, connection)
        for number, shot in enumerate(inputs.well()):
            await shooting.shoot(shot, ROLES[number % len(ROLES)])
        for kind in (CRASH, LEAK):
            for shot in inputs.well(kind):
                await shooting.shoot(shot, mint.choose.choice(ROLES))
        for shot in inputs.inline():
            await shooting.shoot(shot, mint.choose.choice(ROLES))
        for mutant in inputs.ill()[: count(60, 300)]:
            await shooting.shoot(inputs.mutant(*mutant), mint.choose.choice(ROLES))
        await beside(shooting, client, mint)
        story = await a_story(shooting, client, mint)
        await violated(connection, mint.value("name"))

    secrets = {*server.tokens.values(), *story}
    found = await watched.found(mint.made | secrets, secrets)
    leaked = {canary for there in found.values() for canary in there}
    assert {name for name, there in found.items() if there} == {"log"}, f"seed {begin}: {found}"
    assert all(LEAK in canary for canary in leaked), f"seed {begin}: {found}"
    assert leaked, "the check itself is blind"
    assert shooting.echoed == {}, f"seed {begin}"
    assert len(mint.made) > count(300, 600)
    assert shooting.answered > len(inputs.places)
    assert any("incident" in line for line in server.log.lines), "no crash was met"


async def beside(shooting: Shooting, client: Client, mint: Mint) -> None:
    """Everything about a request that is not an input of the schema."""
    good = {"query": "{ viewer { kind } }"}

    def shot(*canaries: str) -> Shot:
        return Shot("", {}, frozenset(canaries), "beside")

    for name in (
        *("Authorization", "Cookie", "User-Agent", "Referer", "Origin", "Accept-Language"),
        *("X-Request-Id", "X-Forwarded-For", "Accept", "Content-Type", "If-None-Match"),
        *("traceparent", "Idempotency-Key", "X-Phone"),
    ):
        canary = mint.value(name)
        for text in (canary, f"Bearer {canary}", f"00-{canary}-01"):
            await shooting.send(shot(canary), headers={name: text}, json=good)
    for body in BODIES:
        canary = mint.value("body")
        content = body.replace("CANARY", canary).encode("utf-8", "surrogatepass")
        headers = {"Content-Type": "application/json"}
        await shooting.send(shot(canary), headers=headers, content=content)
    for path in (
        "/r/{}",
        "/{}",
        "/graphql?query={}",
        "/graphql?documentId={}",
        "/programme?code={}",
        "/claim/{}",
        "/programme?claim={}",
    ):
        canary = mint.value("path")
        answer = await client.http.get(path.format(quote(canary)))
        assert answer.status_code < 500
    for frame in FRAMES:
        canary = mint.value("frame")
        async with client.socket() as socket:
            async with hung_up():
                if "connection_init" not in frame:
                    await say(socket, "connection_init")
                await socket.send(frame.replace("CANARY", canary))
                await say(socket, "ping")
                while (message := await heard(socket))["type"] != "pong":
                    shooting.judge(shot(canary), message)
            assert canary not in (socket.close_reason or "")


BODIES = (
    "CANARY",
    '{"query": "CANARY',
    '{"CANARY": 1}',
    '{"query": "{ CANARY }"}',
    '{"query": "query CANARY { me { id } } query B { me { id } }", "operationName": "CANARY"}',
    '{"query": "{ viewer { kind } }", "operationName": "CANARY"}',
    '{"query": "{ viewer(CANARY: 1) { kind } }"}',
    '{"query": "{ viewer @CANARY { kind } }"}',
    '{"query": "# CANARY\\n{ viewer { kind } }"}',
    '{"query": "{ viewer { kind } }", "variables": "CANARY"}',
    '{"query": "{ viewer { kind } }", "variables": {"CANARY": "CANARY"}}',
    '{"query": "{ viewer { kind } }", "extensions": {"CANARY": "CANARY"}}',
    '{"documentId": "CANARY"}',
    '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "CANARY"}}}',
    '{"query": "{ viewer { kind } }", "variables": {"a": "CANARY\\u0000"}}',
    '{"query": "{ viewer { kind } }", "variables": {"a": "CANARY\ud800"}}',
    '["CANARY"]',
)
FRAMES = (
    "CANARY",
    '{"type": "CANARY"}',
    '{"type": "connection_init", "payload": {"authorization": "Bearer CANARY"}}',
    '{"type": "connection_init", "payload": {"authorization": {"CANARY": "CANARY"}}}',
    '{"type": "subscribe", "id": "CANARY", "payload": {"query": "{ viewer { CANARY: kind } }"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "CANARY"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 1, "variables": "CANARY"}}',
    '{"type": "subscribe", "id": ["CANARY"], "payload": "CANARY"}',
    '{"type": "complete", "id": "CANARY"}',
    '{"type": "ping", "payload": {"a": "CANARY"}}',
)


class CanaryStory(Story):
    """The contract's documents in their order, every free text of their variables a canary."""

    mint: Mint
    shooting: Shooting

    async def _variables(self, name: str) -> dict[str, Any]:
        variables = await super()._variables(name)
        return {key: self._with_canaries(value, key) for key, value in variables.items()}

    def _with_canaries(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: self._with_canaries(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._with_canaries(each, name) for each in value]
        is_free = name in FREE and isinstance(value, str) and not value.isupper()  # no enum's
        return self.mint.value(name) if is_free else value


# Texts that may say anything, and the request is as good as before.
FREE = {
    *("firstName", "lastName", "interests", "subject", "text", "name", "reference", "source"),
    *("sku", "category", "brand", "comment", "orderReference", "idempotencyKey"),
    *("message", "title", "reason", "refundReference"),
}


async def a_story(shooting: Shooting, client: Client, mint: Mint) -> set[str]:
    """What apps do, all of it with success: the secrets that they were given on the way."""
    story = CanaryStory(shooting._sinks.server, client)
    story.mint, story.shooting = mint, shooting
    await story.tell()
    failed = {n: a for n, a in story.answers.items() if isinstance(a, Exception)}
    assert len(failed) < 8, failed
    return {each for each in (story.session, story.known.get("refreshToken", "")) if each}


async def violated(connection: asyncpg.Connection, canary: str) -> None:
    """A constraint that a canary violates: PostgreSQL's log must not say the value."""
    await connection.execute("create temp table t (name text primary key)")
    for _ in range(2):
        with suppress(asyncpg.UniqueViolationError):
            await connection.execute("insert into t values ($1)", canary)


async def test_a_leak_is_found_wherever_it_is(watched: Sinks) -> None:
    canary = Mint(random.Random(seed())).value("planted")
    settings = watched.server.settings
    redis: Redis = Redis.from_url(settings.redis_url)
    async with connected(watched.server) as connection, connected(watched.server) as other:
        with suppress(asyncpg.DataError):
            await connection.execute(f"select '{canary}'::uuid")
        await watched.look(other, settings.database_url.split("?")[0].rsplit("/", 1)[1])
        await redis.set(f"planted:{canary}", canary)
        watched.traced.append(canary.encode())
        watched.server.log.lines.append(f"planted {canary}")
        found = await watched.found([canary], [canary])
        await redis.delete(f"planted:{canary}")
        await redis.aclose()

    assert found.keys() == {
        *("log", "traces", "Redis keys", "Redis values", "PostgreSQL log", "pg_stat_activity"),
    }
