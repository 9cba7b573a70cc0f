"""Rewards: the catalogue, what of it a member can have, and the vouchers that points become."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.errors import InvalidInput
from domain.language import in_language
from domain.members.queries import MemberRow, members_of
from domain.rewards import operations, queries, rules
from domain.rewards.commands import CancelVoucher, RedeemReward, UseVoucher
from domain.rewards.kinds import RewardKind, VoucherState
from domain.rewards.operations import Done
from domain.rewards.queries import RewardRow, VoucherRow
from domain.rewards.rules import RedeemabilityReason
from domain.wallets import queries as wallet_queries
from domain.wallets.queries import WalletRow
from schema.amounts import (
    PointsAmount,
    PointsRow,
)
from schema.context import Context, Info
from schema.dry_runs import would_be
from schema.enums import enum
from schema.errors import KeyedPayload, Payload
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.pictures import qr_svg
from schema.references import LazyWallet
from schema.reward_inputs import (
    RewardCreateInput,
    RewardRedeemInput,
    VoucherCancelInput,
    VoucherUseInput,
    given,
)
from schema.roles import batched, field, mutation
from schema.scalars import Points
from schema.wallets import wallets_of

enum(
    VoucherState,
    "The life of a voucher.",
    ISSUED="Good, until it expires.",
    RESERVED="Set aside for an order that is placed and not completed yet.",
    USED="Taken at a till.",
    EXPIRED="Its time is over.",
    CANCELLED="Given back by the member before use.",
)


@strawberry.type(description="Whether the calling member can have a reward now.")
class Redeemability:
    """Read off a rules.Redeemability."""

    possible: bool = strawberry.field(description="`rewardRedeem` would succeed now.")
    reason: RedeemabilityReason | None = strawberry.field(
        description="The first thing in the way; null when it is possible."
    )
    points_missing: Points = strawberry.field(
        description="Points that the price needs beyond the balance; 0 when there are enough."
    )


@strawberry.type(description="Something that points buy.")
class Reward(Node):
    """Read off a RewardRow."""

    kind: RewardKind = strawberry.field(description="What it gives.")
    image_url: str | None = strawberry.field(description="A picture; null without one.")
    available_from: datetime | None = strawberry.field(
        description="From when it can be had; null: since ever."
    )
    available_until: datetime | None = strawberry.field(
        description="From when it cannot be had any more; null: no end is set."
    )

    @field(description="What it is called, in the caller's language.")
    def title(root: strawberry.Parent[RewardRow], info: Info) -> str:
        return in_language(root.title, info.context.language)

    @field(description="More about it, in the caller's language; null when nothing is written.")
    def text(root: strawberry.Parent[RewardRow], info: Info) -> str | None:
        return in_language(root.text, info.context.language) if root.text else None

    @field(description="What it costs.", graphql_type=PointsAmount)
    def price(root: strawberry.Parent[RewardRow]) -> PointsRow:
        return PointsRow(root.price, root.unit)

    @field(description="How many are left; null: as many as asked for.", kept=False)
    def stock_left(root: strawberry.Parent[RewardRow]) -> Points | None:
        return Points(root.stock) if root.stock is not None else None

    @batched(
        description="Whether the calling member can have it now; null for other callers.",
        graphql_type=Redeemability | None,
    )
    async def redeemability(
        rows: strawberry.Parent[list[RewardRow]], info: Info
    ) -> list[rules.Redeemability | None]:
        context = info.context
        mine = [context.actor.member_id] if context.actor.member_id else []
        member = next(iter(await context.load_all(members_of, mine)), None)
        if member is None:
            return [None] * len(rows)
        wallets = await wallets_of(context, member.id)
        keys = [(member.id, row.id) for row in rows if row.per_member_limit is not None]
        had = dict(zip(keys, await context.load_all(queries.had_of, keys), strict=True))
        return [
            rules.redeemability(
                row,
                tier=member.tier,
                balance=wallets[row.unit].balance if row.unit in wallets else 0,
                had=had.get((member.id, row.id), 0),
                now=context.now,
            )
            for row in rows
        ]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, RewardRow)


@strawberry.type(description="A reward that a member took: shown at the till, good once.")
class Voucher(Node):
    """Read off a VoucherRow."""

    code: str = strawberry.field(description="What is typed in at the till; cannot be guessed.")
    state: VoucherState = strawberry.field(description="Whether it is still good.")
    issued_at: datetime = strawberry.field(description="When points became this voucher.")
    expires_at: datetime = strawberry.field(description="From when it is not good any more.")
    used_at: datetime | None = strawberry.field(description="Null while it is not used.")
    cancelled_at: datetime | None = strawberry.field(description="Null unless it was given back.")

    @field(description="The code to scan, as SVG text.")
    def qr_svg(root: strawberry.Parent[VoucherRow]) -> str:
        return qr_svg(root.code)

    @field(description="What it is good for.", graphql_type=Reward)
    async def reward(root: strawberry.Parent[VoucherRow], info: Info) -> RewardRow:
        found = await info.context.load(queries.rewards, root.reward_id)
        assert found is not None, "a reward that has vouchers stays"
        return found

    @field(description="What was paid for it.", graphql_type=PointsAmount)
    def price(root: strawberry.Parent[VoucherRow]) -> PointsRow:
        return PointsRow(root.price, root.unit)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, VoucherRow)


@fetched_by("Reward")
async def _rewards(context: Context, keys: Sequence[str]) -> Sequence[RewardRow | None]:
    return await rows_by_id(context, queries.rewards, keys)


@fetched_by("Voucher")
async def _vouchers(context: Context, keys: Sequence[str]) -> Sequence[VoucherRow | None]:
    found = await rows_by_id(context, queries.vouchers, keys)
    for voucher in found:
        note_expiry(context, voucher)
    return found


def note_expiry(context: Context, voucher: VoucherRow | None) -> None:
    """A voucher that is good becomes one that is not."""
    if voucher is not None and voucher.state is VoucherState.ISSUED:
        context.changes_at(voucher.expires_at)


@strawberry.type(description="What rewards add to a member.")
class MemberRewards:
    """Mixed into Member."""

    @field(description="The member's vouchers, newest first.", graphql_type=Connection[Voucher])
    async def vouchers(
        root: strawberry.Parent[MemberRow],
        info: Info,
        state: Annotated[
            VoucherState | None, strawberry.argument(description="Only those in this state.")
        ] = UNSET,
        first: First = 20,
        after: After = UNSET,
    ) -> Any:
        context, wanted = info.context, state or None
        context.changes_at(await context.load(queries.voucher_expiries_of, root.id))
        page = await context.load(
            queries.vouchers_of, root.id, first=checked(first), after=after or None, state=wanted
        )
        return connection(
            page, lambda: context.load(queries.voucher_counts_of, root.id, state=wanted)
        )


@strawberry.type(description="What redeeming a reward changed.")
class RewardRedeemPayload(KeyedPayload):
    """Voucher and wallet as they are now."""

    voucher: VoucherRow | None = strawberry.field(
        default=None, graphql_type=Voucher | None, description="What the points became."
    )
    wallet: WalletRow | None = strawberry.field(
        default=None, graphql_type=LazyWallet | None, description="The wallet that paid."
    )


@strawberry.type(description="What using a voucher changed.")
class VoucherUsePayload(KeyedPayload):
    """The voucher as it is now."""

    voucher: VoucherRow | None = strawberry.field(
        default=None, graphql_type=Voucher | None, description="The voucher, used."
    )


@strawberry.type(description="What giving a voucher back changed.")
class VoucherCancelPayload(KeyedPayload):
    """Voucher and wallet as they are now."""

    voucher: VoucherRow | None = strawberry.field(
        default=None, graphql_type=Voucher | None, description="The voucher, cancelled."
    )
    wallet: WalletRow | None = strawberry.field(
        default=None, graphql_type=LazyWallet | None, description="The wallet, points and all."
    )


@strawberry.type(description="The reward that was made.")
class RewardCreatePayload(Payload):
    """The reward as it is now."""

    reward: RewardRow | None = strawberry.field(
        default=None,
        graphql_type=Reward | None,
        description="As it stands in the catalogue; null when refused.",
    )


@strawberry.type(description="What can be read of rewards.")
class RewardsQueries:
    """Mixed into Query."""

    @field(
        description="The catalogue in its order, without what is over; open to everyone.",
        graphql_type=Connection[Reward],
    )
    async def rewards(self, info: Info, first: First = 20, after: After = UNSET) -> Any:
        actor = info.context.actor
        page = await queries.page(actor, checked(first), after or None)
        return connection(page, lambda: queries.count(actor))


@strawberry.type(description="What can be done with rewards and vouchers.")
class RewardsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        payload=RewardRedeemPayload,
        description="Turn points into a voucher, once for each key.",
    )
    async def reward_redeem(self, info: Info, input: RewardRedeemInput) -> RewardRedeemPayload:
        reward_id = uuid_of(input.reward_id, "Reward", "rewardId")
        command = RedeemReward(reward_id, input.idempotency_key, input.unit or None)
        done = await operations.redeem(info.context.actor, command)
        voucher, wallet = await _changed(info, done)
        made = None if would_be(input, done.replayed) else voucher
        return RewardRedeemPayload(voucher=made, wallet=wallet, replayed=done.replayed)

    @mutation(
        Role.TILL,
        Role.SHOP,
        payload=VoucherUsePayload,
        description="Take a voucher at the till: good once, whatever happens at the same time.",
    )
    async def voucher_use(self, info: Info, input: VoucherUseInput) -> VoucherUsePayload:
        command = UseVoucher(input.code, input.idempotency_key, given(input.order_reference))
        done = await operations.use(info.context.actor, command)
        (voucher,) = await queries.vouchers(info.context.actor, [done.voucher_id])
        return VoucherUsePayload(voucher=voucher, replayed=done.replayed)

    @mutation(
        Role.MEMBER,
        payload=VoucherCancelPayload,
        description="Give an unused voucher back: its points return to where they came from.",
    )
    async def voucher_cancel(self, info: Info, input: VoucherCancelInput) -> VoucherCancelPayload:
        voucher_id = uuid_of(input.voucher_id, "Voucher", "voucherId")
        command = CancelVoucher(voucher_id, input.idempotency_key)
        done = await operations.cancel(info.context.actor, command)
        voucher, wallet = await _changed(info, done)
        return VoucherCancelPayload(voucher=voucher, wallet=wallet, replayed=done.replayed)

    @mutation(Role.LOYALTY, payload=RewardCreatePayload, description="Add to the catalogue.")
    async def reward_create(self, info: Info, input: RewardCreateInput) -> RewardCreatePayload:
        context = info.context
        await context.settle()
        currency = context.programme.programme.currency
        for name, money in (("cost", input.cost), ("amountOff", input.amount_off)):
            if money and money.currency != currency:
                raise InvalidInput(f"The programme reckons in {currency}.", (name, "currency"))
        reward_id = await operations.create(context.actor, input.command())
        (reward,) = await queries.rewards(context.actor, [reward_id])
        return RewardCreatePayload(reward=reward)


async def _changed(info: Info, done: Done) -> tuple[VoucherRow, WalletRow]:
    actor = info.context.actor
    (voucher,) = await queries.vouchers(actor, [done.voucher_id])
    assert voucher is not None, "a member sees its own voucher"
    return voucher, await wallet_queries.wallet_of(actor, voucher.member_id, done.unit)
