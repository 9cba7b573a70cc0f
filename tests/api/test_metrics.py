"""/metrics: the whole host from any process, under names of our own, for whoever may read it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from api.running import run_folder
from api.settings import Settings
from api.watching import metrics
from domain import database, outbox
from domain.events import MemberChanged
from domain.ids import uuid7
from domain.standing import standing
from tests.client import Client, heard, say
from tests.databases import Databases
from tests.processes import Server, running_server

TOKEN = "a token that is good for tests only"
VIEWER = "query WhoAmI { viewer { kind } }"

Values = dict[tuple[str, ...], float]


def values(text: str) -> Values:
    """Each sample by its name and the values of its labels."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
async def watched(databases: Databases) -> AsyncIterator[Server]:
    """Two processes that show their metrics to who has the token."""
    settings = replace(await databases.copy(), metrics_token=TOKEN)
    with running_server(settings, worker=False) as server:
        yield server


async def told(client: Client) -> Values:
    answer = await client.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return values(answer.text)


async def test_any_process_tells_of_all(watched: Server) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(watched.client()) for _ in range(30)]
        before = await told(clients[0])
        for client in clients:
            await client.ask(VIEWER)
            await client.raw(json={"query": "{ nothing }"})
        counts = [await told(client) for client in clients]
        async with asyncio.timeout(10):  # gauges are taken from time to time
            while (await told(clients[0])).get(("pistis_pool_connections",), 0) < 2:
                pass

    def grown(*name: str) -> list[float]:
        return [each.get(name, 0) - before.get(name, 0) for each in counts]

    assert grown("pistis_request_seconds_count", "", "unknown") == [60.0] * 30
    assert grown("pistis_errors_total", "VALIDATION") == [30.0] * 30
    assert counts[0]["pistis_postgres_up",] == 1
    assert counts[0]["pistis_redis_away",] == 0


async def test_a_name_that_a_caller_chooses_is_no_label(watched: Server) -> None:
    async with watched.client() as client:
        await client.ask("query Canary7f3a { viewer { kind } }")
        await client.raw(json={"query": "{", "operationName": "Canary7f3a"})
        await client.http.get("/canary-7f3a?canary=7f3a")
        await client.raw(headers={"X-Request-Id": "canary-7f3a"})
        found = await told(client)

    assert "7f3a" not in str(found)
    assert ("pistis_request_seconds_count", "", "elsewhere") in found


async def test_sockets_are_counted_while_they_are_open(watched: Server) -> None:
    async with watched.client() as client:
        before = (await told(client)).get(("pistis_sockets",), 0)
        async with client.socket() as socket:
            await say(socket, "connection_init")
            assert (await heard(socket))["type"] == "connection_ack"
            assert (await told(client))["pistis_sockets",] == before + 1
            await socket.close()
        assert (await told(client))["pistis_sockets",] == before


async def test_every_answer_names_its_request(watched: Server) -> None:
    given = "1f0c3c1e-6a5d-4d0e-9a0b-7f3a2b1c0d9e"
    async with watched.client() as client:
        answer = await client.raw(json={"query": "{"}, headers={"X-Request-Id": given})
        others = [await client.http.get(path) for path in ("/healthz", "/nothing", "/healthz")]

    assert answer.headers["x-request-id"] == given
    assert answer.json()["errors"][0]["extensions"]["requestId"] == given
    assert len({other.headers["x-request-id"] for other in others}) == 3


@pytest.mark.parametrize(
    ("token", "client", "headers", "status"),
    [
        ("", ("127.0.0.1", 1), {}, 200),
        ("", ("::1", 1), {}, 200),
        ("", ("10.0.0.1", 1), {}, 403),
        ("", ("127.0.0.1", 1), {"X-Forwarded-For": "10.0.0.1"}, 403),
        ("", ("127.0.0.1", 1), {"Forwarded": "for=10.0.0.1"}, 403),
        (TOKEN, ("127.0.0.1", 1), {}, 401),
        (TOKEN, ("10.0.0.1", 1), {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, ("10.0.0.1", 1), {"Authorization": f"Bearer {TOKEN}x"}, 401),
        (TOKEN, ("10.0.0.1", 1), {"Authorization": "Bearer ünicode".encode()}, 401),
    ],
)
@pytest.mark.usefixtures("connected")
async def test_who_may_read_them(
    token: str, client: tuple[str, int], headers: Any, status: int
) -> None:
    app = Starlette(routes=metrics.routes(Settings(metrics_token=token)))
    transport = httpx.ASGITransport(app, client=client)

    async with httpx.AsyncClient(transport=transport, base_url="http://here") as asked:
        assert (await asked.get("/metrics", headers=headers)).status_code == status


@pytest.mark.usefixtures("database")
async def test_facts_that_wait_show_as_age() -> None:
    async with database.transaction():
        await outbox.append(MemberChanged(uuid7()))
        inside = await standing()
    await database.rows("update outbox set created_at = now() - interval '1 hour'")
    await outbox.relay("early", lambda _: False, digest)
    await outbox.append(MemberChanged(uuid7()))
    await database.rows("insert into outbox_readers (name, xid, event_id) values ('late', 0, 0)")

    found = await standing()

    assert found.feed_seconds["late"] > 3500
    assert found.feed_seconds["early"] < 60
    assert found.held_back_seconds == 0
    assert inside.held_back_seconds >= 0


def test_a_dead_supervisors_counts_go_and_a_living_ones_stay(tmp_path: Path) -> None:
    (tmp_path / "run" / "4194305").mkdir(parents=True)
    (tmp_path / "run" / "1").mkdir()

    with run_folder.made(tmp_path) as folder:
        assert {each.name for each in (tmp_path / "run").iterdir()} == {"1", folder.name}
    assert {each.name for each in (tmp_path / "run").iterdir()} == {"1"}


async def digest(_: object) -> None:
    """Nothing is done about it."""
