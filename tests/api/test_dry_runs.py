"""A dry run tells what the real call would, over HTTP, and nothing is different after it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from copy import deepcopy
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain import cache
from tests.api.dry_runs import DONE, REFUSED
from tests.api.dry_runs_of_wallets import MORE_DONE, MORE_REFUSED
from tests.api.dry_scenes import Make, Scene
from tests.client import Client
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.notifications import as_member, tell
from tests.factories.rewards import a_buyer
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

HOME = document("app/home/Home")
LIVE = """subscription { memberNotified { node { kind title } } }"""
TIMES = 4
ALL, ALL_REFUSED = DONE | MORE_DONE, REFUSED | MORE_REFUSED

# A key remembers when it was used.
_OF_ASKING = {"access_keys"}
_TABLES = """select relname from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"""


@pytest.fixture
async def client(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def owner(served: Server) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(served.settings.database_url)
    yield connection
    await connection.close()


async def everything(owner: asyncpg.Connection) -> dict[str, Any]:
    """All rows of all tables, as hashes, and what Redis remembers of members and of versions."""
    tables = {row["relname"] for row in await owner.fetch(_TABLES)} - _OF_ASKING
    hashed = "select count(*), md5(string_agg(t::text, '|' order by t::text)) from \"{}\" t"
    state: dict[str, Any] = {
        table: tuple(await owner.fetchrow(hashed.format(table))) for table in tables
    }
    redis = cache.client()
    keys = [key async for key in redis.scan_iter() if not key.startswith(b"rl:")]
    for key in keys:
        if await redis.type(key) == b"hash":
            state[str(key)] = await redis.hgetall(key)
    return state


def without(answer: dict[str, Any], coming: list[str]) -> dict[str, Any]:
    """The answer in which what has come into being is null."""
    left = deepcopy(answer)
    (payload,) = left.values()
    for path in coming:
        part: Any = payload
        *way, last = path.split(".")
        for step in way:
            part = part[int(step)] if isinstance(part, list) else part[step]
        part[last] = None
    return left


async def dry_answers(client: Client, token: str, text: str, scene: Scene) -> list[Any]:
    """Of a text that nobody has sent before, by graphql-core; of one that comes again, planned."""
    dry = {**scene.input, "dryRun": True}
    texts = [f"{text} # {uuid4()}", *[text] * TIMES]
    return [await client.ask(each, token, input=dry) for each in texts]


_TOLD = "select count(*) from notifications where member_id = $1"


async def told_only_of(
    scene: Scene, events: AsyncIterator[Any], owner: asyncpg.Connection, before: int
) -> None:
    """A member's sockets hear as much as it has new notifications, and then what comes next."""
    for _ in range(await owner.fetchval(_TOLD, scene.member) - before):
        await anext(events)
    assert scene.member
    await tell(scene.member, 4711)
    heard = (await anext(events))["memberNotified"]["node"]["title"]
    assert "4,711" in heard


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
async def test_dry_it_says_what_comes_of_it_and_leaves_nothing(
    make: Make, client: Client, owner: asyncpg.Connection
) -> None:
    scene = await make()
    token = await token_of(scene.actor)
    async with AsyncExitStack() as stack:
        events, own = (
            None,
            await token_of(as_member(scene.member) if scene.member else await a_buyer()),
        )
        if scene.member is not None:
            events = await stack.enter_async_context(client.subscribe(LIVE, own))
        home = await client.ask(HOME, own)
        before, told = await everything(owner), await owner.fetchval(_TOLD, scene.member)

        dry = await dry_answers(client, token, scene.text, scene)

        assert await everything(owner) == before
        assert await client.ask(HOME, own) == home
        real = await client.ask(scene.text, token, input=scene.input)
        if events is not None:
            await told_only_of(scene, events, owner, told)

    (payload,) = real.values()
    assert payload["userErrors"] == []
    assert dry == [without(real, scene.coming)] * len(dry)
    again = await client.ask(scene.text, token, input={**scene.input, "dryRun": False})
    replay = await dry_answers(client, token, scene.text, scene)
    assert replay == [again] * len(replay), "a key that was used for real answers what it did"
    assert next(iter(again.values()))["replayed"] is True


@pytest.mark.parametrize("make", ALL_REFUSED.values(), ids=ALL_REFUSED)
async def test_dry_it_is_refused_as_it_would_be(
    make: Make, client: Client, owner: asyncpg.Connection
) -> None:
    scene = await make()
    token = await token_of(scene.actor)
    before = await everything(owner)
    dry = await dry_answers(client, token, scene.text, scene)
    assert await everything(owner) == before

    real = await client.ask(scene.text, token, input=scene.input)

    assert next(iter(real.values()))["userErrors"]
    assert dry == [real] * len(dry)


@pytest.mark.parametrize(
    ("name", "document_name", "coming"),
    [
        ("orderReport", "shop/orders/OrderReport", ["order", "claim"]),
        (
            "orderReportBatch",
            "shop/orders/OrderReportBatch",
            ["results.0.order", "results.3.order"],
        ),
        ("rewardRedeem", "app/rewards/RewardRedeem", ["voucher"]),
        ("voucherCancel", "app/rewards/VoucherCancel", []),
        ("voucherUse", "shop/till/VoucherUse", []),
        ("caseAnswer", "staff/care/CaseAnswer", []),
    ],
)
async def test_the_documents_of_the_apps_can_be_dry(
    name: str, document_name: str, coming: list[str], client: Client, owner: asyncpg.Connection
) -> None:
    scene, text = await DONE[name](), document(document_name)
    token = await token_of(scene.actor)
    before = await everything(owner)
    dry = await dry_answers(client, token, text, scene)
    assert await everything(owner) == before

    real = await client.ask(text, token, input=scene.input)

    for answer in (*dry, real):
        (payload,) = answer.values()
        (payload.get("voucher") or {}).pop("usedAt", None)  # now, each time
    assert dry == [without(real, coming)] * len(dry)
