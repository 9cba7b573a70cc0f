"""What falls due after two members have become one, and after they are two again."""

from datetime import timedelta

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.wallets import expiring, sealing
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.factories.clock import later
from tests.factories.gifts import number_of, sent
from tests.factories.merges import merged, unmerged
from tests.factories.rewards import a_buyer, a_programme, credit, held
from tests.membership.test_merging import adds_up
from tests.wallets.test_adjusting import CARE
from tests.wallets.test_extending import extended, reinstated

pytestmark = pytest.mark.usefixtures("database")


async def test_points_that_went_over_expire_with_who_stays_and_hold_up_nobody() -> None:
    await a_programme()
    stayer, gone, other = await a_buyer(10), await a_buyer(7), await a_buyer(5)
    assert gone.member_id and other.member_id
    soon = await database.now() + timedelta(days=5)
    await credit(gone.member_id, 20, soon)
    await credit(other.member_id, 30, soon)
    await merged(stayer, gone)

    await later(days=6)
    assert await expiring.expire_due() > 0
    assert await expiring.expire_due() == 0

    balances = [(await held(each.member_id))[0] for each in (stayer, gone, other)]
    assert balances == [17, 0, 5]
    assert (await proof(SYSTEM)).problems == []


async def test_points_that_wait_keep_only_those_of_who_earned_them() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(0)
    assert stayer.member_id and gone.member_id
    now = await database.now()
    soon, later_on = now + timedelta(days=5), now + timedelta(days=300)
    move = Move(
        "POINTS", TransactionKind.PEND, 40, "issuance",
        {"key": "order_pending", "reference": "R", "kept_until": later_on.isoformat()},
        releases_at=now + timedelta(days=9),
    )  # fmt: skip
    await wallets.post_one(Posting(gone.member_id, moves=(move,)))
    await credit(stayer.member_id, 20, soon)
    merge_id = await merged(stayer, gone)
    dates = "select expires_at from lots where member_id = $1"
    assert await database.value(dates, stayer.member_id) == soon
    await unmerged(merge_id)
    assert await database.value(dates, stayer.member_id) == soon


async def test_a_date_that_was_moved_goes_along_wherever_points_go() -> None:
    await a_programme()
    sender, friend, stayer = [await a_buyer(0) for _ in range(3)]
    assert sender.member_id
    now = await database.now()
    until = now + timedelta(days=40)
    await credit(sender.member_id, 50, now + timedelta(days=10))
    await extended(CARE, sender, until)
    await sent(sender, 20, number=await number_of(friend))
    await merged(stayer, friend)
    await sealing.seal()
    lots = await database.rows(
        "select remaining, expires_at from lots where remaining > 0 order by remaining"
    )
    assert [tuple(lot) for lot in lots] == [(20, until), (30, until)]
    await adds_up()
    await later(days=41)
    assert await expiring.expire_due() == 2
    await adds_up()


async def test_what_expired_of_the_one_who_went_comes_back_to_the_one_who_stayed() -> None:
    await a_programme()
    stayer, gone = await a_buyer(1), await a_buyer(0)
    assert gone.member_id
    await credit(gone.member_id, 50, await database.now() + timedelta(days=5))
    await later(days=6)
    await expiring.expire_due()
    expired = await database.value("select id from transactions where kind = 'EXPIRE'")
    await merged(stayer, gone)
    await reinstated(CARE, expired)
    assert (await held(stayer.member_id))[0] == 51
    await adds_up()
