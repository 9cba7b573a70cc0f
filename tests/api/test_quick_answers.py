"""The way past GraphQL in this process: limits, Redis that goes away, callers that come at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.app import create
from domain import cache, redis_connection
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.orders import an_order, reported
from tests.factories.rewards import a_buyer, a_programme
from tests.remembering import KNOWN
from tests.statements import statements
from tests.valkeys import OwnValkey, own_valkey

pytestmark = pytest.mark.usefixtures("database")

BODY = {"documentId": KNOWN["Home"].id}


def application(connected: Cleaner, **more: Any) -> httpx.AsyncClient:
    app = create(replace(connected.settings, **more))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


@pytest.fixture
async def here(connected: Cleaner) -> AsyncIterator[httpx.AsyncClient]:
    await a_programme()
    async with application(connected) as client:
        yield client


@pytest.fixture
async def valkey() -> AsyncIterator[OwnValkey]:
    async with own_valkey() as valkey:
        yield valkey


async def asked(client: httpx.AsyncClient, token: str) -> tuple[Any, str]:
    response = await client.post(
        "/graphql", json=BODY, headers={"Authorization": f"Bearer {token}"}
    )
    answer = response.json()
    return answer["data"], answer["extensions"].get("cache", "")


async def back() -> None:
    while redis_connection.is_away():
        await cache.reachable()


async def test_a_hit_asks_postgresql_nothing(here: httpx.AsyncClient) -> None:
    token = await token_of(await a_buyer(3))
    miss, hit = await asked(here, token), await asked(here, token)
    assert (miss[1], hit[1]) == ("miss", "hit") and miss[0] == hit[0]
    async with statements() as seen:
        assert await asked(here, token) == hit
    assert seen == []


async def test_all_who_wait_share_a_round_trip(
    here: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [await token_of(await a_buyer(n + 1)) for n in range(5)]
    first = [await asked(here, token) for token in tokens]
    calls = 0
    execute: Any = cache.client().execute_command

    async def counted(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        return await execute(*args, **options)

    monkeypatch.setattr(cache.client(), "execute_command", counted)
    told = await asyncio.gather(*(asked(here, token) for token in tokens * 8))
    assert told == [(data, "hit") for data, _ in first] * 8
    assert calls <= 4


async def test_without_redis_the_same_is_answered_and_nobody_waits(
    here: httpx.AsyncClient, valkey: OwnValkey
) -> None:
    member = await a_buyer(50)
    token = await token_of(member)
    known, _ = await asked(here, token)
    assert await asked(here, token) == (known, "hit")
    valkey.freeze()  # the worst of ways to be away: it takes everything and answers nothing
    await asked(here, token)
    began = time.monotonic()
    assert [await asked(here, token) for _ in range(5)] == [(known, "miss")] * 5
    assert time.monotonic() - began < redis_connection._TIMEOUT_SECONDS
    await reported(an_order(member=member.member_id))
    changed, _ = await asked(here, token)
    assert changed != known
    valkey.thaw()
    await back()
    for _ in range(3):
        assert (await asked(here, token))[0] == changed
    await valkey.kill()
    assert (await asked(here, token))[0] == changed
    await valkey.start()
    await back()
    await asked(here, token)
    assert await asked(here, token) == (changed, "hit")


async def test_limits_hold_for_what_redis_has_and_count_once(connected: Cleaner) -> None:
    await a_programme()
    token = await token_of(await a_buyer(1))
    headers = {"Authorization": f"Bearer {token}"}
    async with application(connected, profile="locked", requests_per_second=1) as client:
        seen = [await client.post("/graphql", json=BODY, headers=headers) for _ in range(40)]
    good = [response for response in seen if response.status_code == 200]
    assert 10 <= len(good) <= 20  # ten at once, and one more each second that this takes
    refused = next(response for response in seen if response.status_code == 429)
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert int(refused.headers["retry-after"]) >= 1


async def test_a_token_that_is_not_good_is_refused_as_ever(here: httpx.AsyncClient) -> None:
    token = await token_of(await a_buyer(1))
    await asked(here, token)
    for wrong in ("Bearer x", "Basic x", "", "Bearer " + "a" * 10_000):
        response = await here.post("/graphql", json=BODY, headers={"Authorization": wrong})
        assert response.status_code == 401
