"""Where a member stands, and what is missing for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.calendar import midnight
from domain.members.queries import MemberRow, members_of
from domain.programme.queries import Version
from domain.tiers import outlook, plans, queries
from domain.tiers.kinds import BenefitState
from domain.tiers.outlook import Outlook, Projection
from schema.context import Context, Info
from schema.node import Node, fetched_by, rows_by_id
from schema.paging import After, Connection, First, checked, connection
from schema.programme import Tier, TierRow, tier_row
from schema.roles import batched, field
from schema.scalars import Points
from schema.tier_moves import BenefitRow, MemberBenefit, TierMove


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A member's tier. `id` is the member's."""

    member: MemberRow

    @property
    def id(self) -> UUID:
        """The member's: each has one standing."""
        return self.member.id

    @property
    def since(self) -> datetime:
        """In this tier from then on."""
        return self.member.tier_since


@strawberry.type(description="What the end of the window brings if nothing more is earned.")
class TierProjection:
    """Read off an outlook.Projection."""

    at: datetime = strawberry.field(description="When that would be.")
    qualifying: Points = strawberry.field(description="Qualifying points that will count then.")

    @field(description="The tier from then on.", graphql_type=Tier)
    def tier(root: strawberry.Parent[Projection]) -> TierRow:
        return TierRow(root.tier)


@strawberry.type(description="What has been reached in the window, and what is missing.")
class TierProgress:
    """Read off an Outlook."""

    qualifying: Points = strawberry.field(
        description="Qualifying points in the window. Spending never lowers them."
    )
    missing_for_next: Points | None = strawberry.field(
        description="For the next tier; null at the highest."
    )
    missing_to_keep: Points | None = strawberry.field(
        description="To keep the tier beyond `until`; null where it is not lost."
    )
    window_ends_at: datetime | None = strawberry.field(
        description="When the window ends, half-open; null where it rolls and nothing is lost."
    )

    @field(description="The next tier; null at the highest.", graphql_type=Tier | None)
    def next_tier(root: strawberry.Parent[Outlook]) -> TierRow | None:
        return TierRow(root.next_tier) if root.next_tier else None

    @field(
        description="What the window's end brings if nothing more is earned; null where no window"
        " ends, and while the tier is kept by hand.",
        graphql_type=TierProjection | None,
    )
    def projection(root: strawberry.Parent[Outlook]) -> Projection | None:
        return root.projection


@strawberry.type(description="A member's place in the programme.")
class Standing(Node):
    """Read off a StandingRow."""

    since: datetime = strawberry.field(description="In this tier from then on.")

    @field(description="Kept until then; null: until told otherwise.")
    def until(root: strawberry.Parent[StandingRow], info: Info) -> datetime | None:
        context = info.context
        plan = plans.plan_of(context.programme, root.member, context.now)
        _note_change(context, plan.until)
        return plan.until

    @field(description="Whether it was given by hand, and is kept until `until` whatever is done.")
    def by_hand(root: strawberry.Parent[StandingRow], info: Info) -> bool:
        context = info.context
        plan = plans.plan_of(context.programme, root.member, context.now)
        return plan.fixed_until is not None

    @field(description="Which one it is.", graphql_type=Tier)
    def tier(root: strawberry.Parent[StandingRow], info: Info) -> TierRow:
        return tier_row(info.context.programme.programme, root.member.tier)

    @batched(description="Towards the next tier.", graphql_type=TierProgress)
    async def progress(rows: strawberry.Parent[list[StandingRow]], info: Info) -> list[Outlook]:
        context = info.context
        version, now = context.programme, context.now
        spans = [outlook.spans(version, row.member, now) for row in rows]
        keys = [(row.id, first) for row, span in zip(rows, spans, strict=True) for first in span]
        points = iter(await _points(context, keys))
        found = [
            outlook.outlook(version, row.member, now, qualifying=next(points), counted=next(points))
            for row in rows
        ]
        for each in found:
            _note_change(context, each.window_ends_at)
        return found

    @batched(
        description="What the tier gives, and what higher ones would; at most 200.",
        graphql_type=list[MemberBenefit],
    )
    async def benefits(
        rows: strawberry.Parent[list[StandingRow]], info: Info
    ) -> list[list[BenefitRow]]:
        context = info.context
        version, now = context.programme, context.now
        firsts = [outlook.spans(version, row.member, now)[0] for row in rows]
        keys = [(row.id, first) for row, first in zip(rows, firsts, strict=True)]
        points = await _points(context, keys)
        return [
            _benefits(version, row.member.tier, qualifying)
            for row, qualifying in zip(rows, points, strict=True)
        ]

    @field(
        description="How the member came to its tiers, newest first.",
        graphql_type=Connection[TierMove],
    )
    async def history(
        root: strawberry.Parent[StandingRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.moves_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, lambda: context.load(queries.move_counts_of, root.id))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, StandingRow)


async def _points(context: Context, keys: Sequence[queries.Since]) -> list[int]:
    version = context.programme
    today = plans.local_day(version, context.now)
    context.changes_at(midnight(today + timedelta(days=1), version.rules.zone))
    return await context.load_all(queries.qualifying_of, keys, until=today)


def _note_change(context: Context, at: datetime | None) -> None:
    # What is due already is about to be done, which raises the member's version.
    if at is not None and at > context.now:
        context.changes_at(at)


def _benefits(version: Version, code: str, qualifying: int) -> list[BenefitRow]:
    held = tier_row(version.programme, code).terms
    return [
        BenefitRow(
            benefit,
            tier,
            BenefitState.ACTIVE if tier is held else BenefitState.LOCKED,
            0 if tier is held else max(0, tier.threshold - qualifying),
        )
        for tier in version.programme.tiers
        if tier.rank >= held.rank
        for benefit in tier.benefits
    ]


def standing_row(member: MemberRow) -> StandingRow:
    """Where the member stands."""
    return StandingRow(member)


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
