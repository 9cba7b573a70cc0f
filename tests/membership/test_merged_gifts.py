"""Gifts on their way, and points that come back late, when two become one and are two again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain import database
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import expiring, returning
from tests.factories.gifts import a_friend, balance_of, gift, sent
from tests.factories.merges import merged, unmerged
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit
from tests.membership.test_merging import adds_up
from tests.wallets.test_arriving import WELCOME, pass_time

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def test_what_came_back_of_the_one_who_went_is_his_again() -> None:
    stayer, gone = await a_friend("s@example.org", 1), await a_friend("g@example.org", 100)
    first = await sent(gone, 30, email="nobody@example.org")
    merge_id = await merged(stayer, gone)
    await pass_time(8 * DAY)
    assert await returning.settle_gifts() == 1
    assert (await gift(first.gift_id))[0] == "RETURNED"
    await unmerged(merge_id)
    assert [await balance_of(each) for each in (stayer, gone)] == [WELCOME + 1, WELCOME + 100]
    await adds_up()


async def test_what_he_had_sent_to_the_one_who_stayed_is_not() -> None:
    stayer, gone = await a_friend("s@example.org", 1), await a_friend("g@example.org", 100)
    await sent(gone, 10, email="s@example.org")
    await database.rows("update members set state = 'OPTED_OUT' where id = $1", stayer.member_id)
    await sent(gone, 30, email="s@example.org")
    await database.rows("update members set state = 'ACTIVE' where id = $1", stayer.member_id)
    merge_id = await merged(stayer, gone)
    await pass_time(8 * DAY)
    assert await returning.settle_gifts() == 1
    await unmerged(merge_id)
    assert [await balance_of(each) for each in (stayer, gone)] == [WELCOME + 41, WELCOME + 60]
    await adds_up()


async def test_what_was_on_its_way_to_the_one_who_went_is_his() -> None:
    stayer, gone = await a_friend("s@example.org", 1), await a_friend("g@example.org")
    sender = await a_friend("c@example.org", 100)
    await database.rows("update members set state = 'OPTED_OUT' where id = $1", gone.member_id)
    first = await sent(sender, 30, email="g@example.org")
    merge_id = await merged(stayer, gone)
    assert await returning.settle_gifts() == 1
    await unmerged(merge_id)
    assert (await gift(first.gift_id))[:2] == ("ARRIVED", gone.member_id)
    assert [await balance_of(each) for each in (stayer, gone)] == [WELCOME + 1, WELCOME + 30]
    await adds_up()


async def test_a_gift_that_comes_back_late_lives_thirty_days() -> None:
    stayer, gone = await a_friend("s@example.org"), await a_friend("g@example.org")
    assert gone.member_id
    await credit(gone.member_id, 30, await database.now() + 2 * DAY)
    await sent(gone, 30, email="nobody@example.org")
    await merged(stayer, gone)
    await pass_time(8 * DAY)
    await returning.settle_gifts()
    await expiring.expire_due()
    assert await balance_of(stayer) == 2 * WELCOME + 30
    await pass_time(30 * DAY)
    await expiring.expire_due()
    assert await balance_of(stayer) == 2 * WELCOME
    await adds_up()


async def test_so_do_points_of_a_voucher() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(0)
    assert gone.member_id
    await credit(gone.member_id, 30, await database.now() + 2 * DAY)
    done = await rewards.redeem(gone, RedeemReward(await a_reward(price=30), uuid4().hex))
    await merged(stayer, gone)
    await pass_time(3 * DAY)
    await rewards.cancel(stayer, CancelVoucher(done.voucher_id, uuid4().hex))
    await expiring.expire_due()
    assert await balance_of(stayer) == 30
    await adds_up()
