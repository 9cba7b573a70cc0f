"""A voucher is good once: used or given back, never both, and not after its time."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database, outbox
from domain.actor import Actor
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, VoucherUnusable
from domain.events import VoucherCancelled, VoucherUsed
from domain.rewards import operations, queries
from domain.rewards.commands import CancelVoucher, RedeemReward, UseVoucher
from domain.rewards.kinds import VoucherState
from domain.rewards.models import Reward, Voucher
from domain.rewards.queries import VoucherRow
from tests.factories.rewards import TILL, a_buyer, a_reward, held, written

pytestmark = pytest.mark.usefixtures("database")


async def a_voucher(buyer: Actor, reward_id: UUID | None = None) -> VoucherRow:
    reward_id = reward_id or await a_reward()
    done = await operations.redeem(buyer, RedeemReward(reward_id, uuid4().hex))
    return await read(done.voucher_id)


async def read(voucher_id: UUID) -> VoucherRow:
    (found,) = await queries.vouchers(TILL, [voucher_id])
    assert found
    return found


async def expire(voucher: VoucherRow) -> None:
    over = (await database.now()) - timedelta(seconds=1)
    await Voucher.filter(id=voucher.id).update(expires_at=over)


async def refused(effect: Any) -> DomainError:
    """The refusal of something that then changes nothing."""
    before = await written(), await Voucher.all().order_by("id").values()
    with pytest.raises(DomainError) as raised:
        await effect
    assert (await written(), await Voucher.all().order_by("id").values()) == before
    return raised.value


async def test_a_till_takes_a_voucher_once() -> None:
    buyer = await a_buyer()
    voucher = await a_voucher(buyer)
    assert buyer.member_id

    done = await operations.use(TILL, UseVoucher(voucher.code, "use", "order-7"))
    again = await operations.use(TILL, UseVoucher(voucher.code, "use", "order-7"))

    assert (done.replayed, again.replayed, again.voucher_id) == (False, True, voucher.id)
    used = await read(voucher.id)
    assert (used.state, used.used_at is not None) == (VoucherState.USED, True)
    assert (await Voucher.get(id=voucher.id)).order_reference == "order-7"
    facts = [fact.event for fact in await outbox.beyond(0, 0)]
    assert facts.count(VoucherUsed(buyer.member_id, voucher.id)) == 1
    for _ in range(2):
        error = await refused(operations.use(TILL, UseVoucher(voucher.code, "other")))
        assert (type(error), error.path) == (VoucherUnusable, ("code",))
        assert "used" in error.message


async def test_people_type_codes_as_they_like() -> None:
    voucher = await a_voucher(await a_buyer())
    typed = f" {voucher.code[:4]}-{voucher.code[4:8]} {voucher.code[8:]}".lower()
    assert (await operations.use(TILL, UseVoucher(typed, "typed"))).voucher_id == voucher.id


@pytest.mark.parametrize("code", ["", "23456789ABCDEFGH", "x" * 5000, "ABCD\u00a0", "0IO1LU"])
async def test_a_code_that_is_none_is_not_found(code: str) -> None:
    error = await refused(operations.use(TILL, UseVoucher(code, "unknown")))
    assert (type(error), error.path) == (NotFound, ("code",))


async def test_a_reference_has_bounds() -> None:
    voucher = await a_voucher(await a_buyer())
    for reference in ("", "x" * 65):
        error = await refused(operations.use(TILL, UseVoucher(voucher.code, "r", reference)))
        assert (type(error), error.path) == (InvalidInput, ("orderReference",))


async def test_members_cannot_use_and_tills_cannot_cancel() -> None:
    buyer = await a_buyer()
    voucher = await a_voucher(buyer)
    assert type(await refused(operations.use(buyer, UseVoucher(voucher.code, "u")))) is NotAllowed
    assert (
        type(await refused(operations.cancel(TILL, CancelVoucher(voucher.id, "c")))) is NotAllowed
    )


async def test_a_voucher_given_back_returns_points_and_piece() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(stock=3)
    before = await held(buyer.member_id)
    voucher = await a_voucher(buyer, reward_id)
    assert buyer.member_id

    done = await operations.cancel(buyer, CancelVoucher(voucher.id, "back"))
    again = await operations.cancel(buyer, CancelVoucher(voucher.id, "back"))

    assert (done.replayed, again.replayed, again.unit) == (False, True, "POINTS")
    assert await held(buyer.member_id) == before
    assert (await Reward.get(id=reward_id)).stock == 3
    assert (await read(voucher.id)).state is VoucherState.CANCELLED
    facts = [fact.event for fact in await outbox.beyond(0, 0)]
    assert facts.count(VoucherCancelled(buyer.member_id, voucher.id)) == 1
    error = await refused(operations.cancel(buyer, CancelVoucher(voucher.id, "twice")))
    assert (type(error), error.path) == (VoucherUnusable, ("voucherId",))
    error = await refused(operations.use(TILL, UseVoucher(voucher.code, "dead")))
    assert type(error) is VoucherUnusable
    assert "cancelled" in error.message


async def test_a_used_voucher_cannot_be_given_back() -> None:
    buyer = await a_buyer()
    voucher = await a_voucher(buyer)
    await operations.use(TILL, UseVoucher(voucher.code, "use"))
    error = await refused(operations.cancel(buyer, CancelVoucher(voucher.id, "back")))
    assert (type(error), error.path) == (VoucherUnusable, ("voucherId",))


async def test_what_has_expired_is_neither_used_nor_given_back() -> None:
    buyer = await a_buyer()
    voucher = await a_voucher(buyer)
    await expire(voucher)
    assert (await read(voucher.id)).state is VoucherState.EXPIRED
    for effect in (
        operations.use(TILL, UseVoucher(voucher.code, "use")),
        operations.cancel(buyer, CancelVoucher(voucher.id, "back")),
    ):
        error = await refused(effect)
        assert type(error) is VoucherUnusable
        assert "expired" in error.message


async def test_another_members_voucher_is_not_there() -> None:
    voucher, stranger = await a_voucher(await a_buyer()), await a_buyer()
    error = await refused(operations.cancel(stranger, CancelVoucher(voucher.id, "mine?")))
    nothing = await refused(operations.cancel(stranger, CancelVoucher(uuid4(), "nothing")))
    assert type(error) is type(nothing) is NotFound
    assert (error.message, error.path) == (nothing.message, nothing.path)
    assert await queries.vouchers(stranger, [voucher.id]) == [None]
    assert (await queries.vouchers_of(stranger, [voucher.member_id], 10))[0].rows == []


async def test_of_a_cancel_and_a_use_at_once_one_wins() -> None:
    buyer, reward_id = await a_buyer(300), await a_reward(stock=10)
    for round_ in range(10):
        voucher = await a_voucher(buyer, reward_id)
        answers = await asyncio.gather(
            operations.cancel(buyer, CancelVoucher(voucher.id, f"back {round_}")),
            operations.use(TILL, UseVoucher(voucher.code, f"use {round_}")),
            return_exceptions=True,
        )
        lost = [answer for answer in answers if isinstance(answer, BaseException)]
        assert [type(error) for error in lost] == [VoucherUnusable]
        won = VoucherState.USED if answers[0] is lost[0] else VoucherState.CANCELLED
        assert (await read(voucher.id)).state is won
    used = await Voucher.filter(state="USED").count()
    assert (await held(buyer.member_id))[0] == 300 - 30 * used
    assert (await Reward.get(id=reward_id)).stock == 10 - used


async def test_lists_are_newest_first_and_by_state() -> None:
    buyer = await a_buyer(300)
    reward_id = await a_reward()
    made = [await a_voucher(buyer, reward_id) for _ in range(5)]
    await operations.use(TILL, UseVoucher(made[0].code, "use"))
    await operations.cancel(buyer, CancelVoucher(made[1].id, "back"))
    await expire(made[2])
    assert buyer.member_id

    found: list[UUID] = []
    after = None
    while True:
        (page,) = await queries.vouchers_of(buyer, [buyer.member_id], 2, after)
        found.extend(row.id for row in page.rows)
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert found == [voucher.id for voucher in reversed(made)]

    listed = {}
    for state in VoucherState:
        (page,) = await queries.vouchers_of(buyer, [buyer.member_id], 10, state=state)
        assert {row.state for row in page.rows} <= {state}
        assert await queries.voucher_counts_of(buyer, [buyer.member_id], state) == [len(page.rows)]
        listed[state.value] = len(page.rows)
    assert listed == {"ISSUED": 2, "RESERVED": 0, "USED": 1, "EXPIRED": 1, "CANCELLED": 1}
