"""Two memberships of one person that become one, and two again."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.membership import merge_queries, merging, unmerging
from domain.membership.merge_queries import MergeRow
from domain.membership.merging import MergeMembers
from domain.membership.unmerging import UnmergeMembers
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.dry_runs import dry_run, would_be
from schema.errors import KeyedPayload
from schema.member_inputs import KEY, MemberRefInput
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyMember
from schema.roles import batched, field, mutation

REASON = "Why, for the team alone: 1 to 200 characters; kept until the member is erased."


@strawberry.type(description="Two memberships that became one. For the team.")
class MemberMerge(Node):
    """Read off a MergeRow."""

    reason: str | None = strawberry.field(description="Why; null once the member is erased.")
    merged_by: str = strawberry.field(description="Who did it.")
    merged_at: datetime = strawberry.field(description="When.")
    undone_by: str | None = strawberry.field(description="Who undid it; null while it stands.")
    undone_at: datetime | None = strawberry.field(description="When; null likewise.")
    undone_reason: str | None = strawberry.field(
        description="Why; null likewise, and once the member is erased."
    )

    @batched(description="Who stays.", graphql_type=LazyMember | None)
    async def member(rows: strawberry.Parent[list[MergeRow]], info: Info) -> list[MemberRow | None]:
        return await info.context.load_all(members_of, [row.member_id for row in rows])

    @batched(
        name="from",
        description="Who went; its statement and its own history are still its own.",
        graphql_type=LazyMember | None,
    )
    async def gone(rows: strawberry.Parent[list[MergeRow]], info: Info) -> list[MemberRow | None]:
        return await info.context.load_all(members_of, [row.gone_id for row in rows])

    @field(
        description="Points that went over, less what was owed; at most one for each unit.",
        graphql_type=list[PointsAmount],
    )
    def points(root: strawberry.Parent[MergeRow]) -> list[PointsRow]:
        return [PointsRow(unit["points"] - unit["debt"], unit["unit"]) for unit in root.units]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, MergeRow)


@strawberry.type(description="What merges add to a member.")
class MemberMerges:
    """Mixed into Member."""

    @field(
        Role.CARE,
        description="Other memberships that became this one, or this one another; newest first.",
        graphql_type=Connection[MemberMerge],
        kept=False,
    )
    async def merges(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        actor = info.context.actor
        page = await merge_queries.page_of(actor, root.id, checked(first), after or None)
        return connection(page, partial(merge_queries.count_of, actor, root.id))

    @batched(
        Role.CARE,
        description="Who it lives on in; null while it is a member of its own.",
        graphql_type=LazyMember | None,
        kept=False,
    )
    async def merged_into(
        rows: strawberry.Parent[list[MemberRow]], info: Info
    ) -> list[MemberRow | None]:
        into = [row.merged_into for row in rows]
        wanted = [member_id for member_id in into if member_id is not None]
        found = dict(zip(wanted, await info.context.load_all(members_of, wanted), strict=True))
        return [found.get(member_id) if member_id else None for member_id in into]


@strawberry.input(description="Two members who are one person, which of them stays, and why.")
class MemberMergeInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Who stays.")
    from_: MemberRefInput = strawberry.field(
        name="from", description="Who goes: number, card and addresses lead to who stays."
    )
    reason: str = strawberry.field(description=REASON)
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> MergeMembers:
        """The same, as the domain takes it."""
        return MergeMembers(self.member.ref(), self.from_.ref(), self.reason, self.idempotency_key)


@strawberry.input(description="Which merge is undone, and why.")
class MemberUnmergeInput:
    """Checked in the domain."""

    merge_id: strawberry.ID = strawberry.field(description="One that stands: `member.merges`.")
    reason: str = strawberry.field(description=REASON)
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> UnmergeMembers:
        """The same, as the domain takes it."""
        merge_id = uuid_of(self.merge_id, "MemberMerge", "mergeId")
        return UnmergeMembers(merge_id, self.reason, self.idempotency_key)


@strawberry.type(description="The merge, and who stays.")
class MergePayload(KeyedPayload):
    """Base of what is answered about merges."""

    merge: MergeRow | None = strawberry.field(
        default=None, graphql_type=MemberMerge | None, description="As it is; null when refused."
    )
    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="Who stays, as it is now; null when refused.",
    )


@strawberry.type(description="The merge that was made.")
class MemberMergePayload(MergePayload):
    """Answers memberMerge."""


@strawberry.type(description="The merge that was undone.")
class MemberUnmergePayload(MergePayload):
    """Answers memberUnmerge."""

    from_: MemberRow | None = strawberry.field(
        name="from",
        default=None,
        graphql_type=LazyMember | None,
        description="Who is a member again, with what is left of what it had; null when refused.",
    )


@strawberry.type(description="What can be done with two memberships of one person.")
class MergesMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        payload=MemberMergePayload,
        description="Let one member live on in another: points with their dates, orders, vouchers "
        "and friends go over, the higher tier stays until its end, and number, card and addresses "
        "of both lead to who stays. Refused while a till holds points of who goes.",
    )
    async def member_merge(
        root: strawberry.Parent[None], info: Info, input: MemberMergeInput
    ) -> MemberMergePayload:
        done = await merging.merge(info.context.actor, input.command())
        merge, member = await _of(info, done)
        kept = None if would_be(input, done.replayed) else merge
        return MemberMergePayload(merge=kept, member=member, replayed=done.replayed)

    @mutation(
        Role.CARE,
        payload=MemberUnmergePayload,
        description="Undo a merge: what came with it and is there still goes back, points with "
        "their dates; what was spent meanwhile stays spent. Of a chain the last is undone first.",
    )
    async def member_unmerge(
        root: strawberry.Parent[None], info: Info, input: MemberUnmergeInput
    ) -> MemberUnmergePayload:
        done = await unmerging.unmerge(info.context.actor, input.command())
        merge, member = await _of(info, done)
        (gone,) = await members_of(info.context.actor, [merge.gone_id])
        return MemberUnmergePayload(merge=merge, member=member, from_=gone, replayed=done.replayed)


async def _of(info: Info, done: merging.Done) -> tuple[MergeRow, MemberRow | None]:
    (merge,) = await merge_queries.merges(info.context.actor, [done.merge_id])
    assert merge is not None, "who may merge may read"
    (member,) = await members_of(info.context.actor, [done.member_id])
    return merge, member


@fetched_by("MemberMerge")
async def _merges(context: Context, keys: Sequence[str]) -> Sequence[MergeRow | None]:
    return await rows_by_id(context, merge_queries.merges, keys)
