"""kill -9 by chance, under clients that do not give up; then everything is counted."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from domain import database
from domain.actor import SYSTEM
from domain.wallets import guard, sealing
from domain.wallets.proof import proof
from tests.client import Client
from tests.elsewhere import connected_to, pause, until
from tests.factories.access import token_of
from tests.factories.feedback import a_survey
from tests.factories.orders import SHOP
from tests.factories.rewards import a_buyer, a_reward
from tests.stories.installation import CHILDREN, Installation
from tests.stories.loads import Customer, Diary, ask

CLIENTS = 16
WEIGHTS = {"API": 14, "worker": 8, "Valkey": 8, "PostgreSQL": 10}
SECONDS_TO_ANSWER = {"API": 3.0, "worker": 3.0, "Valkey": 3.0, "PostgreSQL": 10.0}
# What dies while something else is being started again, as both API processes, may take longer.
SECONDS_IN_A_ROW = 20.0
ALONE_SECONDS = 6.0

# What there must be of each acknowledged mutation; columns as the payload has them.
COUNTS = {
    "orderReport": "select count(*) from orders where source = 'storm'",
    "rewardRedeem": "select count(*) from transactions where kind = 'REDEEM'",
    "voucherUse": "select count(*) from vouchers where state = 'USED'",
    "voucherCancel": "select count(*) from transactions where kind = 'GIVE_BACK'",
    "memberEnrol": "select count(*) from profiles where external_id is not null",
    "surveyAnswer": "select count(*) from survey_answers",
}


@dataclass
class Report:
    """What the storm did, for whoever reads the run."""

    acknowledged: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    slowest_seconds: dict[str, float] = field(default_factory=dict)
    hitches: dict[str, int] = field(default_factory=dict)


async def storm(installation: Installation, mutations: int, kills: int, seed: int) -> Report:
    """Acknowledge so many mutations among so many kills; asserts that each is there once."""
    choose = random.Random(seed)
    diary, report = Diary(), Report()
    async with connected_to(installation.database_url, installation.redis_url):
        customers = await _customers(mutations, choose)
    plan = _planned(mutations, kills, choose)
    async with Client(installation.url) as client:
        # Some connections are new each time, so that all processes get some.
        limits = httpx.Limits(max_keepalive_connections=CLIENTS // 2)
        client.http = httpx.AsyncClient(base_url=installation.url, timeout=30, limits=limits)
        async with asyncio.TaskGroup() as group:
            for each in customers:
                group.create_task(_go_on(each, client, diary, mutations))
            group.create_task(_kill(installation, plan, diary, report, choose))
        await _repeated(client, diary)
    report.acknowledged, report.hitches = len(diary.said), dict(diary.hitches)
    async with connected_to(installation.database_url, installation.redis_url):
        await _counted(diary, customers)
    return report


async def _customers(mutations: int, choose: random.Random) -> list[Customer]:
    reward_id = await a_reward(price=1)
    surveys = [await a_survey() for _ in range(max(4, mutations // CLIENTS // 7))]
    shop = await token_of(SHOP)
    customers = []
    for _ in range(CLIENTS):
        buyer = await a_buyer(10**6)
        await database.rows("insert into profiles (member_id) values ($1)", buyer.member_id)
        row = await database.row("select number from members where id = $1", buyer.member_id)
        assert row
        token = await token_of(buyer)
        own = random.Random(choose.random())
        customers.append(Customer(row["number"], (token, shop), reward_id, surveys, own))
    return customers


def _planned(mutations: int, kills: int, choose: random.Random) -> list[tuple[int, str]]:
    # After how many acknowledged mutations what dies; each kind at least once.
    whom = choose.choices(list(WEIGHTS), list(WEIGHTS.values()), k=max(0, kills - len(WEIGHTS)))
    whom += list(WEIGHTS)[:kills]
    choose.shuffle(whom)
    return sorted(
        ((choose.randrange(mutations // 20, mutations), each) for each in whom),
        key=lambda pair: pair[0],
    )


async def _go_on(customer: Customer, client: Client, diary: Diary, mutations: int) -> None:
    while len(diary.said) < mutations:
        await customer.act(client, diary)


async def _kill(
    installation: Installation,
    plan: Sequence[tuple[int, str]],
    diary: Diary,
    report: Report,
    choose: random.Random,
) -> None:
    last = 0.0
    for after, what in plan:
        while len(diary.said) < after:
            await pause(0.005)
        while not installation.kill(what, choose):  # it is just being started again
            await pause(0.05)
        is_alone, last = time.monotonic() - last > ALONE_SECONDS, time.monotonic()
        most = SECONDS_TO_ANSWER[what] if is_alone else SECONDS_IN_A_ROW
        took = await until(lambda: _answers(installation.url), most)
        report.kills[what] = report.kills.get(what, 0) + 1
        kind = what if is_alone else "in a row"
        report.slowest_seconds[kind] = max(report.slowest_seconds.get(kind, 0.0), took)


async def _answers(url: str) -> bool:
    # A connection of its own: what was open before may have died.
    try:
        async with httpx.AsyncClient(base_url=url, timeout=5) as probe:
            body = {"query": "{ programme { current { number } } }"}
            answer = await probe.post("/graphql", json=body)
            return answer.status_code == 200 and "errors" not in answer.json()
    except httpx.TransportError:
        return False


async def _repeated(client: Client, diary: Diary) -> None:
    # Every key once more: the first payload again, and nothing more done.
    waiting = [each for each in diary.said if "idempotencyKey" in each.input]

    async def repeat() -> None:
        while waiting:
            each = waiting.pop()
            again = await ask(client, each.name, each.token, each.input, diary.hitches)
            assert again == each.payload, each

    await asyncio.gather(*(repeat() for _ in range(CLIENTS)))


async def _counted(diary: Diary, customers: Sequence[Customer]) -> None:
    for name, sql in COUNTS.items():
        assert await database.value(sql) == len(diary.of(name)), name
    references = {each.payload["order"]["reference"] for each in diary.of("orderReport")}
    kept = await database.rows("select reference from orders where source = 'storm'")
    assert {row["reference"] for row in kept} == references
    codes = {each.payload["voucher"]["code"] for each in diary.of("rewardRedeem")}
    assert {row["code"] for row in await database.rows("select code from vouchers")} == codes
    names = {row["first_name"] for row in await database.rows("select first_name from profiles")}
    assert {each.name for each in customers if each.name} <= names
    await sealing.seal()
    while await guard.check() > guard.WALLETS_IN_TURN:
        pass
    assert await guard.open_problems() == []
    found = await proof(SYSTEM)
    assert found.problems == []
    assert found.head_hash


assert CHILDREN.keys() == WEIGHTS.keys()
