"""The timeline of a member, for the team: a file of its own, as Member is made with it."""

from datetime import datetime
from functools import partial
from typing import Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow
from domain.membership import timeline, words
from domain.membership.timeline import TimelineKind, TimelineRow
from schema.context import Info
from schema.enums import enum
from schema.paging import After, Connection, First, checked, connection
from schema.roles import field

enum(
    TimelineKind,
    "What happened.",
    ORDER="The member bought something.",
    POINTS="Points came or went.",
    TIER="The member came to a tier.",
    VOUCHER="A voucher was issued, used or cancelled.",
    CASE="The member wrote to the team.",
    MEMBERSHIP="The member joined, was blocked, left or came back, or has a new card.",
)


@strawberry.type(description="One thing that happened with a member.")
class TimelineEntry:
    """Read off a TimelineRow."""

    at: datetime = strawberry.field(description="When it happened.")
    kind: TimelineKind = strawberry.field(description="Of which sort it is.")

    @field(description="In one line, in the caller's language.")
    def text(root: strawberry.Parent[TimelineRow], info: Info) -> str:
        return words.entry(info.context.programme.programme, root, info.context.language)


@strawberry.type(description="What membership adds to a member.")
class MemberTimeline:
    """Mixed into Member."""

    @field(
        Role.CARE,
        description="All that has happened, newest first.",
        graphql_type=Connection[TimelineEntry],
        kept=False,
    )
    async def timeline(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        actor = info.context.actor
        page = await timeline.timeline_of(actor, root.id, checked(first), after)
        return connection(page, partial(timeline.timeline_count, actor, root.id))
