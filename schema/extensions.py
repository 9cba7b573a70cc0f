"""Points that the team makes last longer, and points that it brings back after they expired."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.wallets import extending
from domain.wallets.extending import ExtendWallet, ReinstateExpired
from schema.adjustments import AdjustmentPayload, answer, made
from schema.context import Info
from schema.dry_runs import dry_run
from schema.member_inputs import MemberRefInput
from schema.node import uuid_of
from schema.reward_inputs import KEY
from schema.roles import mutation


@strawberry.input(
    description="Whose points are to last longer, until when, and why; and the key of this one act."
)
class WalletExtendInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whose.")
    unit: str = strawberry.field(description="Code of the unit.")
    until: datetime = strawberry.field(
        description="They are gone from then on; within ten years. Dates only ever get later."
    )
    reason: str = strawberry.field(description="Why, 3 to 200 characters; for the team alone.")
    transaction_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only the points that came by this movement."
    )
    ending_before: datetime | None = strawberry.field(
        default=UNSET,
        description="Only points that would end before then; else all that would before `until`.",
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Which expiry, and why; and the key of this one act.")
class WalletReinstateInput:
    """Checked in the domain."""

    transaction_id: strawberry.ID = strawberry.field(description="A movement of kind EXPIRE.")
    reason: str = strawberry.field(description="Why, 3 to 200 characters; for the team alone.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The extension that was made or asked for.")
class WalletExtendPayload(AdjustmentPayload):
    """Answers walletExtend."""


@strawberry.type(description="The reinstatement that was made or asked for.")
class WalletReinstatePayload(AdjustmentPayload):
    """Answers walletReinstate."""


@strawberry.type(description="What can be done by hand about expiries.")
class ExtensionsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        Role.LOYALTY,
        payload=WalletExtendPayload,
        description="Make points last longer; above the role's limit a second person has to agree.",
    )
    async def wallet_extend(self, info: Info, input: WalletExtendInput) -> WalletExtendPayload:
        given = input.transaction_id
        command = ExtendWallet(
            input.member.ref(),
            input.unit,
            input.until,
            input.reason,
            input.idempotency_key,
            uuid_of(given, "Transaction", "transactionId") if given else None,
            input.ending_before or None,
        )
        done = await extending.extend(info.context.actor, command)
        return made(input, await answer(info, done, WalletExtendPayload))

    @mutation(
        Role.CARE,
        Role.LOYALTY,
        payload=WalletReinstatePayload,
        description="Bring back points that expired lately, once, to last as new ones do.",
    )
    async def wallet_reinstate(
        self, info: Info, input: WalletReinstateInput
    ) -> WalletReinstatePayload:
        transaction_id = uuid_of(input.transaction_id, "Transaction", "transactionId")
        command = ReinstateExpired(transaction_id, input.reason, input.idempotency_key)
        done = await extending.reinstate(info.context.actor, command)
        return made(input, await answer(info, done, WalletReinstatePayload))
