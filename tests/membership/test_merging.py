"""Two memberships become one: nothing is lost, and every number can be explained."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InvalidInput, NotAllowed
from domain.members import queries as members
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef
from domain.membership import merging
from domain.membership.merging import MergeMembers
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import checks
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.factories.holds import a_hold
from tests.factories.members import a_member
from tests.factories.merges import CARE, merged
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit

pytestmark = pytest.mark.usefixtures("database")


async def lots(member: Actor) -> list[tuple[int, Any, Any]]:
    """What is left of points, with their dates."""
    found = await database.rows(
        """select remaining, earned_at, expires_at from lots
           where member_id = $1 and remaining > 0 order by expires_at, remaining""",
        member.member_id,
    )
    return [tuple(row) for row in found]


async def wallet(member: Actor, unit: str = "POINTS") -> tuple[int, int, int, int]:
    """Balance, pending, held and debt."""
    row = await database.row(
        "select available, pending, held, debt from wallets where (member_id, unit) = ($1, $2)",
        *(member.member_id, unit),
    )
    return tuple(row) if row else (0, 0, 0, 0)  # type: ignore[return-value]


async def adds_up() -> None:
    """The whole book does."""
    assert list((await proof(SYSTEM)).problems) == []
    for row in await database.rows("select member_id, unit from wallets"):
        async with database.transaction():
            assert await checks.misfits([(row["member_id"], row["unit"])]) == []


async def pend(member: Actor, points: int, days: int = 9) -> None:
    """Points that wait."""
    assert member.member_id
    at = await database.now() + timedelta(days=days)
    move = Move(
        "POINTS", TransactionKind.PEND, points, "issuance",
        {"key": "order_pending", "reference": "R"}, releases_at=at,
    )  # fmt: skip
    await wallets.post_one(Posting(member.member_id, moves=(move,)))


async def owe(member: Actor, points: int) -> None:
    """A debt."""
    assert member.member_id
    move = Move("POINTS", TransactionKind.CLAWBACK, -points, "issuance", {"key": "adjusted"})
    await wallets.post_one(Posting(member.member_id, moves=(move,)))


async def test_points_move_with_their_very_dates() -> None:
    await a_programme()
    stayer, gone = await a_buyer(10), await a_buyer(7)
    soon = await database.now() + timedelta(days=5)
    assert gone.member_id
    await credit(gone.member_id, 20, soon)
    await credit(gone.member_id, 3, None, "STARS")
    before = [*await lots(stayer), *await lots(gone)]
    await merged(stayer, gone)
    assert sorted(await lots(stayer), key=str) == sorted(before, key=str)
    assert await lots(gone) == []
    assert (await wallet(stayer))[0] == 37
    assert await wallet(stayer, "STARS") == (3, 0, 0, 0)
    assert await wallet(gone) == (0, 0, 0, 0)
    await adds_up()


async def test_what_waits_waits_on_and_what_is_owed_is_owed() -> None:
    await a_programme()
    stayer, gone = await a_buyer(10), await a_buyer(0)
    await pend(gone, 40)
    await owe(gone, 25)
    waits = "select points, order_id, releases_at, stage from pending_points where remaining > 0"
    before = await database.rows(waits)
    await merged(stayer, gone)
    assert await wallet(stayer) == (0, 40, 0, 15)
    assert await wallet(gone) == (0, 0, 0, 0)
    assert await database.rows(waits) == before
    await adds_up()


async def test_points_of_the_one_pay_the_debt_of_the_other() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(30)
    await owe(stayer, 12)
    await merged(stayer, gone)
    assert await wallet(stayer) == (18, 0, 0, 0)
    await adds_up()


async def test_an_open_hold_is_named_and_refuses_it() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(30)
    await a_hold(gone, 25)
    with pytest.raises(NotAllowed, match="25 POINTS until 20") as refused:
        await merged(stayer, gone)
    assert refused.value.path == ("from",)
    assert await wallet(gone) == (5, 0, 25, 0)


async def test_every_identifier_leads_to_the_one_who_stays() -> None:
    stayer = await a_member("anna@example.org")
    gone = await a_member("old@example.org", external_id="crm-1")
    await database.rows(
        "update profiles set phone = '+306900000001' where member_id = $1", gone.member_id
    )
    number = await database.value("select number from members where id = $1", gone.member_id)
    await merged(stayer, gone)
    for ref in (
        MemberRef(id=gone.member_id),
        MemberRef(number=number),
        MemberRef(card=number),
        MemberRef(email="old@example.org"),
        MemberRef(phone="+306900000001"),
        MemberRef(external_id="crm-1"),
    ):
        assert (await members.find(CARE, ref)).id == stayer.member_id
        order = an_order(a_line(1000))
        done = await reported(replaced(order, ref))
        assert done.result["member"] == str(stayer.member_id)


def replaced(order: Any, ref: MemberRef) -> Any:
    """The order of whom this names."""
    return replace(order, member=ref)


async def test_orders_vouchers_and_counts_are_of_both() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    for member in (stayer, gone, gone):
        await reported(an_order(a_line(2500), member=member.member_id))
    count = "select order_count from members where id = $1"
    days = "select coalesce(sum(points), 0)::int from qualifying_days where member_id = $1"
    qualified = [await database.value(days, m.member_id) for m in (stayer, gone)]
    reward = await a_reward(price=10)
    await rewards.redeem(gone, RedeemReward(reward, uuid4().hex))
    await merged(stayer, gone)
    assert await database.value(count, stayer.member_id) == 3
    assert await database.value(days, stayer.member_id) == sum(qualified)
    for table in ("orders", "vouchers"):
        rows = await database.rows(f"select member_id from {table}")
        assert {row["member_id"] for row in rows} == {stayer.member_id}
    await adds_up()


async def test_a_voucher_of_the_one_who_went_is_given_back_to_the_one_who_stays() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(0)
    assert gone.member_id
    ends = await database.now() + timedelta(days=5)
    await credit(gone.member_id, 50, ends)
    before = await lots(gone)
    done = await rewards.redeem(gone, RedeemReward(await a_reward(price=30), uuid4().hex))
    await merged(stayer, gone)
    await rewards.cancel(stayer, CancelVoucher(done.voucher_id, uuid4().hex))
    after = await lots(stayer)
    assert sum(left for left, *_ in after) == 50
    assert {(earned, expires) for _, earned, expires in after} == {before[0][1:]}
    await adds_up()


async def test_who_cannot_be_merged() -> None:
    await a_programme()
    a, b, c = await a_buyer(1), await a_buyer(2), await a_buyer(4)
    with pytest.raises(InvalidInput, match="one and the same"):
        await merged(a, a)
    await merged(a, b)
    with pytest.raises(NotAllowed, match="merged already"):
        await merged(c, b)
    with pytest.raises(NotAllowed, match="merged already"):
        await merged(a, b)
    await database.rows("update members set state = 'ERASED' where id = $1", c.member_id)
    for stayer, gone in ((a, c), (c, a)):
        with pytest.raises(NotAllowed, match="erased"):
            await merged(stayer, gone)
    d = await a_buyer(0)
    await database.rows("update members set state = 'BLOCKED' where id = $1", d.member_id)
    for stayer, gone in ((a, d), (d, a)):
        with pytest.raises(NotAllowed, match="blocked"):
            await merged(stayer, gone)
    both = MemberRef(id=a.member_id), MemberRef(id=d.member_id)
    with pytest.raises(InvalidInput) as refused:
        await merging.merge(CARE, MergeMembers(*both, " ", "k"))
    assert refused.value.path == ("reason",)


async def test_a_chain_ends_in_the_last() -> None:
    await a_programme()
    a, b, c = await a_buyer(1), await a_buyer(2), await a_buyer(4)
    await merged(b, a)
    await merged(c, b)
    for gone in (a, b):
        assert (await members.find(CARE, MemberRef(id=gone.member_id))).id == c.member_id
    assert (await wallet(c))[0] == 7
    await adds_up()


async def test_the_same_key_does_it_once() -> None:
    await a_programme()
    stayer, gone = await a_buyer(1), await a_buyer(2)
    first = await merged(stayer, gone, "k")
    command = MergeMembers(
        MemberRef(id=stayer.member_id), MemberRef(id=gone.member_id), "The same", "k"
    )
    again = await merging.merge(CARE, command)
    assert (again.merge_id, again.replayed) == (first, True)
    assert await database.value("select count(*) from merges") == 1


async def state_of(member_id: UUID | None) -> MemberState:
    """As it stands."""
    return MemberState(await database.value("select state from members where id = $1", member_id))


async def test_who_went_is_merged_and_moves_no_more() -> None:
    await a_programme()
    stayer, gone = await a_buyer(1), await a_buyer(2)
    await merged(stayer, gone)
    assert await state_of(gone.member_id) is MemberState.MERGED
    assert gone.member_id
    with pytest.raises(asyncpg.SerializationError):
        await credit(gone.member_id, 5)
