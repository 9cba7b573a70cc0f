"""Dry runs beside real ones: they disturb nobody and open no door; and what would if they did."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from schema.node import encode
from tests.api.dry_runs import DONE, ORDER_CLAIM, ORDER_REPORT, REDEEM, USE
from tests.api.dry_scenes import ERRORS
from tests.api.test_dry_runs import everything
from tests.client import Client, Refused
from tests.counts import count
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, reported, sent
from tests.factories.rewards import a_buyer, a_programme, a_reward, held
from tests.processes import Server, running_server

pytestmark = pytest.mark.usefixtures("database")

PLANTED = Path(__file__).parent / "planted_commits"
CALLS, ROUNDS = 50, count(1, 20)
THREE = f"""mutation ($dry: RewardRedeemInput!, $real: RewardRedeemInput!) {{
  before: rewardRedeem(input: $dry) {{ voucher {{ id }} wallet {{ balance }} {ERRORS} }}
  real: rewardRedeem(input: $real) {{ voucher {{ id }} wallet {{ balance }} {ERRORS} }}
  after: rewardRedeem(input: $dry) {{ voucher {{ id }} wallet {{ balance }} {ERRORS} }} }}"""


@pytest.fixture
async def client(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture(scope="module")
async def faulty(connected: Cleaner) -> AsyncIterator[Server]:
    """A server that commits where it should roll back."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(PLANTED))
        with running_server(connected.settings, processes=1, worker=False) as running:
            yield running


@pytest.mark.counted
async def test_fifty_dry_and_real_calls_at_once_on_one_wallet(client: Client) -> None:
    begun = 1000 * ROUNDS
    member = await a_buyer(begun)
    assert member.member_id
    number = await database.value("select number from members where id = $1", member.member_id)
    reward = encode("Reward", await a_reward())
    shop, own = await token_of(SHOP), await token_of(member)

    async def call(n: int) -> tuple[bool, Any]:
        is_dry = n % 2 == 0
        more = {"idempotencyKey": uuid4().hex, "dryRun": is_dry}
        if n % 4 < 2:
            order = sent(an_order(a_line(1000)), number=number)
            answer = await client.ask(ORDER_REPORT, shop, input={"order": order, **more})
        else:
            answer = await client.ask(REDEEM, own, input={"rewardId": reward, **more})
        return is_dry, next(iter(answer.values()))

    answers = []
    for _ in range(ROUNDS):
        answers += await asyncio.gather(*[call(n) for n in range(CALLS)])

    assert all(payload["userErrors"] == [] for _, payload in answers)
    for is_dry, payload in answers:
        made = payload["order"] if "order" in payload else payload["voucher"]
        assert (made is None) == is_dry
    real = [payload for is_dry, payload in answers if not is_dry]
    earned = sum(each["points"] for payload in real for each in payload.get("earnings", ()))
    spent = 30 * sum("voucher" in payload for payload in real)
    balance, lots = await held(member.member_id)
    assert balance == sum(lot[2] for lot in lots) == begun + earned - spent
    assert await database.value("select count(*) from vouchers") * 30 == spent
    sequence = await database.value("select sequence from members where id = $1", member.member_id)
    assert sequence == await database.value("select count(*) from notifications")
    assert (await proof(SYSTEM)).problems == []


async def test_dry_and_real_fields_of_one_mutation(client: Client) -> None:
    token, reward = await token_of(await a_buyer(100)), encode("Reward", await a_reward())
    told = []
    for _ in range(4):
        dry = {"rewardId": reward, "idempotencyKey": "dry", "dryRun": True}
        real = {"rewardId": reward, "idempotencyKey": uuid4().hex}
        answer = await client.ask(THREE, token, dry=dry, real=real)
        told.append([payload["wallet"] and payload["wallet"]["balance"]
                     for payload in answer.values()])  # fmt: skip
        if told[-1][0] is not None:
            assert answer["before"]["voucher"] is None
    assert told == [[70, 70, 40], [40, 40, 10], [10, 10, None], [None, None, None]]


async def test_guesses_count_whether_dry_or_not(client: Client) -> None:
    await a_programme()
    done = await reported(an_order(a_line(2500), reference="r1"))
    token = await token_of(await a_buyer(0))

    async def guess(total: int, *, dry: bool) -> str:
        receipt = {"order": {"source": "till", "reference": "r1", "total": total}}
        asked = {"receipt": receipt, "idempotencyKey": uuid4().hex, "dryRun": dry}
        answer = await client.ask(ORDER_CLAIM, token, input=asked)
        errors = answer["orderClaim"]["userErrors"]
        return str(errors[0]["code"]) if errors else "FOUND"

    told = [await guess(total, dry=total % 2 == 0) for total in range(12)]
    assert told == ["NOT_FOUND"] * 10 + ["TOO_MANY_TRIES"] * 2
    assert [await guess(2500, dry=dry) for dry in (True, False)] == ["TOO_MANY_TRIES"] * 2
    assert await database.value("select claim_code from orders") == done.result["claim"]


async def test_of_dry_guesses_that_come_at_once_ten_are_judged(client: Client) -> None:
    await a_programme()
    await reported(an_order(a_line(2500), reference="r1"))
    token = await token_of(await a_buyer(0))

    async def guess(total: int) -> str:
        receipt = {"order": {"source": "till", "reference": "r1", "total": total}}
        asked = {"receipt": receipt, "idempotencyKey": "the same", "dryRun": True}
        answer = await client.ask(ORDER_CLAIM, token, input=asked)
        return str(answer["orderClaim"]["userErrors"][0]["code"])

    told = await asyncio.gather(*[guess(total) for total in range(25)])
    assert (told.count("NOT_FOUND"), told.count("TOO_MANY_TRIES")) == (10, 15)


async def test_a_key_that_came_with_something_else_is_told_so(client: Client) -> None:
    token, reward_id = await token_of(await a_buyer(100)), await a_reward()
    sent_first = {"rewardId": encode("Reward", reward_id), "idempotencyKey": "once"}
    await client.ask(REDEEM, token, input=sent_first)
    other = {**sent_first, "rewardId": encode("Reward", await a_reward()), "dryRun": True}
    answer = await client.ask(REDEEM, token, input=other)
    (error,) = answer["rewardRedeem"]["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_the_wrong_role_is_told_so(client: Client) -> None:
    token = await token_of(await a_buyer(100))
    asked = {"code": "23456789ABCDEFGH", "idempotencyKey": "any", "dryRun": True}
    for text in (USE, USE, USE, f"{USE} # {uuid4()}"):
        with pytest.raises(Refused) as refused:
            await client.ask(text, token, input=asked)
        assert refused.value.codes == ["FORBIDDEN"]


@pytest.mark.parametrize("name", ["orderReport", "rewardRedeem", "voucherCancel", "caseAnswer"])
async def test_a_dry_run_that_is_kept_is_found_out(name: str, faulty: Server) -> None:
    scene = await DONE[name]()
    token = await token_of(scene.actor)
    owner = await asyncpg.connect(faulty.settings.database_url)
    before = await everything(owner)
    async with faulty.client() as client:
        await client.ask(scene.text, token, input={**scene.input, "dryRun": True})

    assert await everything(owner) != before
    await owner.close()
