"""Points that members send to each other, and what has become of them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow
from domain.programme.terms import Unit as UnitTerms
from domain.wallets import gift_queries, queries, transferring
from domain.wallets.gift_queries import GiftRow
from domain.wallets.kinds import GiftDirection, GiftState
from domain.wallets.queries import TransactionRow, WalletRow
from domain.wallets.transferring import SendPoints
from schema.context import Context, Info
from schema.dry_runs import dry_run, would_be
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import MemberRefInput
from schema.node import Node, fetched_by, rows_by_id
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyTransaction, LazyUnit, LazyWallet
from schema.reward_inputs import KEY, given
from schema.roles import NOT_KEPT, batched, field, mutation
from schema.scalars import Points

enum(
    GiftState,
    "What has become of a gift, as far as one may know.",
    SENT="It has arrived, or waits for who it is for; who sent it is not told which.",
    ARRIVED="It is with who it was for.",
    RETURNED="Nobody came for it: it is with who sent it.",
)
enum(
    GiftDirection,
    "From which side a gift is seen.",
    SENT="By who sent it.",
    RECEIVED="By who received it.",
)


@strawberry.type(description="Points that one member sent to another.")
class Gift(Node):
    """Read off a GiftRow."""

    direction: GiftDirection = strawberry.field(description="Whether it was sent or received.")
    points: Points = strawberry.field(description="How many.")
    message: str | None = strawberry.field(
        metadata=NOT_KEPT,  # it goes when the other is erased
        description="What the sender wrote; null when nothing, or when one of both was erased.",
    )
    state: GiftState = strawberry.field(description="What has become of it.")
    sent_at: datetime = strawberry.field(description="When it was sent.")
    returns_at: datetime = strawberry.field(
        description="If nobody has come for it by then it goes back."
    )
    sender_first_name: str | None = strawberry.field(
        metadata=NOT_KEPT,  # a sender's name is changed by the sender
        description="Of whom it is, for who received it; null when not given, or when sent.",
    )

    @field(description="Of what.", graphql_type=LazyUnit | None)
    def unit(root: strawberry.Parent[GiftRow], info: Info) -> UnitTerms | None:
        return info.context.programme.programme.unit(root.unit_code)

    @batched(
        description="The movement of the member's wallet.", graphql_type=LazyTransaction | None
    )
    async def transaction(
        rows: strawberry.Parent[list[GiftRow]], info: Info
    ) -> list[TransactionRow | None]:
        return await info.context.load_all(
            queries.transactions, [row.transaction_id for row in rows]
        )

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, GiftRow)


@strawberry.type(description="What transfers add to a member.")
class MemberGifts:
    """Mixed into Member."""

    @batched(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        description="Points that were sent to others, or received from them; the last first.",
        graphql_type=Connection[Gift],
    )
    async def gifts(
        rows: strawberry.Parent[list[MemberRow]],
        info: Info,
        direction: Annotated[
            GiftDirection, strawberry.argument(description="Sent, or received.")
        ] = GiftDirection.SENT,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        ids = [row.id for row in rows]
        pages = await info.context.load_all(
            gift_queries.gifts_of, ids, direction=direction, first=checked(first), after=after
        )
        for page in pages:
            for row in page.rows:
                _note_return(info.context, row)
        count = partial(info.context.load, gift_queries.counts_of, direction=direction)
        return [
            connection(page, partial(count, each)) for each, page in zip(ids, pages, strict=True)
        ]


@strawberry.input(description="How much to send, to whom; and the key of this one act.")
class WalletTransferInput:
    """Checked in the domain."""

    unit: str = strawberry.field(description="Code of the unit.")
    to: MemberRefInput = strawberry.field(
        description="By `number`, `phone` or `email`. An address that is nobody's is waited for."
    )
    points: Points = strawberry.field(description="How many; `unit.transfers` has the bounds.")
    message: str | None = strawberry.field(
        default=UNSET, description="1 to 280 characters, for who receives it alone."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The points that left, and the wallet after it.")
class WalletTransferPayload(KeyedPayload):
    """Answers walletTransfer, alike wherever the points are."""

    transaction: TransactionRow | None = strawberry.field(
        default=None,
        graphql_type=LazyTransaction | None,
        description="The movement by which they left; null when refused.",
    )
    gift: GiftRow | None = strawberry.field(
        default=None, graphql_type=Gift | None, description="The gift; null when refused."
    )
    wallet: WalletRow | None = strawberry.field(
        default=None, graphql_type=LazyWallet | None, description="As it is now."
    )


@strawberry.type(description="What can be sent.")
class TransfersMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        payload=WalletTransferPayload,
        description="Send points to another member, or to an address: who joins by it within seven"
        " days has them, else they come back. Answered alike, whoever has that address.",
    )
    async def wallet_transfer(
        self, info: Info, input: WalletTransferInput
    ) -> WalletTransferPayload:
        command = SendPoints(
            input.unit,
            input.to.ref(),
            input.points,
            input.idempotency_key,
            given(input.message),
        )
        actor = info.context.actor
        sent = await transferring.send(actor, command)
        (gift,) = await gift_queries.gifts(actor, [sent.gift_id])
        assert gift is not None, "who sent it sees it"
        (transaction,) = await queries.transactions(actor, [sent.gift_id])
        wallet = await queries.wallet_of(actor, gift.member_id, gift.unit_code)
        if would_be(input, sent.replayed):
            return WalletTransferPayload(wallet=wallet, replayed=sent.replayed)
        return WalletTransferPayload(
            transaction=transaction, gift=gift, wallet=wallet, replayed=sent.replayed
        )


def _note_return(context: Context, row: GiftRow) -> None:
    if row.state is GiftState.SENT:
        context.changes_at(row.returns_at)


@fetched_by("Gift")
async def _gifts(context: Context, keys: Sequence[str]) -> Sequence[GiftRow | None]:
    found = await rows_by_id(context, gift_queries.gifts, keys)
    for row in found:
        if row is not None:
            _note_return(context, row)
    return found
