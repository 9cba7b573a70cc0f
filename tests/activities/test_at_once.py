"""Many reports at the same moment, over two processes: one effect each, and no limit exceeded."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from tests.activities.test_documents import REPORT, a_reviewer, said, sent
from tests.counts import count
from tests.factories.access import token_of
from tests.factories.rewards import TILL, held
from tests.processes import Server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]
PARALLEL = 100


async def test_one_reference_has_one_effect_under_any_keys(served: Server) -> None:
    rounds = count(2, 20)
    member, number = await a_reviewer()
    till = await token_of(TILL)
    async with served.client() as client:
        for n in range(rounds):
            at = datetime(2026, 1 + n % 10, 5, tzinfo=UTC).isoformat()
            input = sent(number, occurredAt=at)
            # Half of them under one key, each of the others under its own.
            inputs = [
                input | ({} if i % 2 else {"idempotencyKey": uuid4().hex}) for i in range(PARALLEL)
            ]
            answers = await asyncio.gather(
                *[client.ask(REPORT, till, input=each) for each in inputs]
            )
            payloads = [answer["activityReport"] for answer in answers]
            assert [each["userErrors"] for each in payloads] == [[]] * PARALLEL
            assert sum(not each.pop("replayed") for each in payloads) == 1
            assert all(each == payloads[0] for each in payloads)
            assert await database.value("select count(*) from activities") == n + 1
    transactions = await database.value("select count(*) from transactions")
    assert transactions <= rounds
    assert (await held(member.member_id))[0] == await database.value(
        "select sum(points)::int from transactions"
    )
    assert (await proof(SYSTEM)).problems == []


async def test_no_limit_is_exceeded_however_many_come_at_once(served: Server) -> None:
    rounds = count(2, 10)
    till = await token_of(TILL)
    for _ in range(rounds):
        member, number = await a_reviewer()
        async with served.client() as client:
            answers = await asyncio.gather(
                *[
                    client.ask(
                        REPORT, till, input=sent(number, attributes=[said("stars", number=5)])
                    )
                    for _ in range(50)
                ]
            )
        payloads = [answer["activityReport"] for answer in answers]
        assert [each["userErrors"] for each in payloads] == [[]] * 50
        earned = [each["earnings"][0]["points"] for each in payloads if each["earnings"]]
        assert earned == [10, 10]
        assert (await held(member.member_id))[0] == 20
        used = await database.value(
            "select points from rule_uses where (member_id, rule) = ($1, 'review-points')",
            member.member_id,
        )
        assert used == 20
    assert (await proof(SYSTEM)).problems == []


async def test_a_key_that_comes_with_two_bodies_at_once_is_good_for_one(served: Server) -> None:
    _, number = await a_reviewer()
    till = await token_of(TILL)
    one = sent(number, reference="b")
    other = one | {"reference": "a"}
    async with served.client() as client:
        answers = await asyncio.gather(
            *[client.ask(REPORT, till, input=each) for each in [one, other] * 10]
        )
    codes = [
        [error["code"] for error in answer["activityReport"]["userErrors"]] for answer in answers
    ]
    assert sorted(codes) == [[]] * 10 + [["IDEMPOTENCY_KEY_REUSED"]] * 10
    assert await database.value("select count(*) from activities") == 1
