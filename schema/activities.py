"""Activities: what members do besides buying, what it earned, and their badges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.activities import badges, operations, queries
from domain.activities.badges import BadgeRow
from domain.activities.earning import ways_of
from domain.activities.queries import ActivityRow
from domain.actor import Role
from domain.language import in_language
from domain.members.queries import MemberRow
from domain.programme import words
from domain.programme.accruals import Reason
from domain.programme.queries import Version, versions
from domain.programme.terms import ActivityRule
from domain.programme.terms import Unit as UnitTerms
from domain.programme.ways import Way
from domain.wallets.queries import transactions
from schema.activity_inputs import ActivityReportInput
from schema.activity_kinds import (
    ActivityEarningRule,
    ActivityKind,
    ActivityRuleRow,
    Badge,
    BadgeTermsRow,
    KindRow,
    kind_row,
)
from schema.context import Context, Info
from schema.dry_runs import would_be
from schema.errors import KeyedPayload
from schema.node import Node, fetched_by, rows_by_id, uuids
from schema.order_quotes import Earning, EarningRow
from schema.paging import After, Connection, First, checked, connection
from schema.programme import Unit
from schema.roles import field, mutation
from schema.scalars import Points


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What was said of an activity, and what it is called."""

    name: str
    label: dict[str, str]
    value: str


@strawberry.type(description="What was said of an activity.")
class ActivityDetail:
    """Read off a SaidRow."""

    name: str = strawberry.field(description="The attribute's name, as its kind has it.")
    value: str = strawberry.field(description="As text: 5, true, 2026-06-01.")

    @field(description="What the attribute is called, in the caller's language.")
    def label(root: strawberry.Parent[SaidRow], info: Info) -> str:
        return in_language(root.label, info.context.language)


@dataclass(frozen=True, slots=True)
class MissedRow:
    """Why a rule gave nothing for an activity."""

    version: Version
    reason: Reason


@strawberry.type(description="Why a rule gave nothing for an activity.")
class ActivityNotEarned:
    """Read off a MissedRow."""

    @field(description="Which one.", graphql_type=ActivityEarningRule)
    def rule(root: strawberry.Parent[MissedRow]) -> ActivityRuleRow:
        rule = root.version.programme.activity_rule(root.reason.rule)
        assert rule is not None, "what a version says never changes"
        return ActivityRuleRow(root.version, rule)

    @field(description="What is missing, in the caller's language.")
    def text(root: strawberry.Parent[MissedRow], info: Info) -> str:
        return words.reason(root.version.programme, root.reason, info.context.language)


@strawberry.type(description="Something that a member did and that is no order.")
class Activity(Node):
    """Read off an ActivityRow."""

    source: str = strawberry.field(description="The system that told of it.")
    reference: str = strawberry.field(description="Its number there.")
    occurred_at: datetime = strawberry.field(description="When it happened.")

    @field(description="What was done, as the programme of that day has it.")
    async def kind(root: strawberry.Parent[ActivityRow], info: Info) -> ActivityKind:
        return await _kind_of(info.context, root)  # type: ignore[return-value]

    @field(description="What was said of it; at most 20.", graphql_type=list[ActivityDetail])
    async def attributes(root: strawberry.Parent[ActivityRow], info: Info) -> list[SaidRow]:
        kind = (await _kind_of(info.context, root)).terms
        named = {each.name: each.label for each in kind.attributes}
        return [
            SaidRow(name, dict(named.get(name, {"en": name})), _as_text(value))
            for name, value in root.attributes.items()
        ]

    @field(description="What it earned, by unit; at most 10.", graphql_type=list[Earning])
    async def earnings(root: strawberry.Parent[ActivityRow], info: Info) -> list[EarningRow]:
        return await _earnings(info.context, root)

    @field(
        description="Rules for it that gave nothing, and why; at most 50.",
        graphql_type=list[ActivityNotEarned],
    )
    async def not_earned(root: strawberry.Parent[ActivityRow], info: Info) -> list[MissedRow]:
        version = await info.context.load(versions, root.programme_version)
        return [MissedRow(version, reason) for reason in root.reasons]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, ActivityRow)


@strawberry.type(description="How far a member is towards a badge.")
class BadgeProgress:
    """Read off a rules.Progress."""

    done: int = strawberry.field(description="So many; never more than `target`.")
    target: int = strawberry.field(description="Of so many.")


