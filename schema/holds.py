"""Holds: points that a till sets aside until it knows what a purchase comes to."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.wallets import hold_queries, holds, queries
from domain.wallets.hold_queries import HoldRow
from domain.wallets.holds import CaptureHold, HoldPoints, ReleaseHold
from domain.wallets.kinds import HoldState
from domain.wallets.queries import WalletRow
from schema.context import Context, Info
from schema.dry_runs import dry_run, would_be
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import MemberRefInput
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyWallet
from schema.reward_inputs import KEY, given
from schema.roles import batched, mutation
from schema.scalars import Points

enum(
    HoldState,
    "The life of a hold; it ends once.",
    OPEN="The points are set aside.",
    CAPTURED="They are spent, all or some of them; the rest went back.",
    RELEASED="They went back.",
    EXPIRED="Its time was over; they went back.",
)


@strawberry.type(description="Points that are set aside.")
class Hold(Node):
    """Read off a HoldRow."""

    points: Points = strawberry.field(description="How many it keeps, or kept.")
    captured_points: Points = strawberry.field(description="How many of them were spent.")
    state: HoldState = strawberry.field(description="Where it stands.")
    opened_at: datetime = strawberry.field(description="Since when.")
    expires_at: datetime = strawberry.field(
        description="From this instant on the points are the member's again, if nothing was done."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it ended; null while it is open."
    )

    @batched(description="The wallet that it is in.", graphql_type=LazyWallet)
    async def wallet(rows: strawberry.Parent[list[HoldRow]], info: Info) -> list[WalletRow]:
        return [await _wallet(info.context, row) for row in rows]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, HoldRow)


@strawberry.type(description="What holds add to a wallet.")
class WalletHolds:
    """Mixed into Wallet."""

    @batched(
        description="What is set aside now, the soonest over first.",
        graphql_type=Connection[Hold],
    )
    async def holds(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        keys = [(row.member_id, row.unit_code) for row in rows]
        pages = await info.context.load_all(
            hold_queries.pages_of, keys, first=checked(first), after=after
        )
        for page in pages:
            for row in page.rows:
                info.context.changes_at(row.expires_at)
        count = partial(info.context.load, hold_queries.counts_of)
        return [
            connection(page, partial(count, key)) for key, page in zip(keys, pages, strict=True)
        ]


@strawberry.input(description="Whose points, how many, for how long; and the key of this one act.")
class WalletHoldInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whose.")
    unit: str = strawberry.field(description="Code of the unit.")
    points: Points = strawberry.field(description="How many, at least 1.")
    expires_in_seconds: int = strawberry.field(description="For how long, 1 to 604800 (7 days).")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Which hold, how much of it, and the key of this one act.")
class HoldCaptureInput:
    """Checked in the domain."""

    hold_id: strawberry.ID = strawberry.field(description="The hold.")
    points: Points | None = strawberry.field(
        default=UNSET, description="How many are spent; absent: all. The rest goes back."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Which hold, and the key of this one act.")
class HoldReleaseInput:
    """Checked in the domain."""

    hold_id: strawberry.ID = strawberry.field(description="The hold.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The hold, and the wallet after it.")
class HoldPayload(KeyedPayload):
    """Base of what is answered about a hold."""

    hold: HoldRow | None = strawberry.field(
        default=None, graphql_type=Hold | None, description="As it is now; null when refused."
    )
    wallet: WalletRow | None = strawberry.field(
        default=None, graphql_type=LazyWallet | None, description="As it is now."
    )


@strawberry.type(description="The hold that was made.")
class WalletHoldPayload(HoldPayload):
    """Answers walletHold."""


@strawberry.type(description="The hold that was captured.")
class HoldCapturePayload(HoldPayload):
    """Answers holdCapture."""


@strawberry.type(description="The hold that was released.")
class HoldReleasePayload(HoldPayload):
    """Answers holdRelease."""


@strawberry.type(description="What can be done with holds.")
class HoldsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.TILL,
        Role.SHOP,
        payload=WalletHoldPayload,
        description="Set points aside for a while: nobody else can spend them.",
    )
    async def wallet_hold(self, info: Info, input: WalletHoldInput) -> WalletHoldPayload:
        command = HoldPoints(
            input.member.ref(),
            input.unit,
            input.points,
            input.expires_in_seconds,
            input.idempotency_key,
        )
        done = await holds.hold(info.context.actor, command)
        payload = await _answer(info, done, WalletHoldPayload)
        if would_be(input, done.replayed):
            payload.hold = None
        return payload

    @mutation(
        Role.TILL,
        Role.SHOP,
        payload=HoldCapturePayload,
        description="Spend a hold, or some of it; the rest goes back by the same act.",
    )
    async def hold_capture(self, info: Info, input: HoldCaptureInput) -> HoldCapturePayload:
        hold_id = uuid_of(input.hold_id, "Hold", "holdId")
        command = CaptureHold(hold_id, input.idempotency_key, given(input.points))
        done = await holds.capture(info.context.actor, command)
        return await _answer(info, done, HoldCapturePayload)

    @mutation(
        Role.TILL,
        Role.SHOP,
        payload=HoldReleasePayload,
        description="Give a hold back: its points return to where they came from.",
    )
    async def hold_release(self, info: Info, input: HoldReleaseInput) -> HoldReleasePayload:
        command = ReleaseHold(uuid_of(input.hold_id, "Hold", "holdId"), input.idempotency_key)
        done = await holds.release(info.context.actor, command)
        return await _answer(info, done, HoldReleasePayload)


Made = TypeVar("Made", bound=HoldPayload)


async def _answer(info: Info, done: holds.Done, payload: type[Made]) -> Made:
    (row,) = await hold_queries.holds(info.context.actor, [done.hold_id])
    assert row is not None, "whom a till serves it sees"
    wallet = await _wallet(info.context, row)
    return payload(hold=row, wallet=wallet, replayed=done.replayed)


async def _wallet(context: Context, row: HoldRow) -> WalletRow:
    wallet = await queries.wallet_of(context.actor, row.member_id, row.unit_code)
    context.changes_at(wallet.expires_at)
    return wallet


@fetched_by("Hold")
async def _holds(context: Context, keys: Sequence[str]) -> Sequence[HoldRow | None]:
    return await rows_by_id(context, hold_queries.holds, keys)
