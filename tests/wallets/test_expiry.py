"""What is due is gone at once, and is written down once, however lots lie."""

from datetime import datetime, timedelta

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InsufficientPoints
from domain.rewards import operations
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import expiring
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.factories.rewards import a_buyer, a_reward, credit, held, written

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def balance(member: Actor) -> int:
    assert member.member_id
    (wallets,) = await wallets_of(SYSTEM, [member.member_id])
    return wallets["POINTS"].balance


async def pass_time(by: timedelta) -> None:
    """The business clock goes on."""
    await database.rows(
        "update clock set ahead_seconds = ahead_seconds + $1", int(by.total_seconds())
    )


async def a_saver(*lots: tuple[int, datetime | None]) -> Actor:
    saver = await a_buyer(0)
    assert saver.member_id
    for points, expires_at in lots:
        await credit(saver.member_id, points, expires_at=expires_at)
    return saver


async def test_lots_that_are_due_within_one_second_all_expire() -> None:
    due = (await database.now()).replace(microsecond=0) + DAY
    saver = await a_saver((1, due), (2, due + timedelta(microseconds=10)), (4, None))
    await pass_time(2 * DAY)

    assert await balance(saver) == 4
    assert await expiring.expire_due() == 1

    assert await balance(saver) == 4
    assert await database.value("select count(*) from transactions where kind = 'EXPIRE'") == 2
    assert (await proof(SYSTEM)).problems == []


async def test_what_comes_late_expires_too_though_that_instant_was_written() -> None:
    due = await database.now() - DAY
    saver = await a_saver((1, due), (2, due), (4, due), (8, None))

    await expiring.expire_due()

    assert await balance(saver) == 8
    assert await database.value("select sum(points) from transactions where kind = 'EXPIRE'") == -7
    assert (await proof(SYSTEM)).problems == []


async def test_who_is_refused_leaves_nothing_behind() -> None:
    now = await database.now()
    saver, reward_id = await a_saver((40, now + DAY)), await a_reward(price=30)
    newcomer = await a_buyer(0)
    await pass_time(2 * DAY)
    before = await written(), await held(saver.member_id)

    for member in (saver, newcomer):
        with pytest.raises(InsufficientPoints) as refused:
            await operations.redeem(member, RedeemReward(reward_id, "key"))
        assert (refused.value.balance, refused.value.required) == (0, 30)

    assert (await written(), await held(saver.member_id)) == before


async def test_what_is_given_back_pays_a_debt_first() -> None:
    now = await database.now()
    saver = await a_saver((20, now + DAY), (10, None))
    done = await operations.redeem(saver, RedeemReward(await a_reward(price=30), "redeem"))
    await _owe(saver, 25)
    await pass_time(2 * DAY)

    await operations.cancel(saver, CancelVoucher(done.voucher_id, "back"))

    (wallets,) = await wallets_of(SYSTEM, [saver.member_id]) if saver.member_id else ({},)
    assert (wallets["POINTS"].balance, wallets["POINTS"].debt) == (5, 0)
    assert (await proof(SYSTEM)).problems == []


async def _owe(member: Actor, points: int) -> None:
    """Points are taken back that were spent already."""
    move = Move("POINTS", TransactionKind.CLAWBACK, -points, "issuance", {"key": "adjusted"})
    await post_one(Posting(member.member_id, moves=(move,)))
