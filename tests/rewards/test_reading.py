"""A page of rewards takes as many statements as one reward does."""

from typing import Any

import pytest

from api.execution import Execution, Request
from domain.actor import ANONYMOUS, Actor
from domain.rewards import operations
from domain.rewards.commands import RedeemReward
from schema.context import Context
from schema.root import schema
from tests.factories.rewards import TILL, a_buyer, a_reward
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")

PAGE = """query ($first: Int!) {
  rewards(first: $first) {
    nodes { id title text price { points unit { code name } } stockLeft
            redeemability { possible reason pointsMissing } }
  }
}"""
VOUCHERS = """query ($first: Int!) {
  me { vouchers(first: $first) { nodes { code qrSvg price { unit { code } } reward { title } } } }
}"""


async def answer(document: str, actor: Actor, first: int) -> dict[str, Any]:
    execution = Execution(schema, locked=False)
    told = await execution.execute(Request(document, {"first": first}), Context(actor))
    assert "errors" not in told, told
    data: dict[str, Any] = told["data"]
    return data


async def test_a_page_of_rewards_takes_a_constant_number_of_statements() -> None:
    buyer = await a_buyer(100)
    for number in range(20):
        limit = 1 + number % 2 if number % 3 else None
        await a_reward(price=1 + 10 * number, per_member_limit=limit, stock=number)
    taken = {}
    for first in (1, 20):
        async with statements() as sent:
            found = await answer(PAGE, buyer, first)
        assert len(found["rewards"]["nodes"]) == first
        taken[first] = sent
    # The page, the clock, the programme, the member, its wallets, how often it had each.
    assert len(taken[20]) <= 6, "\n".join(taken[20])


async def test_a_page_of_vouchers_takes_a_constant_number_of_statements() -> None:
    buyer = await a_buyer(1000)
    for number in range(10):
        reward_id = await a_reward()
        await operations.redeem(buyer, RedeemReward(reward_id, f"key {number}"))
    async with statements() as sent:
        found = await answer(VOUCHERS, buyer, 10)
    assert len(found["me"]["vouchers"]["nodes"]) == 10
    # The member, its vouchers, their rewards, the clock, the programme.
    assert len(sent) <= 5, "\n".join(sent)


async def test_who_is_no_member_reads_the_catalogue_without_redeemability() -> None:
    await a_reward()
    for actor in (ANONYMOUS, TILL):
        found = await answer(PAGE, actor, 1)
        (reward,) = found["rewards"]["nodes"]
        assert reward["redeemability"] is None
        assert reward["price"]["unit"] == {"code": "POINTS", "name": "Points"}
