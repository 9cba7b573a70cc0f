"""What can be done with rewards: make, redeem; and with the vouchers that they become: use, cancel.

Locks are taken in one order: the key, the member, the voucher, the reward with its stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency, ids, shared_versions
from domain.actor import Actor, Role
from domain.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    RewardUnavailable,
    Stopped,
    VoucherUnusable,
)
from domain.events import RewardRedeemed, VoucherCancelled, VoucherUsed
from domain.idempotency import Claim
from domain.members.kinds import MemberState
from domain.pools import places
from domain.programme import queries as programme
from domain.programme import stops
from domain.programme.queries import Version
from domain.rewards import at_orders, rules
from domain.rewards.at_orders import CODE_LENGTH, HOUSE
from domain.rewards.commands import CancelVoucher, CreateReward, RedeemReward, UseVoucher
from domain.rewards.kinds import VoucherState
from domain.rewards.queries import REWARD_COLUMNS, RewardRow, VoucherRow, reward_row, vouchers
from domain.together import shared
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Outcome, Posting, VoucherToIssue
from domain.wallets.unbought import spending


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to a voucher, now or when this key came first."""

    voucher_id: UUID
    unit: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A reward, and what is known of the member who asks for it."""

    reward: RewardRow
    tier: str
    state: str
    now: datetime


async def create(actor: Actor, command: CreateReward) -> UUID:
    """Add a reward to the catalogue. Raises InvalidInput."""
    actor.require(Role.LOYALTY)
    command.check((await programme.in_force()).programme)
    reward_id = ids.uuid7()
    made = await database.value(
        """insert into rewards (id, code, kind, title, text, image_url, unit, price, stock,
             per_member_limit, tiers, available_from, available_until, voucher_days, rank, cost,
             amount_off, percent_off)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18)
           on conflict (code) do nothing returning id""",
        *(reward_id, command.code or ids.code(CODE_LENGTH), command.kind.value),
        *(dict(command.title), dict(command.text) if command.text else None, command.image_url),
        *(command.unit, command.price, command.stock, command.per_member_limit),
        list(command.tiers) if command.tiers is not None else None,
        *(command.available_from, command.available_until, command.voucher_days, command.rank),
        *(command.cost_minor, command.amount_off, command.percent_off),
    )
    if made is None:
        raise InvalidInput("A reward has this code already; choose another.", ("code",))
    await database.after_commit(shared_versions.make_known)
    return reward_id


async def redeem(actor: Actor, command: RedeemReward) -> Done:
    """Turn the calling member's points into a voucher: price, stock and limit hold under lock.

    Points of a pool become a voucher of the pool: by who may redeem there, for his own tier; the
    limit of a reward counts for the pool as for a member.

    Raises NotFound, InvalidInput, NotAllowed, RewardUnavailable, InsufficientPoints.
    """
    actor.require(Role.MEMBER)
    assert actor.member_id is not None
    claim = idempotency.claim(actor, "rewardRedeem", command.idempotency_key, command)
    (asked,) = await _asked([(command.reward_id, actor.member_id)])
    refusal = _refusal(asked, command)
    if refusal is None and command.pool_id is not None:
        refusal = await places.refusal(actor.member_id, command.pool_id)
    if refusal is None and (why := await stops.why_no_spending()) is not None:
        refusal = Stopped(why, ("rewardId",))
    if refusal is not None or asked is None:
        # What was open when the key came first may be closed by now: the first answer stands.
        known = await idempotency.replay(claim)
        if known is None:
            raise refusal or NotFound("There is no such reward.", ("rewardId",))
        return _done(known, replayed=True)
    _, version = await programme.present()
    if command.pool_id is None:
        posting = _redemption(actor.member_id, asked, claim, version)
        outcome = await wallets.post_with_others(posting)
    else:
        posting, outcome = await _redeemed_for(
            actor.member_id, command.pool_id, asked, claim, version
        )
    if asked.reward.stock is not None and asked.reward.stock <= wallets.BATCH_MAX:
        await database.after_commit(shared_versions.make_known)  # it may have been the last one
    return _done(*wallets.answered(posting, outcome, ("rewardId",)))


async def use(actor: Actor, command: UseVoucher) -> Done:
    """Take a voucher at a till: once only. Raises InvalidInput, NotFound, VoucherUnusable."""
    actor.require(Role.TILL, Role.SHOP)
    command.check()
    code = _typed(command.code)

    async def effect() -> idempotency.Result:
        await _lock_holder("code", code)
        used = await database.row(
            """update vouchers set state = 'USED', used_at = pistis_now(), order_reference = $2
               where code = $1 and state = 'ISSUED' and expires_at > pistis_now()
                 and (select state from members m where m.id = member_id) = 'ACTIVE'
               returning id, member_id, unit""",
            *(code, command.order_reference),
        )
        if used is None:
            found = await database.value("select id from vouchers where code = $1", code)
            raise await _unusable(actor, found, "code")
        await wallets.post_one(
            Posting(used["member_id"], event=VoucherUsed(used["member_id"], used["id"]))
        )
        return _result(used["id"], used["unit"])

    claim = idempotency.claim(actor, "voucherUse", command.idempotency_key, command)
    return _done(*await idempotency.once(claim, effect))


async def cancel(actor: Actor, command: CancelVoucher) -> Done:
    """Give the calling member's unused voucher back, or that of a pool that he may redeem for: its
    points return to the lots they came from.

    Raises NotFound, VoucherUnusable.
    """
    actor.require(Role.MEMBER)

    async def effect() -> idempotency.Result:
        await _lock_holder("id", command.voucher_id)
        owners = [actor.member_id, *await places.pools_of(actor, redeems=True)]
        cancelled = await database.row(
            """update vouchers set state = 'CANCELLED', cancelled_at = pistis_now()
               where id = $1 and member_id = any($2) and state = 'ISSUED'
                 and expires_at > pistis_now()
               returning id, member_id, reward_id, unit, price""",
            *(command.voucher_id, owners),
        )
        if cancelled is None:
            raise await _unusable(actor, command.voucher_id, "voucherId")
        await wallets.post_one(await _return(cancelled))
        await database.rows(
            "update rewards set stock = stock + 1 where id = $1 and stock is not null",
            cancelled["reward_id"],
        )
        await database.after_commit(shared_versions.make_known)
        return _result(cancelled["id"], cancelled["unit"])

    claim = idempotency.claim(actor, "voucherCancel", command.idempotency_key, command)
    return _done(*await idempotency.once(claim, effect))


@shared
async def _asked(keys: Sequence[tuple[UUID, UUID]]) -> list[_Asked | None]:
    # By (reward, member), for all who redeem at this moment.
    found = await database.rows(
        f"""select wanted.n, {REWARD_COLUMNS}, m.tier as member_tier, m.state as member_state,
              pistis_now() as now
            from unnest($1::uuid[], $2::uuid[]) with ordinality
              as wanted (reward_id, member_id, n)
            join rewards r on r.id = wanted.reward_id join members m on m.id = wanted.member_id""",
        *([reward_id for reward_id, _ in keys], [member_id for _, member_id in keys]),
    )
    asked: list[_Asked | None] = [None] * len(keys)
    for row in found:
        asked[row["n"] - 1] = _Asked(
            reward_row(row), row["member_tier"], row["member_state"], row["now"]
        )
    return asked


def _refusal(asked: _Asked | None, command: RedeemReward) -> DomainError | None:
    if asked is None:
        return NotFound("There is no such reward; read `rewards` again.", ("rewardId",))
    reward = asked.reward
    if command.unit is not None and command.unit != reward.unit:
        return InvalidInput(f"The price of this reward is in {reward.unit}.", ("unit",))
    if asked.state != MemberState.ACTIVE:
        return NotAllowed("Only an active member can redeem; the programme's team can help.")
    reason = rules.closed(reward, asked.tier, asked.now)
    if reason is None:
        return None
    again = reward.available_from if reason is rules.RedeemabilityReason.NOT_YET else None
    return RewardUnavailable(reason, again, ("rewardId",))


async def _redeemed_for(
    member_id: UUID, pool_id: UUID, asked: _Asked, claim: Claim, version: Version | None
) -> tuple[Posting, Outcome]:
    # Who loses the right to it meanwhile has lost it before, or loses it after.
    async with places.redeeming(member_id, pool_id) as place_id:
        posting = _redemption(pool_id, asked, claim, version, place_id)
        (outcome,) = await wallets.post([posting])
    return posting, outcome


def _redemption(
    member_id: UUID,
    asked: _Asked,
    claim: Claim,
    version: Version | None,
    place_id: UUID | None = None,
) -> Posting:
    reward, voucher_id = asked.reward, ids.uuid7()
    by = {"place": str(place_id)} if place_id else {}
    title = {"key": "redeemed", "reward": dict(reward.title), **by}
    return Posting(
        member_id,
        claim=claim,
        moves=(
            Move(
                unit=reward.unit,
                kind=TransactionKind.REDEEM,
                points=-reward.price,
                house=HOUSE,
                title=spending(title, version, reward.unit, asked.now),
                voucher_id=voucher_id,
            ),
        ),
        voucher=VoucherToIssue(
            id=voucher_id,
            reward_id=reward.id,
            code=ids.code(CODE_LENGTH),
            unit=reward.unit,
            price=reward.price,
            expires_at=asked.now + timedelta(days=reward.voucher_days),
        ),
        notices=(Notice("VOUCHER_ISSUED", {"voucher": str(voucher_id)}),),
        event=RewardRedeemed(member_id, voucher_id),
        result=_result(voucher_id, reward.unit),
    )


async def _lock_holder(column: str, voucher: UUID | str) -> None:
    # As orders that take vouchers lock them: they are judged as their member stands.
    await database.rows(
        f"""select 1 from members where id = (select member_id from vouchers where {column} = $1)
            for no key update""",
        voucher,
    )


async def _return(cancelled: Any) -> Posting:
    move = await at_orders.points_of(cancelled)
    assert move is not None, "a voucher was paid for"
    return Posting(
        cancelled["member_id"],
        moves=(move,),
        event=VoucherCancelled(cancelled["member_id"], cancelled["id"]),
    )


async def _unusable(actor: Actor, voucher_id: UUID | None, path: str) -> DomainError:
    found = await vouchers(actor, [voucher_id]) if voucher_id is not None else [None]
    voucher: VoucherRow | None = found[0]
    if voucher is None:
        return NotFound("There is no such voucher; read it again from the member's phone.", (path,))
    if voucher.state is VoucherState.ISSUED:
        return VoucherUnusable(
            "Its holder takes no part for now; the programme's team can help.", (path,)
        )
    return VoucherUnusable(at_orders.WHY_NOT[voucher.state], (path,))


def _typed(code: str) -> str:
    plain = at_orders.plain_code(code)
    if plain is None:
        raise NotFound(
            f"There is no such voucher; its code has {CODE_LENGTH} letters and digits.", ("code",)
        )
    return plain


def _result(voucher_id: UUID, unit: str) -> idempotency.Result:
    return {"voucher": str(voucher_id), "unit": unit}


def _done(result: idempotency.Result, replayed: bool) -> Done:
    return Done(UUID(result["voucher"]), result["unit"], replayed)
