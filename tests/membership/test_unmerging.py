"""A merge is undone: what is left goes back to whom it came from, and the figures are as before."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import AlreadyReversed, NotAllowed, NotFound
from domain.members import queries as members
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef
from domain.orders import advancing
from domain.orders.advancing import AdvanceOrder
from domain.orders.kinds import OrderStage
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets.proof import proof
from tests.factories.members import a_member
from tests.factories.merges import CARE, merged, unmerged
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.paying import a_voucher, states
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit
from tests.membership.test_merging import adds_up, lots, owe, pend, state_of, wallet

pytestmark = pytest.mark.usefixtures("database")

COUNTED = """
select (select order_count from members where id = $1) as orders,
  (select coalesce(sum(points), 0)::int from qualifying_days where member_id = $1) as days,
  (select count(*) from orders where member_id = $1) as rows,
  (select count(*) from vouchers where member_id = $1) as vouchers"""


async def test_all_that_came_goes_back_with_its_dates() -> None:
    await a_programme()
    stayer, gone = await a_member("a@example.org"), await a_member("b@example.org")
    for member in (stayer, gone, gone):
        await reported(an_order(a_line(2500), member=member.member_id))
    await rewards.redeem(gone, RedeemReward(await a_reward(price=10), uuid4().hex))
    await pend(gone, 40)
    assert stayer.member_id
    await credit(stayer.member_id, 6, await database.now() + timedelta(days=2))
    sides = (stayer, gone)
    before = [
        (await lots(each), await wallet(each), await database.row(COUNTED, each.member_id))
        for each in sides
    ]
    merge_id = await merged(stayer, gone)
    assert (await lots(gone), await wallet(gone)) == ([], (0, 0, 0, 0))
    await unmerged(merge_id)
    after = [
        (await lots(each), await wallet(each), await database.row(COUNTED, each.member_id))
        for each in sides
    ]
    assert after == before
    assert await state_of(gone.member_id) is MemberState.ACTIVE
    found = await members.find(CARE, MemberRef(email="b@example.org"))
    assert found.id == gone.member_id
    await adds_up()


async def test_what_was_spent_meanwhile_stays_spent() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(0)
    assert stayer.member_id and gone.member_id
    soon, late = [await database.now() + timedelta(days=n) for n in (3, 9)]
    await credit(stayer.member_id, 5, late)
    await credit(gone.member_id, 20, soon)
    await credit(gone.member_id, 10, late)
    merge_id = await merged(stayer, gone)
    await rewards.redeem(stayer, RedeemReward(await a_reward(price=24), uuid4().hex))
    await unmerged(merge_id)
    # 20 of those that ended first, then 4 of those that ended later, the first earned first.
    assert (await wallet(stayer))[0] + (await wallet(gone))[0] == 11
    assert [(left, ends) for left, _, ends in await lots(gone)] == [(10, late)]
    assert [(left, ends) for left, _, ends in await lots(stayer)] == [(1, late)]
    await adds_up()


async def test_points_of_a_voucher_that_was_given_back_meanwhile_go_back_too() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(50)
    done = await rewards.redeem(gone, RedeemReward(await a_reward(price=30), uuid4().hex))
    merge_id = await merged(stayer, gone)
    await rewards.cancel(stayer, CancelVoucher(done.voucher_id, uuid4().hex))
    assert (await wallet(stayer))[0] == 50
    await unmerged(merge_id)
    assert (await wallet(stayer), (await wallet(gone))[0]) == ((0, 0, 0, 0), 50)
    await adds_up()


@pytest.mark.parametrize("points", [0, 10, 100])
async def test_a_debt_is_the_other_s_again(points: int) -> None:
    await a_programme()
    stayer, gone = await a_buyer(points), await a_buyer(0)
    await owe(gone, 25)
    before = [(await lots(each), await wallet(each)) for each in (stayer, gone)]
    await unmerged(await merged(stayer, gone))
    assert [(await lots(each), await wallet(each)) for each in (stayer, gone)] == before
    await adds_up()


async def test_an_order_of_the_one_who_went_is_refunded_to_both_as_if_it_had_never_been() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    before = [(await wallet(m), await database.row(COUNTED, m.member_id)) for m in (stayer, gone)]
    order = an_order(a_line(2500), member=gone.member_id)
    await reported(order)
    merge_id = await merged(stayer, gone)
    done = await refunded(order)
    assert sum(done.taken.values()) == 25
    await adds_up()
    await unmerged(merge_id)
    after = [(await wallet(m), await database.row(COUNTED, m.member_id)) for m in (stayer, gone)]
    assert [(w, row["orders"], row["days"]) for w, row in after if row] == [
        (w, row["orders"], row["days"]) for w, row in before if row
    ]
    await adds_up()


async def test_an_order_that_earned_meanwhile_stays_with_whom_it_earned_for() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    order = an_order(a_line(2500), member=gone.member_id, stage=OrderStage.PLACED)
    await reported(order)
    merge_id = await merged(stayer, gone)
    await advancing.advance(
        SHOP,
        AdvanceOrder(
            order.source, order.reference, OrderStage.COMPLETED, order.occurred_at, uuid4().hex
        ),
    )
    points = (await wallet(stayer))[0]
    await unmerged(merge_id)
    assert (await wallet(stayer))[0] == points - (await wallet(gone))[0]
    rows = await database.row(COUNTED, stayer.member_id)
    assert rows is not None
    assert (rows["orders"], rows["rows"]) == (1, 1)
    await adds_up()


async def test_a_voucher_stays_with_the_order_that_took_it_meanwhile() -> None:
    member, stayer = await a_buyer(0), await a_buyer(0)
    codes = [await a_voucher(member) for _ in range(2)]
    merge_id = await merged(stayer, member)
    now = await database.now()
    order = an_order(member=stayer.member_id, voucher_codes=(codes[0],), occurred_at=now)
    await reported(order)
    await unmerged(merge_id)
    owners = [row[0] for row in await database.rows("select member_id from vouchers order by id")]
    assert owners == [stayer.member_id, member.member_id]
    await refunded(order)
    assert await states() == ["ISSUED", "ISSUED"]
    assert (await proof(SYSTEM)).problems == []


async def test_it_is_undone_once() -> None:
    await a_programme()
    stayer, gone = await a_buyer(1), await a_buyer(2)
    merge_id = await merged(stayer, gone)
    await unmerged(merge_id, "k")
    assert (await unmerged(merge_id, "k")).replayed
    with pytest.raises(AlreadyReversed):
        await unmerged(merge_id)
    with pytest.raises(NotFound):
        await unmerged(uuid4())
    assert (await wallet(gone))[0] == 2
    await merged(stayer, gone)
    await merged(await a_buyer(0), stayer)
    await adds_up()


async def test_of_a_chain_the_last_is_undone_first() -> None:
    await a_programme()
    a, b, c = await a_buyer(1), await a_buyer(2), await a_buyer(4)
    first, second = await merged(b, a), await merged(c, b)
    with pytest.raises(NotAllowed, match="undo that before"):
        await unmerged(first)
    await unmerged(second)
    assert (await members.find(CARE, MemberRef(id=a.member_id))).id == b.member_id
    assert [(await wallet(each))[0] for each in (a, b, c)] == [0, 3, 4]
    await unmerged(first)
    assert [(await wallet(each))[0] for each in (a, b, c)] == [1, 2, 4]
    assert list((await proof(SYSTEM)).problems) == []


async def test_nothing_comes_back_of_who_is_erased() -> None:
    await a_programme()
    stayer, gone = await a_buyer(1), await a_buyer(2)
    merge_id = await merged(stayer, gone)
    await database.rows("update members set state = 'ERASED' where id = $1", stayer.member_id)
    with pytest.raises(NotAllowed, match="erased"):
        await unmerged(merge_id)
