"""Balances put right by hand, movements undone, and the second person above a role's limit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.wallets import adjusting, adjustment_queries, queries
from domain.wallets.adjusting import AdjustWallet, DecideAdjustment, ReverseTransaction
from domain.wallets.adjustment_queries import AdjustmentRow
from domain.wallets.kinds import AdjustmentAct, AdjustmentState
from domain.wallets.queries import TransactionRow, WalletRow
from schema.context import Context, Info
from schema.dry_runs import dry_run, would_be
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import MemberRefInput
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyMember
from schema.reward_inputs import KEY
from schema.roles import batched, field, mutation
from schema.scalars import Points
from schema.wallets import Transaction, Wallet

enum(
    AdjustmentState,
    "Whether what was asked for has come to pass.",
    ASKED="It is above the limit of the role: a second person has to agree.",
    POSTED="The points have moved.",
    REFUSED="A second person said no.",
)
enum(
    AdjustmentAct,
    "What somebody of the team does to points.",
    ADJUST="They are added or taken.",
    REVERSE="A movement is undone.",
    EXTEND="They last longer.",
    REINSTATE="They come back after they expired.",
)


@strawberry.type(description="A balance to be put right by hand. For the team.")
class Adjustment(Node):
    """Read off an AdjustmentRow."""

    act: AdjustmentAct = strawberry.field(description="What is done to the points.")
    points: Points = strawberry.field(
        description="Signed: what is added is positive. Of an extension, how many last longer."
    )
    until: datetime | None = strawberry.field(
        description="Until when an extension makes them last; else null."
    )
    reason: str = strawberry.field(description="Why, for the team; members do not see it.")
    state: AdjustmentState = strawberry.field(description="Whether it has come to pass.")
    asked_by: str = strawberry.field(description="Who asked for it.")
    asked_at: datetime = strawberry.field(description="When.")
    decided_by: str | None = strawberry.field(
        description="The second person; null where none was needed, or none has decided."
    )
    decided_at: datetime | None = strawberry.field(description="When; null likewise.")

    @batched(description="Whose balance.", graphql_type=LazyMember | None)
    async def member(
        rows: strawberry.Parent[list[AdjustmentRow]], info: Info
    ) -> list[MemberRow | None]:
        return await info.context.load_all(members_of, [row.member_id for row in rows])

    @batched(description="The movement; null until it is posted.", graphql_type=Transaction | None)
    async def transaction(
        rows: strawberry.Parent[list[AdjustmentRow]], info: Info
    ) -> list[TransactionRow | None]:
        return await info.context.load_all(queries.transactions, [row.id for row in rows])

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, AdjustmentRow)


@strawberry.input(description="Whose points, how many, and why; and the key of this one act.")
class WalletAdjustInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whose.")
    unit: str = strawberry.field(description="Code of the unit.")
    points: Points = strawberry.field(description="Signed: positive adds, negative takes.")
    reason: str = strawberry.field(description="Why, 3 to 200 characters; for the team alone.")
    case_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The case of this member that led to it."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Which movement, and why; and the key of this one act.")
class TransactionReverseInput:
    """Checked in the domain."""

    transaction_id: strawberry.ID = strawberry.field(
        description="An adjustment, or points that no order earned."
    )
    reason: str = strawberry.field(description="Why, 3 to 200 characters; for the team alone.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Yes or no to what somebody else asked for.")
class AdjustmentDecideInput:
    """Checked in the domain."""

    adjustment_id: strawberry.ID = strawberry.field(description="One that is ASKED.")
    approve: bool = strawberry.field(description="True: the points move. False: they never will.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The adjustment, what it moved, and the wallet after it.")
class AdjustmentPayload(KeyedPayload):
    """Base of what is answered about adjustments."""

    adjustment: AdjustmentRow | None = strawberry.field(
        default=None, graphql_type=Adjustment | None, description="As it is; null when refused."
    )
    transaction: TransactionRow | None = strawberry.field(
        default=None,
        graphql_type=Transaction | None,
        description="The movement; null while a second person has to agree.",
    )
    wallet: WalletRow | None = strawberry.field(
        default=None, graphql_type=Wallet | None, description="As it is now."
    )


@strawberry.type(description="The adjustment that was made or asked for.")
class WalletAdjustPayload(AdjustmentPayload):
    """Answers walletAdjust."""


@strawberry.type(description="The reversal that was made or asked for.")
class TransactionReversePayload(AdjustmentPayload):
    """Answers transactionReverse."""


@strawberry.type(description="The adjustment that was decided on.")
class AdjustmentDecidePayload(AdjustmentPayload):
    """Answers adjustmentDecide."""


@strawberry.type(description="What can be read of adjustments.")
class AdjustmentsQueries:
    """Mixed into Query."""

    @field(
        Role.CARE,
        Role.LOYALTY,
        description="Balances put right by hand, newest first; in one state, or in any.",
        graphql_type=Connection[Adjustment],
    )
    async def adjustments(
        self,
        info: Info,
        state: Annotated[
            AdjustmentState | None, strawberry.argument(description="Only those in this state.")
        ] = UNSET,
        first: First = 20,
        after: After = UNSET,
    ) -> Any:
        actor, wanted = info.context.actor, state or None
        page = await adjustment_queries.page(actor, wanted, checked(first), after or None)
        return connection(page, lambda: adjustment_queries.count(actor, wanted))


@strawberry.type(description="What can be done by hand.")
class AdjustmentsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        Role.LOYALTY,
        payload=WalletAdjustPayload,
        description="Put a balance right; above the role's limit a second person has to agree.",
    )
    async def wallet_adjust(self, info: Info, input: WalletAdjustInput) -> WalletAdjustPayload:
        command = AdjustWallet(
            input.member.ref(),
            input.unit,
            input.points,
            input.reason,
            input.idempotency_key,
            uuid_of(input.case_id, "Case", "caseId") if input.case_id else None,
        )
        done = await adjusting.adjust(info.context.actor, command)
        return made(input, await answer(info, done, WalletAdjustPayload))

    @mutation(
        Role.CARE,
        Role.LOYALTY,
        payload=TransactionReversePayload,
        description="Undo an adjustment, or points that no order earned, once; what was spent of it"
        " is owed.",
    )
    async def transaction_reverse(
        self, info: Info, input: TransactionReverseInput
    ) -> TransactionReversePayload:
        transaction_id = uuid_of(input.transaction_id, "Transaction", "transactionId")
        command = ReverseTransaction(transaction_id, input.reason, input.idempotency_key)
        done = await adjusting.reverse(info.context.actor, command)
        return made(input, await answer(info, done, TransactionReversePayload))

    @mutation(
        Role.LOYALTY,
        payload=AdjustmentDecidePayload,
        description="Agree to what somebody else asked for, or refuse it.",
    )
    async def adjustment_decide(
        self, info: Info, input: AdjustmentDecideInput
    ) -> AdjustmentDecidePayload:
        adjustment_id = uuid_of(input.adjustment_id, "Adjustment", "adjustmentId")
        command = DecideAdjustment(adjustment_id, input.approve, input.idempotency_key)
        done = await adjusting.decide(info.context.actor, command)
        payload = await answer(info, done, AdjustmentDecidePayload)
        if would_be(input, done.replayed):
            payload.transaction = None
        return payload


Made = TypeVar("Made", bound=AdjustmentPayload)


async def answer(info: Info, done: adjusting.Done, payload: type[Made]) -> Made:
    """The payload of what was done or asked for."""
    actor = info.context.actor
    (row,) = await adjustment_queries.adjustments(actor, [done.adjustment_id])
    assert row is not None, "who may ask may read"
    (transaction,) = await queries.transactions(actor, [row.id])
    wallet = await queries.wallet_of(actor, row.member_id, row.unit_code)
    return payload(adjustment=row, transaction=transaction, wallet=wallet, replayed=done.replayed)


def made(input: Any, payload: Made) -> Made:
    """The payload; of a dry run without what would come into being."""
    if would_be(input, payload.replayed):
        payload.adjustment = payload.transaction = None
    return payload


@fetched_by("Adjustment")
async def _adjustments(context: Context, keys: Sequence[str]) -> Sequence[AdjustmentRow | None]:
    return await rows_by_id(context, adjustment_queries.adjustments, keys)
