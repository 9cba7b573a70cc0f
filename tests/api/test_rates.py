"""Rates at the edge: exact over processes, by network for who has no token, strict for codes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from uuid import uuid4

import httpx
import pytest

from api.bounds import rates
from schema.node import encode
from tests.client import Client, heard, say
from tests.counts import count
from tests.databases import Cleaner
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.processes import Server, running_server
from tests.valkeys import own_valkey

PER_SECOND = 2
BURST = 10 * PER_SECOND
TIMES_TOO_OFTEN = 10
NOTHING = "{ __typename }"


@pytest.fixture(scope="module")
async def strict(connected: Cleaner) -> AsyncIterator[Server]:
    """Processes that let a member ask twice a second, and believe a proxy on this machine."""
    settings = replace(connected.settings, requests_per_second=PER_SECOND, proxies="127.0.0.1")
    with running_server(settings, processes=count(2, 4), worker=False) as running:
        yield running


@pytest.mark.counted
async def test_a_member_gets_its_rate_from_all_processes_together(
    strict: Server, database: None
) -> None:
    token = await token_of(await a_member())
    async with strict.client() as client:
        loop = asyncio.get_running_loop()
        begun = loop.time()

        answers = await asyncio.gather(
            *(client.raw(token, json={"query": NOTHING}) for _ in range(BURST * TIMES_TOO_OFTEN))
        )

        seconds = loop.time() - begun
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() == {200, 429}
    assert BURST - 1 <= statuses[200] <= BURST + PER_SECOND * seconds + 1
    refused = next(answer for answer in answers if answer.status_code == 429)
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert refused.headers["retry-after"] == str(error["extensions"]["retryAfterSeconds"]) == "1"


async def test_what_costs_more_counts_as_several(strict: Server, database: None) -> None:
    token = await token_of(await a_member())
    page = 'query { me { wallet(unit: "POINTS") { transactions(first: 100) { nodes { kind order { id } } } } } }'  # noqa: E501
    async with strict.client() as client:
        answers = [await client.raw(token, json={"query": page}) for _ in range(4)]

        cost = answers[0].json()["extensions"]["cost"]["requested"]
        assert 200 < cost <= 250
        dear = page.replace("kind", "kind explanation { text }")
        first = await client.raw(token, json={"query": dear})
        assert first.json()["extensions"]["cost"] == {"requested": cost + 200, "limit": 1000}
        # 20 were there; four of one and one of two are gone, and a few have come back.
        left = Counter([await allowed(client, token) for _ in range(30)])[True]
        assert BURST - 6 <= left <= BURST


async def test_sockets_are_told_the_same(strict: Server, database: None) -> None:
    token = await token_of(await a_member())
    async with strict.client() as client, client.socket() as socket:
        await say(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        await heard(socket)
        while await allowed(client, token):
            pass

        await say(socket, "subscribe", "1", {"query": NOTHING})

        answer = await heard(socket)
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_who_has_no_token_shares_with_its_network(strict: Server, database: None) -> None:
    async with strict.client() as client:
        assert [await guess(client, "203.0.113.7") for _ in range(4)] == [200, 200, 200, 429]

        assert await guess(client, "203.0.113.200") == 429
        assert await guess(client, "203.0.114.7") == 200
        # Only what the proxy added itself is believed.
        assert await guess(client, "198.51.100.1, 203.0.113.9") == 429
        assert await guess(client, "2001:db8:1:1::5") == 200


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.112.7", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "203.0.113.9", False),
    ],
)
def test_networks(database: None, one: str, other: str, together: bool) -> None:
    named = {host: rates.network({"client": (host, 1)}) for host in (one, other)}

    assert (named[one] == named[other]) is together
    assert not any(str(ip_address("203.0.113.7"))[:9] in name for name in named.values())


async def test_codes_and_redemptions_keep_their_limits_while_redis_is_away(
    connected: Cleaner, database: None
) -> None:
    token = await token_of(await a_member())
    async with killed_valkey(connected) as running, running.client() as client:
        redeeming = document("app/rewards/RewardRedeem")
        rewards = [redemption(client, token, redeeming) for _ in range(140)]
        assert Counter(await asyncio.gather(*rewards)) == {200: 120, 429: 20}

        asking = document("app/sign-in/LoginRequestCode")
        codes = [code_for(client, asking, number) for number in range(80)]
        assert Counter(await asyncio.gather(*codes)) == {200: 60, 429: 20}

        reads = [client.ask("{ me { id } }", token) for _ in range(50)]
        assert all(answer["me"] for answer in await asyncio.gather(*reads))


async def test_codes_of_referrals_cannot_be_tried_out(strict: Server, database: None) -> None:
    async with strict.client() as client:
        assert [await guess(client, "192.0.2.7") for _ in range(4)] == [200, 200, 200, 429]

        there = {"X-Forwarded-For": "192.0.2.7"}
        page = await client.http.get("/programme", params={"code": "ABCDEFGH"}, headers=there)
        assert page.status_code == 429
        assert int(page.headers["retry-after"]) in range(1, 61)
        assert (await client.http.get("/programme", headers=there)).status_code == 200


@asynccontextmanager
async def killed_valkey(connected: Cleaner) -> AsyncIterator[Server]:
    """Two processes whose Redis has died."""
    async with own_valkey() as valkey:
        settings = replace(
            connected.settings, redis_url=valkey.url, requests_per_second=1000, proxies="127.0.0.1"
        )
        with running_server(settings, worker=False) as running:
            async with running.client() as client:
                assert await allowed(client)
            await valkey.kill()
            yield running


async def allowed(client: Client, token: str | None = None) -> bool:
    answer = await client.raw(token, json={"query": NOTHING})
    assert answer.status_code in (200, 429), answer.text
    return answer.status_code == 200


async def guess(client: Client, address: str) -> int:
    """Twenty codes tried at once from an address, as a proxy says."""
    tries = " ".join(
        f'a{number}: referralPreview(code: "A{number}") {{ valid }}' for number in range(20)
    )
    headers = {"X-Forwarded-For": address}
    return status(await client.raw(headers=headers, json={"query": f"{{ {tries} }}"}))


async def redemption(client: Client, token: str, redeeming: str) -> int:
    asked = {"rewardId": encode("Reward", uuid4()), "idempotencyKey": uuid4().hex}
    answer = await client.raw(token, json={"query": redeeming, "variables": {"input": asked}})
    return status(answer)


async def code_for(client: Client, asking: str, number: int) -> int:
    asked = {"address": {"email": f"guest{number}@example.org"}, "deviceId": "d"}
    headers = {"X-Forwarded-For": f"192.0.2.{number}"}
    answer = await client.raw(
        headers=headers, json={"query": asking, "variables": {"input": asked}}
    )
    return status(answer)


def status(answer: httpx.Response) -> int:
    assert answer.status_code == 429 or "data" in answer.json(), answer.text
    return answer.status_code
