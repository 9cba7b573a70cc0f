"""Points become a voucher: once for a key, all of it or nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database, outbox
from domain.actor import ANONYMOUS, Actor
from domain.errors import (
    DomainError,
    InsufficientPoints,
    InvalidInput,
    KeyReused,
    NotAllowed,
    NotFound,
    RewardUnavailable,
    Unauthenticated,
)
from domain.events import RewardRedeemed
from domain.members.models import Member
from domain.rewards import operations, queries
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.rewards.kinds import VoucherState
from domain.rewards.models import Reward
from domain.wallets.queries import statements_of, wallets_of
from tests.factories.rewards import TITLE, a_buyer, a_reward, held, written

pytestmark = pytest.mark.usefixtures("database")


async def refused(actor: Actor, command: RedeemReward) -> DomainError:
    """The refusal of a redemption that changes nothing."""
    before = await held(actor.member_id), await written()
    with pytest.raises(DomainError) as raised:
        await operations.redeem(actor, command)
    assert (await held(actor.member_id), await written()) == before
    return raised.value


async def test_points_become_a_voucher_and_all_that_goes_with_it() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(stock=5, voucher_days=10)
    assert buyer.member_id
    assert (await wallets_of(buyer, [buyer.member_id]))[0]["POINTS"].balance == 100

    done = await operations.redeem(buyer, RedeemReward(reward_id, "once"))

    (voucher,) = await queries.vouchers(buyer, [done.voucher_id])
    assert voucher
    assert (voucher.state, voucher.price, voucher.unit) == (VoucherState.ISSUED, 30, "POINTS")
    assert abs(voucher.expires_at - voucher.issued_at - timedelta(days=10)) < timedelta(seconds=1)
    assert (await wallets_of(buyer, [buyer.member_id]))[0]["POINTS"].balance == 70
    (page,) = await statements_of(buyer, [(buyer.member_id, "POINTS")], 1)
    paid = page.rows[0]
    assert (paid.kind, paid.points, paid.voucher_id) == ("REDEEM", -30, voucher.id)
    assert paid.title == {"key": "redeemed", "reward": TITLE}
    assert (await Reward.get(id=reward_id)).stock == 4
    told = await database.row("select kind, args from notifications")
    assert told
    assert (told["kind"], told["args"]) == ("VOUCHER_ISSUED", {"voucher": str(voucher.id)})
    facts = [fact.event for fact in await outbox.beyond(0, 0)]
    assert RewardRedeemed(buyer.member_id, voucher.id) in facts


async def test_the_same_key_gets_the_same_voucher_and_pays_once() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward()
    command = RedeemReward(reward_id, "again")
    first = await operations.redeem(buyer, command)
    again = await operations.redeem(buyer, command)
    assert (again.voucher_id, again.replayed, first.replayed) == (first.voucher_id, True, False)
    assert (await held(buyer.member_id))[0] == 70


async def test_the_first_answer_stands_when_the_reward_is_over_meanwhile() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward()
    command = RedeemReward(reward_id, "late")
    first = await operations.redeem(buyer, command)
    await Reward.filter(id=reward_id).update(available_until=await database.now())
    assert (await operations.redeem(buyer, command)).voucher_id == first.voucher_id
    error = await refused(buyer, RedeemReward(reward_id, "too late"))
    assert isinstance(error, RewardUnavailable)
    assert error.reason == "NO_LONGER"


async def test_a_key_with_another_input_is_refused() -> None:
    buyer, reward_id, other = await a_buyer(100), await a_reward(), await a_reward()
    await operations.redeem(buyer, RedeemReward(reward_id, "key"))
    error = await refused(buyer, RedeemReward(other, "key"))
    assert isinstance(error, KeyReused)
    assert error.path == ("idempotencyKey",)


async def test_a_key_belongs_to_its_member() -> None:
    one, other, reward_id = await a_buyer(), await a_buyer(), await a_reward()
    first = await operations.redeem(one, RedeemReward(reward_id, "same"))
    second = await operations.redeem(other, RedeemReward(reward_id, "same"))
    assert first.voucher_id != second.voucher_id


async def test_too_few_points_say_how_many_and_stay_refused() -> None:
    buyer, reward_id = await a_buyer(29), await a_reward()
    for _ in range(2):
        error = await refused(buyer, RedeemReward(reward_id, "poor"))
        assert isinstance(error, InsufficientPoints)
        assert (error.balance, error.required, error.path) == (29, 30, ("rewardId",))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"stock": 0}, "OUT_OF_STOCK"),
        ({"tiers": ("family",)}, "NOT_YOUR_TIER"),
        ({"per_member_limit": 1}, "LIMIT_REACHED"),
    ],
)
async def test_what_cannot_be_had_says_why_and_stays_refused(
    values: dict[str, Any], reason: str
) -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(**values)
    if reason == "LIMIT_REACHED":
        await operations.redeem(buyer, RedeemReward(reward_id, "the one"))
    for _ in range(2):
        error = await refused(buyer, RedeemReward(reward_id, "refused"))
        assert isinstance(error, RewardUnavailable)
        assert (error.reason, error.path) == (reason, ("rewardId",))


async def test_a_cancelled_voucher_does_not_count_towards_the_limit() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(per_member_limit=1)
    first = await operations.redeem(buyer, RedeemReward(reward_id, "first"))
    await operations.cancel(buyer, CancelVoucher(first.voucher_id, "back"))
    await operations.redeem(buyer, RedeemReward(reward_id, "second"))
    assert buyer.member_id
    assert await queries.had_of(buyer, [(buyer.member_id, reward_id)]) == [1]


async def test_what_comes_later_says_from_when() -> None:
    opens = (await database.now()) + timedelta(days=1)
    buyer, reward_id = await a_buyer(100), await a_reward(available_from=opens)
    error = await refused(buyer, RedeemReward(reward_id, "early"))
    assert isinstance(error, RewardUnavailable)
    assert (error.reason, error.available_again_at) == ("NOT_YET", opens)


async def test_what_is_wrong_in_the_input_is_named() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward()
    unknown = await refused(buyer, RedeemReward(uuid4(), "unknown"))
    assert (type(unknown), unknown.path) == (NotFound, ("rewardId",))
    other_unit = await refused(buyer, RedeemReward(reward_id, "unit", unit="STARS"))
    assert (type(other_unit), other_unit.path) == (InvalidInput, ("unit",))
    assert "POINTS" in other_unit.message
    no_key = await refused(buyer, RedeemReward(reward_id, ""))
    assert (type(no_key), no_key.path) == (InvalidInput, ("idempotencyKey",))


async def test_only_active_members_redeem() -> None:
    buyer, reward_id = await a_buyer(100), await a_reward()
    await Member.filter(id=buyer.member_id).update(state="BLOCKED")
    assert type(await refused(buyer, RedeemReward(reward_id, "blocked"))) is NotAllowed
    with pytest.raises(Unauthenticated):
        await operations.redeem(ANONYMOUS, RedeemReward(reward_id, "nobody"))
