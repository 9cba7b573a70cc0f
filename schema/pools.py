"""Pools: people who collect together, what they have, and who gave and spent it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from domain.language import in_language
from domain.members.queries import MemberRow
from domain.pools import queries
from domain.pools.kinds import PlaceState, PoolRole
from domain.pools.queries import InvitationRow, PlaceRow, PoolRow, ShareRow
from domain.programme.terms.pools import LeavingRule, PoolKind
from domain.programme.words.pools import LEAVING
from domain.rewards import queries as reward_queries
from domain.wallets import queries as wallet_queries
from domain.wallets.queries import TransactionRow, WalletRow
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.node import Node, fetched_by, rows_by_id, uuid_of, uuids
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyPool
from schema.rewards import Voucher
from schema.roles import field
from schema.wallets import Transaction, Wallet, listed, wallets_of


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement of a pool's wallet, and whose doing it was."""

    transaction: TransactionRow
    place_id: UUID | None


async def pools_seen(context: Context, ids: Sequence[UUID]) -> list[PoolRow | None]:
    """The pools with these ids that the caller may see, and what they have from here on."""
    found = await context.load_all(queries.pools, ids)
    context.look_into(row.id for row in found if row)
    return found


@strawberry.type(description="Somebody's place in a pool.")
class PoolPlace(Node):
    """Read off a PlaceRow."""

    first_name: str | None = strawberry.field(description="Whose it is; null when not given.")
    role: PoolRole = strawberry.field(description="What he is in the pool.")
    may_redeem: bool = strawberry.field(description="Lets redeem the pool's points.")
    state: PlaceState = strawberry.field(description="Whether it is still taken.")
    joined_at: datetime | None = strawberry.field(description="Since when.")
    ended_at: datetime | None = strawberry.field(description="Null while it is taken.")

    @field(description="What of each earning goes to the pool, rounded down.")
    def contribution_basis_points(root: strawberry.Parent[PlaceRow]) -> int:
        return root.contribution

    @field(
        description="The pool; null when it is no longer the caller's.",
        graphql_type=LazyPool | None,
    )
    async def pool(root: strawberry.Parent[PlaceRow], info: Info) -> PoolRow | None:
        (found,) = await pools_seen(info.context, [root.pool_id])
        return found

    @field(
        description="What was given so far, by unit; at most 10.", graphql_type=list[PointsAmount]
    )
    async def given(root: strawberry.Parent[PlaceRow], info: Info) -> list[PointsRow]:
        shares = await info.context.load(queries.shares_of, root.id)
        return [PointsRow(each.given, each.unit_code) for each in shares]

    @field(
        description="What a leaver would take along now, by unit; at most 10.",
        graphql_type=list[PointsAmount],
    )
    async def takes(root: strawberry.Parent[PlaceRow], info: Info) -> list[PointsRow]:
        (pool,) = await pools_seen(info.context, [root.pool_id])
        if pool is None or pool.leaving is not LeavingRule.SHARE_BACK:
            return []
        shares: list[ShareRow] = await info.context.load(queries.shares_of, root.id)
        return [PointsRow(each.unspent, each.unit_code) for each in shares if each.unspent]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, PlaceRow)


@strawberry.type(description="A movement of a pool's points, and whose doing it was.")
class PoolMovement:
    """Read off a MovementRow."""

    transaction: TransactionRow = strawberry.field(
        graphql_type=Transaction, description="What moved."
    )

    @field(
        description="Who gave, redeemed or left; null where it was none of them.",
        graphql_type=PoolPlace | None,
    )
    async def by(root: strawberry.Parent[MovementRow], info: Info) -> PlaceRow | None:
        if root.place_id is None:
            return None
        return await info.context.load(queries.places, root.place_id)


