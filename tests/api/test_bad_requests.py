"""Whatever is sent: no failure of ours, no traceback, no leak, a short answer, and nobody waits."""

import asyncio
import random
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice

import httpx
import orjson
import pytest
from graphql import get_introspection_query

from api.settings import Settings
from tests.api.badness import Bad, requests
from tests.api.hostile import chain
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.factories.orders import an_order, reported
from tests.processes import ROOT, Log, environment

LEAK = re.compile(
    r'Traceback|File "|asyncpg|tortoise|SELECT |postgres|/site-packages/|object has no|redis', re.I
)
LONGEST_BYTES = 8192
BUSY_MS = 100.0
AT_ONCE = 8
LEAVES = "id source reference state occurredAt"
DEAREST = f"""{{ me {{ orders(first: 100) {{ nodes {{ {LEAVES}
  total {{ amount currency exponent }} earnings {{ points unit {{ code name symbol }} }}
  again: total {{ amount currency exponent }}
}} }} }} }}"""


@asynccontextmanager
async def probed(settings: Settings, *how: str) -> AsyncIterator[tuple[httpx.AsyncClient, Log]]:
    """A client of a server that tells how long it was busy at a stretch."""
    listening = socket.create_server(("127.0.0.1", 0))
    fd, port = listening.fileno(), listening.getsockname()[1]
    process = subprocess.Popen(  # noqa: ASYNC220 - it is back at once
        [sys.executable, "-m", "tests.api.probed", str(fd), *how],
        cwd=ROOT,
        env=environment(settings),
        pass_fds=[fd],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    listening.close()
    assert process.stdout
    log = Log()
    reading = log.follow(process.stdout)
    url = f"http://127.0.0.1:{port}"
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    try:
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
            assert (await client.get("/healthz")).status_code == 200
            yield client, log
    finally:
        process.terminate()
        process.wait(20)
        reading.join(5)


def busy(log: Log) -> float:
    """The longest stretch, in milliseconds of CPU."""
    told = [line.split()[1] for line in log.lines if line.startswith("busy ")]
    return float(told[-1]) if told else 0.0


@pytest.mark.counted
async def test_nothing_that_is_sent_does_harm(connected: Cleaner, database: None) -> None:
    number = seed()
    bad = islice(requests(random.Random(number)), count(1_500, 20_000))
    statuses: Counter[int] = Counter()
    async with probed(connected.settings) as (client, log):
        await asyncio.gather(*(send_all(client, bad, statuses, number) for _ in range(AT_ONCE)))
        answer = await client.post("/graphql", json={"query": "{ __typename }"})
        assert answer.status_code == 200

    print(f"seed {number}: {dict(statuses)}, busy for {busy(log):.0f} ms at the most")
    assert statuses.total() == count(1_500, 20_000)
    assert [line for line in log.lines if LEAK.search(line) or "incident" in line] == []
    assert busy(log) <= BUSY_MS, f"seed {number}"


async def test_the_stock_limiters_would_be_found_out(connected: Cleaner, database: None) -> None:
    document = chain(18, 2)
    async with probed(connected.settings, "planted") as (client, log):
        await client.post("/graphql", json={"query": document})
        await log.line(r"^busy ")

        assert busy(log) > BUSY_MS


async def test_the_schema_and_the_dearest_page_hold_up_nobody(
    connected: Cleaner, database: None
) -> None:
    member = await a_member()
    await asyncio.gather(*(reported(an_order(member=member.member_id)) for _ in range(100)))
    headers = {"Authorization": f"Bearer {await token_of(member)}"}
    async with probed(connected.settings) as (client, log):
        schemas = [{"query": get_introspection_query()}] * 3
        told = await asyncio.gather(*(client.post("/graphql", json=each) for each in schemas))
        assert {each.status_code for each in told} == {200}
        assert len({each.text for each in told}) == 1
        for _ in range(4):
            page = await client.post("/graphql", json={"query": DEAREST}, headers=headers)
        assert len(page.json()["data"]["me"]["orders"]["nodes"]) == 100
        cost = page.json()["extensions"]["cost"]
        assert cost["limit"] - 100 <= cost["requested"] <= cost["limit"]

        print(f"busy for {busy(log):.0f} ms at the most")
        assert busy(log) <= BUSY_MS


async def send_all(
    client: httpx.AsyncClient, bad: Iterator[Bad], statuses: Counter[int], number: int
) -> None:
    for each in bad:
        answer = await client.request(
            each.method,
            f"/graphql?{each.query}" if each.query else "/graphql",
            content=each.content or None,
            headers=each.headers,
        )
        where = f"seed {number}, {each}, {answer.status_code} {answer.text[:300]}"
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, where
        if not is_answered(answer):
            assert len(answer.content) <= LONGEST_BYTES, where
            assert not LEAK.search(answer.text), where


def is_answered(answer: httpx.Response) -> bool:
    """It was no bad request after all."""
    try:
        return bool(orjson.loads(answer.content).get("data"))
    except (orjson.JSONDecodeError, AttributeError):
        return False
