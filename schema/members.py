"""Members: the caller's own profile, and for tills and teams those whom they serve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.errors import NotFound
from domain.members import operations, queries
from domain.members.kinds import Channel, MemberState, Purpose, Sex, Topic
from domain.members.queries import ConsentRow, MemberRef, MemberRow, PreferenceRow
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import Payload
from schema.node import Node, fetched_by, uuid_of, uuids
from schema.pictures import qr_svg
from schema.roles import field, mutation
from schema.scalars import LocalTime

enum(
    MemberState,
    "Whether a member takes part.",
    ACTIVE="Earns and spends.",
    BLOCKED="Neither earns nor spends for now; history stays.",
    OPTED_OUT="Has left by its own wish; data is kept for the legal time only.",
    MERGED="Lives on in another member.",
    ERASED="Everything personal is gone.",
)
enum(
    Channel,
    "How a member is spoken to.",
    IN_APP="In the app's inbox.",
    EMAIL="By e-mail.",
    PUSH="By push message to the phone.",
    SMS="By text message.",
    MESSENGER="By a messenger app.",
)
enum(
    Purpose,
    "What a member is spoken to for.",
    SERVICE="What a member must know: orders, points, codes.",
    MARKETING="Offers and news.",
    SURVEYS="Questions about how it was.",
    PARTNERS="Offers of partners.",
)
enum(
    Topic,
    "What a notification is about.",
    POINTS="Points earned, spent, given back.",
    EXPIRY="Points that will expire.",
    TIER="Moves between tiers.",
    REWARDS="Vouchers and new rewards.",
    OFFERS="Personal offers.",
    REFERRALS="Friends who join and buy.",
    SURVEYS="Surveys that wait.",
    CASES="Answers to what a member wrote.",
    NEWS="Everything else.",
)
enum(Sex, "As the member says.", FEMALE="Female.", MALE="Male.", OTHER="Another.")


@strawberry.type(description="A birthday; the year only where the member gave it.")
class Birthday:
    """Read off a queries.Birthday."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")
    year: int | None = strawberry.field(description="Null when the member keeps it.")


@strawberry.type(description="The member's card, to be shown at a till.")
class Card:
    """Read off a _Card."""

    number: str = strawberry.field(description="What is printed below the code: the member number.")
    qr_svg: str = strawberry.field(description="The code to scan, as SVG text.")
    refresh_at: datetime | None = strawberry.field(
        description="When to ask for a new code; null while it stays good."
    )


@dataclass(frozen=True, slots=True)
class _Card:
    number: str
    refresh_at: datetime | None = None

    @property
    def qr_svg(self) -> str:
        return qr_svg(self.number)


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


@strawberry.type(description="Somebody who takes part in the programme.")
class Member(Node):
    """Read off a MemberRow. What other capabilities add is mixed in by schema/root.py."""

    number: str = strawberry.field(description="What people read out: ten digits, the last a check.")
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
    interests: list[str] = strawberry.field(description="As the member chose; at most 50.")

    @field(description="The card to show at a till.", graphql_type=Card)
    def card(root: strawberry.Parent[MemberRow]) -> _Card:
        return _Card(root.number)

    @field(
        description="What the member allows; at most one for each channel and purpose.",
        graphql_type=list[Consent],
    )
    async def consents(root: strawberry.Parent[MemberRow], info: Info) -> list[ConsentRow]:
        return await info.context.load(queries.consents_of, root.id)

    @field(
        description="Channels by topic; one for each topic.", graphql_type=list[TopicPreference]
    )
    async def preferences(root: strawberry.Parent[MemberRow], info: Info) -> list[PreferenceRow]:
        return await info.context.load(queries.preferences_of, root.id)

    @field(description="No message leaves then; null when none are set.")
    def quiet_hours(root: strawberry.Parent[MemberRow]) -> QuietHours | None:
        if root.quiet_from is None or root.quiet_until is None:
            return None
        return QuietHours(from_=LocalTime(root.quiet_from), until=LocalTime(root.quiet_until))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, MemberRow)


@fetched_by("Member")
async def _members(context: Context, keys: Sequence[str]) -> Sequence[MemberRow | None]:
    ids = uuids(keys)
    found = await queries.members_of(context.actor, [i for i in ids if i])
    rows = {row.id: row for row in found if row}
    return [rows.get(i) if i else None for i in ids]


@strawberry.input(one_of=True, description="One way to name a member.")
class MemberRefInput:
    """Exactly one."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The member's id.")
    number: strawberry.Maybe[str] = strawberry.field(description="The member number.")
    card: strawberry.Maybe[str] = strawberry.field(description="What a scanner read off the card.")
    phone: strawberry.Maybe[str] = strawberry.field(description="With its country code.")
    email: strawberry.Maybe[str] = strawberry.field(description="An e-mail address.")
    external_id: strawberry.Maybe[str] = strawberry.field(description="The shop's own customer id.")

    def ref(self) -> MemberRef:
        """The same, as the domain takes it. An id that is none of ours finds nobody."""
        if self.id:
            return MemberRef(id=uuid_of(self.id.value, "Member", "id"))
        given = {
            name: value.value
            for name in ("number", "card", "phone", "email", "external_id")
            if (value := getattr(self, name))
        }
        return MemberRef(**given)


@strawberry.input(description="A birthday; without a year if one likes.")
class BirthdayInput:
    """Checked in the domain."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")
    year: int | None = strawberry.field(default=UNSET, description="Four digits.")


@strawberry.input(description="A consent, given or withdrawn.")
class ConsentInput:
    """One channel and purpose."""

    channel: Channel = strawberry.field(description="Spoken to how.")
    purpose: Purpose = strawberry.field(description="Spoken to for what.")
    given: bool = strawberry.field(description="Allowed, or withdrawn.")