@strawberry.type(description="A household or a company that collects together: a member itself.")
class Pool(Node):
    """Read off a PoolRow."""

    kind: PoolKind = strawberry.field(description="Who collects together.")
    title: str | None = strawberry.field(description="What its people call it; null: nothing.")
    number: str = strawberry.field(description="Its member number: good at a till, as a card is.")
    created_at: datetime = strawberry.field(description="Since when it is.")
    closed_at: datetime | None = strawberry.field(description="Null while it is open.")

    @field(description="What leavers take along, as declared when it was made.")
    def leaving_rule(root: strawberry.Parent[PoolRow]) -> LeavingRule:
        return root.leaving

    @field(description="The same in words, in the caller's language.")
    def leaving_text(root: strawberry.Parent[PoolRow], info: Info) -> str:
        return in_language(LEAVING[root.leaving], info.context.language)

    @field(description="Who is in it, who came first first.", graphql_type=Connection[PoolPlace])
    async def people(
        root: strawberry.Parent[PoolRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.people_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, partial(context.load, queries.people_counts, root.id))

    @field(description="One for each unit of the programme.", graphql_type=list[Wallet])
    async def wallets(root: strawberry.Parent[PoolRow], info: Info) -> list[WalletRow]:
        programme = info.context.programme.programme
        return listed(programme, root.id, await wallets_of(info.context, root.id))

    @field(
        description="Every movement of its points of a unit, newest first, and whose doing it was.",
        graphql_type=Connection[PoolMovement],
    )
    async def movements(
        root: strawberry.Parent[PoolRow],
        info: Info,
        unit: str,
        first: First = 20,
        after: After = None,
    ) -> Any:
        context, key = info.context, (root.id, unit)
        page = await context.load(
            wallet_queries.statements_of, key, first=checked(first), after=after or None
        )
        return connection(
            _movements(page), partial(context.load, wallet_queries.transaction_counts, key)
        )

    @field(description="What its points became, newest first.", graphql_type=Connection[Voucher])
    async def vouchers(
        root: strawberry.Parent[PoolRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        context = info.context
        page = await context.load(
            reward_queries.vouchers_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, partial(context.load, reward_queries.voucher_counts_of, root.id))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, PoolRow)


@strawberry.type(description="Somebody asks the member into a pool.")
class PoolInvitation(Node):
    """Read off an InvitationRow."""

    kind: PoolKind = strawberry.field(description="Who collects together.")
    title: str | None = strawberry.field(description="What its people call it; null: nothing.")
    inviter: str | None = strawberry.field(description="First name; null when not given.")
    expires_at: datetime = strawberry.field(description="It can be accepted until then.")

    @field(description="What of each earning would go there, unless said otherwise.")
    def contribution_basis_points(root: strawberry.Parent[InvitationRow]) -> int:
        return root.contribution

    @field(description="What leavers take along.")
    def leaving_rule(root: strawberry.Parent[InvitationRow]) -> LeavingRule:
        return root.leaving

    @field(description="The same in words, in the caller's language.")
    def leaving_text(root: strawberry.Parent[InvitationRow], info: Info) -> str:
        return in_language(LEAVING[root.leaving], info.context.language)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, InvitationRow)


@strawberry.type(description="What pools add to a member.")
class MemberPools:
    """Mixed into Member."""

    @field(
        description="The member's places in pools; at most one for each kind. Tills see none.",
        graphql_type=list[PoolPlace],
        kept=False,
    )
    async def pools(root: strawberry.Parent[MemberRow], info: Info) -> list[PlaceRow]:
        return await info.context.load(queries.places_of, root.id)

    @field(
        description="Pools that the calling member is asked into, newest first; at most 20.",
        graphql_type=list[PoolInvitation],
        kept=False,
    )
    async def pool_invitations(
        root: strawberry.Parent[MemberRow], info: Info
    ) -> list[InvitationRow]:
        return await info.context.load(queries.invitations_of, root.id)


@strawberry.type(description="What can be asked about pools.")
class PoolsQueries:
    """Mixed into Query."""

    @field(
        description="A pool, for its people and the team; null for others.",
        graphql_type=Pool | None,
        kept=False,
    )
    async def pool(root: strawberry.Parent[None], info: Info, id: strawberry.ID) -> PoolRow | None:
        (found,) = await pools_seen(info.context, [uuid_of(id, "Pool", "id")])
        return found


def _movements(page: Any) -> Any:
    rows = [
        MovementRow(row, UUID(row.title["place"]) if "place" in row.title else None)
        for row in page.rows
    ]
    return type(page)(
        rows, lambda row: page.cursor(row.transaction), page.has_next, page.has_previous
    )


@fetched_by("Pool")
async def _pools(context: Context, keys: Sequence[str]) -> Sequence[PoolRow | None]:
    ids = uuids(keys)
    found = iter(await pools_seen(context, [each for each in ids if each]))
    return [next(found) if each else None for each in ids]


@fetched_by("PoolPlace")
async def _places(context: Context, keys: Sequence[str]) -> Sequence[PlaceRow | None]:
    return await rows_by_id(context, queries.places, keys)


@fetched_by("PoolInvitation")
async def _invitations(context: Context, keys: Sequence[str]) -> Sequence[InvitationRow | None]:
    return await rows_by_id(context, queries.invitations, keys)
