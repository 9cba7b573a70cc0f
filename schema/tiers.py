"""Where a member stands, and what is missing for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry

from domain.calendar import midnight
from domain.members.queries import MemberRow, members_of
from domain.tiers.queries import qualifying_of
from domain.tiers.rules import Progress as ProgressTerms
from domain.tiers.rules import progress
from schema.context import Context, Info
from schema.node import Node, fetched_by, rows_by_id
from schema.programme import Tier, TierRow, tier_row
from schema.roles import batched, field
from schema.scalars import Points


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A member's tier. `id` is the member's."""

    id: UUID
    tier_code: str
    since: datetime
    until: datetime | None = None


@strawberry.type(description="What has been reached in the window, and what is missing.")
class TierProgress:
    """Read off a rules.Progress."""

    qualifying: Points = strawberry.field(
        description="Qualifying points in the window. Spending never lowers them."
    )
    missing_for_next: Points | None = strawberry.field(
        description="For the next tier; null at the highest."
    )

    @field(description="The next tier; null at the highest.", graphql_type=Tier | None)
    def next_tier(root: strawberry.Parent[ProgressTerms]) -> TierRow | None:
        return TierRow(root.next_tier) if root.next_tier else None

    @field(description="To keep the tier; null while no tier is ever lost.")
    def missing_to_keep(root: strawberry.Parent[ProgressTerms]) -> Points | None:
        return None

    @field(description="When the window ends; null, since it rolls.")
    def window_ends_at(root: strawberry.Parent[ProgressTerms]) -> datetime | None:
        return None


@strawberry.type(description="A member's place in the programme.")
class Standing(Node):
    """Read off a StandingRow."""

    since: datetime = strawberry.field(description="In this tier from then on.")
    until: datetime | None = strawberry.field(
        description="Kept until then; null: until told otherwise."
    )

    @field(description="Which one it is.", graphql_type=Tier)
    def tier(root: strawberry.Parent[StandingRow], info: Info) -> TierRow:
        return tier_row(info.context.programme.programme, root.tier_code)

    @batched(description="Towards the next tier.", graphql_type=TierProgress)
    async def progress(
        rows: strawberry.Parent[list[StandingRow]], info: Info
    ) -> list[ProgressTerms]:
        version = info.context.programme
        today = info.context.now.astimezone(version.rules.zone).date()
        first = today - timedelta(days=version.programme.window_days - 1)
        info.context.changes_at(midnight(today + timedelta(days=1), version.rules.zone))
        points = await info.context.load_all(
            qualifying_of, [row.id for row in rows], since=first, until=today
        )
        return [
            progress(version.programme, row.tier_code, qualifying)
            for row, qualifying in zip(rows, points, strict=True)
        ]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, StandingRow)


def standing_row(member: MemberRow) -> StandingRow:
    """Where the member stands."""
    return StandingRow(member.id, member.tier, member.tier_since)


@strawberry.type(description="What tiers add to a member.")
class MemberTiers:
    """Mixed into Member."""

    @field(description="The member's place in the programme.", graphql_type=Standing)
    def standing(root: strawberry.Parent[MemberRow]) -> StandingRow:
        return standing_row(root)


@fetched_by("Standing")
async def _standings(context: Context, keys: Sequence[str]) -> Sequence[StandingRow | None]:
    found = await rows_by_id(context, members_of, keys)
    return [standing_row(row) if row else None for row in found]
