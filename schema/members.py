"""Members: the caller's own profile, and for tills and teams those whom they serve."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from domain.actor import Role
from domain.errors import NotFound
from domain.members import queries
from domain.members.kinds import Channel, MemberState, Purpose, Sex, Topic
from domain.members.queries import ConsentRow, MemberRow, PreferenceRow
from schema.activities import MemberActivities
from schema.benefits import MemberBenefits
from schema.cards import MemberCards
from schema.context import Context, Info
from schema.enums import enum
from schema.feedback import MemberFeedback
from schema.member_inputs import MemberRefInput
from schema.member_timeline import MemberTimeline
from schema.merges import MemberMerges
from schema.node import Node, fetched_by, rows_by_id
from schema.notifications import MemberNotifications
from schema.offers import MemberOffers
from schema.orders import MemberOrders
from schema.pools import MemberPools
from schema.programme_changes import MemberProgramme
from schema.referrals import MemberReferrals
from schema.rewards import MemberRewards
from schema.roles import field
from schema.scalars import LocalTime
from schema.segments import MemberSegments
from schema.tiers import MemberTiers
from schema.transfers import MemberGifts
from schema.wallets import MemberWallets

enum(
    MemberState,
    "Whether a member takes part.",
    ACTIVE="Earns and spends.",
    BLOCKED="Neither earns nor spends for now; history stays.",
    OPTED_OUT="Has left by its own wish; data is kept for the legal time only.",
    MERGED="Lives on in another member.",
    ERASED="Everything personal is gone.",
)


@strawberry.type(description="A birthday; the year only where the member gave it.")
class Birthday:
    """Read off a queries.Birthday."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")
    year: int | None = strawberry.field(description="Null when the member keeps it.")


@strawberry.type(description="What a member allows, for a channel and a purpose; as last said.")
class Consent:
    """Read off a ConsentRow."""

    channel: Channel = strawberry.field(description="Spoken to how.")
    purpose: Purpose = strawberry.field(description="Spoken to for what.")
    given: bool = strawberry.field(description="Allowed, or withdrawn.")
    at: datetime = strawberry.field(description="When it was said.")


@strawberry.type(description="Through which channels a member wants to hear of a topic.")
class TopicPreference:
    """Read off a PreferenceRow."""

    topic: Topic = strawberry.field(description="What it is about.")
    channels: list[Channel] = strawberry.field(description="Empty: not at all. At most five.")


@strawberry.type(description="No message leaves between these times.")
class QuietHours:
    """Times on the member's wall clock."""

    from_: LocalTime = strawberry.field(name="from", description="In the member's time zone.")
    until: LocalTime = strawberry.field(description="In the member's time zone, exclusive.")


def quiet_hours_of(member: MemberRow) -> QuietHours | None:
    """The member's quiet hours."""
    if member.quiet_from is None or member.quiet_until is None:
        return None
    return QuietHours(from_=LocalTime(member.quiet_from), until=LocalTime(member.quiet_until))


@strawberry.type(description="Somebody who takes part in the programme.")
class Member(
    MemberWallets,
    MemberBenefits,
    MemberTiers,
    MemberOrders,
    MemberActivities,
    MemberRewards,
    MemberOffers,
    MemberGifts,
    MemberReferrals,
    MemberFeedback,
    MemberNotifications,
    MemberCards,
    MemberTimeline,
    MemberMerges,
    MemberPools,
    MemberProgramme,
    MemberSegments,
    Node,
):
    """Read off a MemberRow; each capability adds its own fields."""

    number: str = strawberry.field(
        description="What people read out: ten digits, the last a check."
    )
    state: MemberState = strawberry.field(description="Whether the member takes part.")
    joined_at: datetime = strawberry.field(description="When the member enrolled.")
    first_name: str | None = strawberry.field(description="Null when not given.")
    last_name: str | None = strawberry.field(description="Null when not given.")
    email: str | None = strawberry.field(description="Verified, lower case; null without one.")
    phone: str | None = strawberry.field(description="Verified, E.164; null without one.")
    language: str = strawberry.field(description="BCP 47: the language of texts and messages.")
    time_zone: str | None = strawberry.field(
        description="IANA zone of quiet hours and birthday; null: the programme's."
    )
    birthday: Birthday | None = strawberry.field(description="Null when not given.")
    sex: Sex | None = strawberry.field(description="Null when not given.")
    interests: list[str] = strawberry.field(description="As the member chose; at most 50.")

    @field(
        description="What the member allows; at most one for each channel and purpose.",
        graphql_type=list[Consent],
    )
    async def consents(root: strawberry.Parent[MemberRow], info: Info) -> list[ConsentRow]:
        return await info.context.load(queries.consents_of, root.id)

    @field(description="Channels by topic; one for each topic.", graphql_type=list[TopicPreference])
    async def preferences(root: strawberry.Parent[MemberRow], info: Info) -> list[PreferenceRow]:
        return await info.context.load(queries.preferences_of, root.id)

    @field(description="No message leaves then; null when none are set.")
    def quiet_hours(root: strawberry.Parent[MemberRow]) -> QuietHours | None:
        return quiet_hours_of(root)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, MemberRow)


@fetched_by("Member")
async def _members(context: Context, keys: Sequence[str]) -> Sequence[MemberRow | None]:
    return await rows_by_id(context, queries.members_of, keys)


@strawberry.type(description="What can be asked about members.")
class MembersQueries:
    """Mixed into Query."""

    @field(description="The calling member; null for other callers.", graphql_type=Member | None)
    async def me(root: strawberry.Parent[None], info: Info) -> MemberRow | None:
        member_id = info.context.actor.member_id
        mine = await info.context.load_all(queries.members_of, [member_id] if member_id else [])
        return mine[0] if mine else None

    @field(
        Role.TILL,
        Role.CARE,
        description="The member that `by` names; null where none is found.",
        graphql_type=Member | None,
    )
    async def member(
        root: strawberry.Parent[None], info: Info, by: MemberRefInput
    ) -> MemberRow | None:
        try:
            return await queries.find(info.context.actor, by.ref())
        except NotFound:
            return None
