"""What a version changes, for whom, in words: for the team beforehand, for all when it is so."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.language import in_language
from domain.members.queries import MemberRow
from domain.orders import impact as impacts
from domain.orders.impact import Impact
from domain.programme import earlier, words
from domain.programme.changes import ChangeEffect
from domain.programme.earlier import Changed
from domain.programme.queries import TEAM, VersionRow
from schema.context import Info
from schema.enums import enum
from schema.node import uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.programme_life import NO_WORDS
from schema.roles import field

enum(
    ChangeEffect,
    "What a change is for the members that it touches.",
    BETTER="More, sooner, longer or with less asked.",
    WORSE="Less, later, shorter or with more asked: members are told ahead.",
    NEUTRAL="Neither, or not to be told beforehand.",
)

Against = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="The version that it is held against; unless said, of a draft the one that it"
        " is based on, of a published one that which was in force before it."
    ),
]


@strawberry.type(description="Something that a version changes.")
class ProgrammeChange:
    """Read off a Changed."""

    @field(description='What of: ["rules", "every-euro", "effect", "points"]; lists go by codes.')
    def path(root: strawberry.Parent[Changed]) -> list[str]:
        return list(root.change.path)

    @field(description="How it was, as JSON; null: it was not there, or not said.")
    def before(root: strawberry.Parent[Changed]) -> str | None:
        return _as_json(root.change.before)

    @field(description="How it will be, as JSON; null: it is not there, or not said.")
    def after(root: strawberry.Parent[Changed]) -> str | None:
        return _as_json(root.change.after)

    @field(description="What it is for those whom it touches.")
    def effect(root: strawberry.Parent[Changed]) -> ChangeEffect:
        return root.change.effect

    @field(description="The change as a sentence, in the caller's language.")
    def text(root: strawberry.Parent[Changed], info: Info) -> str:
        language = info.context.language
        if root.before.rules is None or root.after.rules is None:
            return in_language(NO_WORDS, language)
        before, after = root.before.programme, root.after.programme
        return words.change(before, after, root.change, language)


@strawberry.type(
    description="How many active members a version is better and worse for: by their tier, the"
    " units they hold, and their orders of the last 90 days judged by both versions."
)
class ProgrammeImpact:
    """Read off an Impact."""

    better: int = strawberry.field(description="For whom something is better and nothing worse.")
    worse: int = strawberry.field(description="For whom something is worse.")
    unchanged: int = strawberry.field(description="For whom it comes to the same.")
    notice_days: int = strawberry.field(
        description="So many days before it is in force members have to be told; 0: none is."
    )
    replayed: int = strawberry.field(description="Of so many members orders were judged.")
    is_estimate: bool = strawberry.field(
        description="Whether these stand for others, as there are more who bought."
    )


@strawberry.type(description="What changes between versions of the programme.")
class VersionChanges:
    """Mixed into ProgrammeVersion."""

    @field(
        description="What it changes, in the document's order; of the first version nothing.",
        graphql_type=list[ProgrammeChange],
    )
    async def changes(
        root: strawberry.Parent[VersionRow], info: Info, against: Against = None
    ) -> Sequence[Changed]:
        before = await _before(root, info, against)
        return earlier.changed(before, root.version, info.context.now)

    @field(
        *TEAM,
        description="Whom it hurts and helps; null without an earlier version, or while it has"
        " errors.",
        graphql_type=ProgrammeImpact | None,
    )
    async def impact(
        root: strawberry.Parent[VersionRow], info: Info, against: Against = None
    ) -> Impact | None:
        before = await _before(root, info, against)
        if before is None or before.rules is None or root.version.rules is None:
            return None
        return await impacts.impact(before.programme, root.version.programme)


@strawberry.type(description="What a version of the programme changes for a member.")
class MemberProgrammeChange:
    """Read off a MemberChange."""

    number: int = strawberry.field(description="The version's number.")
    effective_from: datetime = strawberry.field(description="It is so from then on.")
    changes: list[ProgrammeChange] = strawberry.field(
        description="What makes something better or worse for a member of its tier, with its"
        " units; none: it is not touched."
    )


@strawberry.type(description="What the programme's changes add to a member.")
class MemberProgramme:
    """Mixed into Member."""

    @field(
        description="What changed for the member since it joined, or will, version by version,"
        " newest first.",
        graphql_type=Connection[MemberProgrammeChange],
    )
    async def programme_changes(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        page = await info.context.load(
            earlier.member_changes_of, root.id, first=checked(first), after=after
        )
        return connection(page, lambda: info.context.load(earlier.member_change_counts_of, root.id))


async def _before(root: VersionRow, info: Info, against: str | None) -> Any:
    other = uuid_of(against, "ProgrammeVersion", "against") if against is not None else None
    return await info.context.load(earlier.earlier_of, root.id, against=other)


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
