"""A gift that can neither arrive nor come back, for a wallet takes nothing, holds up no other."""

from datetime import timedelta

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.wallets import returning
from domain.wallets.proof import proof
from tests.factories.gifts import a_friend, balance_of, gift, sent
from tests.factories.merges import merged
from tests.factories.rewards import credit
from tests.wallets.test_arriving import WELCOME, pass_time

pytestmark = pytest.mark.usefixtures("database")

LATE = timedelta(days=8)
MOST = 10**15


async def others() -> tuple[Actor, Actor]:
    """Two with points; what they send last comes back last."""
    return await a_friend("anna@example.org", 100), await a_friend("carl@example.org", 100)


async def turn(member: Actor, state: str) -> None:
    await database.rows("update members set state = $2 where id = $1", member.member_id, state)


async def fill(member: Actor) -> None:
    assert member.member_id
    await credit(member.member_id, MOST - await balance_of(member))


async def test_who_it_is_for_has_no_room() -> None:
    (anna, carl), bert = await others(), await a_friend("bert@example.org")
    await turn(bert, "BLOCKED")
    first = await sent(anna, 30, email="bert@example.org")
    second = await sent(carl, 10, email="nobody@example.org")
    await turn(bert, "ACTIVE")
    await fill(bert)
    assert await returning.settle_gifts() == 0
    await pass_time(LATE)
    assert await returning.settle_gifts() == 2
    assert [(await gift(each.gift_id))[0] for each in (first, second)] == ["RETURNED"] * 2
    assert await balance_of(anna) == WELCOME + 100


async def test_who_sent_it_has_no_room() -> None:
    anna, carl = await others()
    first = await sent(anna, 30, email="nobody@example.org")
    second = await sent(carl, 10, email="nobody@example.org")
    await fill(anna)
    await pass_time(LATE)
    assert await returning.settle_gifts(at_once=1) == 1
    assert [(await gift(each.gift_id))[0] for each in (first, second)] == ["WAITING", "RETURNED"]
    assert (await proof(SYSTEM)).problems == []


async def test_in_whom_the_sender_lives_on_is_frozen() -> None:
    (anna, carl), bert = await others(), await a_friend("bert@example.org")
    await turn(bert, "BLOCKED")
    first = await sent(anna, 30, email="bert@example.org")
    second = await sent(carl, 10, email="nobody@example.org")
    await turn(bert, "ACTIVE")
    await merged(bert, anna)
    await database.rows("update wallets set frozen = true where member_id = $1", bert.member_id)
    await pass_time(LATE)
    assert await returning.settle_gifts() == 1
    assert [(await gift(each.gift_id))[0] for each in (first, second)] == ["WAITING", "RETURNED"]
    await database.rows("update wallets set frozen = false")
    assert await returning.settle_gifts() == 1
    assert await balance_of(bert) == 2 * WELCOME + 100