@strawberry.type(description="A badge, and how the member stands with it.")
class MemberBadge(Node):
    """Read off a BadgeRow."""

    earned_at: datetime | None = strawberry.field(description="Null while it is to be earned.")
    progress: BadgeProgress = strawberry.field(description="Towards it.")

    @field(description="What it is called, in the caller's language.")
    def title(root: strawberry.Parent[BadgeRow], info: Info) -> str:
        return in_language(root.badge.name, info.context.language)

    @field(description="Which one it is.", graphql_type=Badge)
    def badge(root: strawberry.Parent[BadgeRow], info: Info) -> BadgeTermsRow:
        return BadgeTermsRow(info.context.programme, root.badge)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, BadgeRow)


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way to earn, and the version that it is of."""

    version: Version
    way: Way

    @property
    def limit_left(self) -> int | None:
        """What its limit leaves."""
        return self.way.limit_left


@strawberry.type(description="A way to earn that is open to the member now.")
class WayToEarn:
    """Read off a WayRow."""

    limit_left: Points | None = strawberry.field(
        description="What its limit leaves in this period; null: there is none."
    )

    @field(description="The rule's code.")
    def code(root: strawberry.Parent[WayRow]) -> str:
        return root.way.rule.code

    @field(description="What it is called, in the caller's language.")
    def title(root: strawberry.Parent[WayRow], info: Info) -> str:
        return in_language(root.way.rule.name, info.context.language)

    @field(description="What it gives and when, in words.")
    def text(root: strawberry.Parent[WayRow], info: Info) -> str:
        rule, language = root.way.rule, info.context.language
        if isinstance(rule, ActivityRule):
            return words.activity_rule(root.version.programme, rule, language)
        return words.rule(root.version.programme, rule, language)

    @field(description="What it gives points of.", graphql_type=Unit)
    def unit(root: strawberry.Parent[WayRow]) -> UnitTerms | None:
        return root.version.programme.unit(root.way.rule.unit)

    @field(description="What is to be done; null: to buy.", graphql_type=ActivityKind | None)
    def activity(root: strawberry.Parent[WayRow]) -> KindRow | None:
        rule = root.way.rule
        return kind_row(root.version, rule.activity) if isinstance(rule, ActivityRule) else None


@strawberry.type(description="What activities add to a member.")
class MemberActivities:
    """Mixed into Member."""

    @field(
        description="What the member did besides buying, newest first.",
        graphql_type=Connection[Activity],
    )
    async def activities(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.pages_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, lambda: context.load(queries.counts_of, root.id))

    @field(
        description="The programme's badges: those earned, the newest first, then the others.",
        graphql_type=Connection[MemberBadge],
    )
    async def badges(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        programme = info.context.programme.programme
        deeds = await info.context.load(badges.deeds_of, root.id)
        assert deeds is not None, "who sees the member sees what it did"
        page = badges.page_of(programme, deeds, checked(first), after or None)

        async def total() -> int:
            return len(programme.badges)

        return connection(page, total)

    @field(
        description="All ways to earn that are open to the member now; at most 100. What only an"
        " order or activity could tell is left open.",
        graphql_type=list[WayToEarn],
    )
    async def ways_to_earn(root: strawberry.Parent[MemberRow], info: Info) -> list[WayRow]:
        context = info.context
        # Rules look at days and hours, as clocks show them there.
        local = context.now.astimezone(context.programme.rules.zone)
        gone = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        context.changes_at(context.now - gone + timedelta(hours=1))
        ways = await context.load(ways_of, root.id, at=context.now)
        return [WayRow(context.programme, way) for way in ways]


@strawberry.type(description="What became of an activityReport.")
class ActivityReportPayload(KeyedPayload):
    """Composed from the id that the report gave, so that a replay answers the same."""

    activity: ActivityRow | None = strawberry.field(
        default=None,
        graphql_type=Activity | None,
        description="It, as kept; null when refused, or only tried.",
    )
    earnings: list[EarningRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[Earning],
        description="What it earned, by unit; empty when it earned nothing, or was refused.",
    )


@strawberry.type(description="What can be done with activities.")
class ActivitiesMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.TILL,
        Role.CARE,
        Role.LOYALTY,
        Role.MEMBER,
        payload=ActivityReportPayload,
        description="Report what a member did and that is no order: a visit, a review, a share."
        " (source, reference) names it for ever: it earns once, whatever is retried. It is judged"
        " by the programme of its day. Members report of themselves, where the kind lets them.",
    )
    async def activity_report(
        root: strawberry.Parent[None], info: Info, input: ActivityReportInput
    ) -> ActivityReportPayload:
        context = info.context
        reported = await operations.report(context.actor, input.command())
        context.forget()
        activity_id = UUID(reported.result["activity"])
        (activity,) = await queries.activities(context.actor, [activity_id])
        earnings = await _earnings(context, activity) if activity else []
        kept = None if would_be(input, reported.replayed) else activity
        return ActivityReportPayload(activity=kept, earnings=earnings, replayed=reported.replayed)


def _as_text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _kind_of(context: Context, row: ActivityRow) -> KindRow:
    version = await context.load(versions, row.programme_version)
    return kind_row(version, row.kind_code)


async def _earnings(context: Context, row: ActivityRow) -> list[EarningRow]:
    found = await context.load_all(transactions, row.transaction_ids)
    return [
        EarningRow(
            sum(each["points"] for each in made.explanation),
            made.unit_code,
            None,
            transactions=[made],
            available_at=made.occurred_at,
        )
        for made in found
        if made is not None
    ]


@fetched_by("Activity")
async def _activities(context: Context, keys: Sequence[str]) -> Sequence[ActivityRow | None]:
    return await rows_by_id(context, queries.activities, keys)


@fetched_by("MemberBadge")
async def _badges(context: Context, keys: Sequence[str]) -> Sequence[BadgeRow | None]:
    programme = context.programme.programme
    pairs = [key.partition(":")[::2] for key in keys]
    found: list[BadgeRow | None] = []
    for member_id, (_, code) in zip(uuids([pair[0] for pair in pairs]), pairs, strict=True):
        deeds = await context.load(badges.deeds_of, member_id) if member_id else None
        rows = badges.page_of(programme, deeds, len(programme.badges)).rows if deeds else []
        found.append(next((row for row in rows if row.badge.code == code), None))
    return found
