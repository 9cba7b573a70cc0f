"""Segments: members of whom a condition holds, for the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.offers import segment_queries as queries
from domain.offers import segments, words
from domain.offers.segment_queries import MoveRow, SegmentRow
from domain.offers.segments import SaveSegment
from domain.paging import Page
from schema.condition_inputs import ConditionInput, condition_at
from schema.context import Context, Info
from schema.errors import Payload
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyMember
from schema.roles import batched, field, mutation

_TEAM = (Role.CARE, Role.LOYALTY)


@strawberry.type(description="A member came into a segment, or left it.")
class SegmentMovement:
    """Read off a MoveRow."""

    entered: bool = strawberry.field(description="True: it came. False: it left.")
    at: datetime = strawberry.field(description="When that was found.")

    @batched(description="Who; null for one that was erased.", graphql_type=LazyMember | None)
    async def member(rows: strawberry.Parent[list[MoveRow]], info: Info) -> list[MemberRow | None]:
        return await info.context.load_all(members_of, [row.member_id for row in rows])

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, MoveRow)


@strawberry.type(description="Members of whom a condition holds. Kept up to what they do.")
class Segment(Node):
    """Read off a SegmentRow."""

    code: str = strawberry.field(description="What conditions name it by; never another one.")
    name: str = strawberry.field(description="What the team calls it.")
    member_count: int = strawberry.field(description="How many are in it, as of the last look.")
    saved_at: datetime = strawberry.field(description="When it was made or changed last.")

    @field(description="Who is in it: the condition read aloud, in the caller's language.")
    def text(root: strawberry.Parent[SegmentRow], info: Info) -> str:
        context = info.context
        return words.whom(context.programme.programme, root.condition, context.language)

    @field(
        *_TEAM,
        description="Who is in it, the last to come on top.",
        graphql_type=Connection[LazyMember],
        kept=False,
    )
    async def members(
        root: strawberry.Parent[SegmentRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await queries.people(context.actor, root.id, checked(first), after or None)
        found = await context.load_all(members_of, [row.member_id for row in page.rows])
        inside = {row.member_id: row for row in page.rows}
        people = Page(
            [member for member in found if member],
            lambda member: page.cursor(inside[member.id]),
            page.has_next,
        )
        return connection(people, _Known(root.member_count).total)

    @field(
        *_TEAM,
        description="Who came and who left, newest first.",
        graphql_type=Connection[SegmentMovement],
        kept=False,
    )
    async def movements(
        root: strawberry.Parent[SegmentRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        actor = info.context.actor
        page = await queries.moves(actor, root.id, checked(first), after or None)
        return connection(page, partial(queries.move_count, actor, root.id))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, SegmentRow)


@dataclass(frozen=True, slots=True)
class _Known:
    count: int

    async def total(self) -> int:
        return self.count


@fetched_by("Segment")
async def _segments(context: Context, keys: Sequence[str]) -> Sequence[SegmentRow | None]:
    return await rows_by_id(context, queries.segments, keys)


@strawberry.type(description="What segments add to a member.")
class MemberSegments:
    """Mixed into Member."""

    @batched(
        *_TEAM,
        description="The segments that the member is in, by name; at most 200.",
        graphql_type=list[Segment],
        kept=False,
    )
    async def segments(
        rows: strawberry.Parent[list[MemberRow]], info: Info
    ) -> list[list[SegmentRow]]:
        return await info.context.load_all(queries.segments_of, [row.id for row in rows])


@strawberry.input(description="A segment as it is to be.")
class SegmentSaveInput:
    """Checked in the domain."""

    id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The one to change; absent: a new one."
    )
    name: str = strawberry.field(
        description="1 to 80 characters. Of a new one the code is made of it, in Latin letters."
    )
    where: ConditionInput = strawberry.field(
        description="Who is in it. It looks at members at rest: `member...` leaves but "
        "`memberOrderNumber` and `memberSegment`, and at the time."
    )

    def command(self) -> SaveSegment:
        """What the domain is asked."""
        with condition_at("where"):
            where = self.where.as_json(("where",))
        id_: UUID | None = uuid_of(self.id, "Segment", "id") if self.id else None
        return SaveSegment(self.name, where, id_)


@strawberry.type(description="The segment as it was saved, counted at once.")
class SegmentSavePayload(Payload):
    """The segment as it is now."""

    segment: SegmentRow | None = strawberry.field(
        default=None, graphql_type=Segment | None, description="The segment; null when refused."
    )


@strawberry.type(description="What can be asked about segments.")
class SegmentsQueries:
    """Mixed into Query."""

    @field(
        *_TEAM,
        description="All segments, by name.",
        graphql_type=Connection[Segment],
        kept=False,
    )
    async def segments(
        root: strawberry.Parent[None], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        actor = info.context.actor
        page = await queries.page(actor, checked(first), after or None)
        return connection(page, partial(queries.count, actor))

    @field(
        *_TEAM,
        description="The segment of this code; null where there is none.",
        graphql_type=Segment | None,
        kept=False,
    )
    async def segment(
        root: strawberry.Parent[None],
        info: Info,
        code: Annotated[str, strawberry.argument(description="As in `memberSegment`.")],
    ) -> SegmentRow | None:
        return await queries.segment(info.context.actor, code)


@strawberry.type(description="What can be done with segments.")
class SegmentsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.LOYALTY,
        payload=SegmentSavePayload,
        description="Make or change a segment. Who is in it is found at once; members who come and "
        "go later are found soon after what they do, and all of them every ten minutes.",
    )
    async def segment_save(self, info: Info, input: SegmentSaveInput) -> SegmentSavePayload:
        actor = info.context.actor
        command = input.command()
        with condition_at("where"):
            segment_id = await segments.save(actor, command)
        (segment,) = await queries.segments(actor, [segment_id])
        return SegmentSavePayload(segment=segment)
