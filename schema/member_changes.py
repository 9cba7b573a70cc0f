"""What can be done with members: enrol, and say of oneself what one likes."""

from uuid import UUID

import strawberry

from domain.access.sessions import Tokens
from domain.actor import Role
from domain.members import devices, operations, queries
from domain.members.queries import ConsentRow, MemberRow, PreferenceRow
from domain.membership import telling
from domain.programme.terms import Thanks
from domain.referrals import enrolment
from schema.access import Session, signed_in_as
from schema.context import Info
from schema.errors import KeyedPayload, Payload
from schema.member_inputs import (
    ConsentSetInput,
    DeviceRegisterInput,
    MemberEnrolInput,
    MemberUpdateInput,
    PreferenceSetInput,
)
from schema.members import Consent, Member, QuietHours, TopicPreference, quiet_hours_of
from schema.profile_terms import ProfileThanks
from schema.roles import mutation


@strawberry.type(description="Who is a member now.")
class MemberEnrolPayload(KeyedPayload):
    """A friend's code that is not good is in `userErrors`; the enrolment stands all the same."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=Member | None,
        description="Whose data it is, as changed; null when refused.",
    )
    session: Tokens | None = strawberry.field(
        default=None,
        graphql_type=Session | None,
        description="The member's, for who joined itself: the one before is over. Null for shops.",
    )


@strawberry.type(description="The profile as it is now.")
class MemberUpdatePayload(Payload):
    """The member."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=Member | None,
        description="Whose data it is, as changed; null when refused.",
    )
    thanks: list[Thanks] = strawberry.field(
        default_factory=list,
        graphql_type=list[ProfileThanks],
        description="What the answers were worth; empty when there was nothing new.",
    )


@strawberry.type(description="The consents as they are now.")
class ConsentSetPayload(Payload):
    """All of them."""

    consents: list[ConsentRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[Consent],
        description="All that the member ever said, each as last said; empty when refused.",
    )


@strawberry.type(description="The preferences as they are now.")
class PreferenceSetPayload(Payload):
    """All of them."""

    preferences: list[PreferenceRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[TopicPreference],
        description="One for each topic; empty when refused.",
    )
    quiet_hours: QuietHours | None = strawberry.field(
        default=None, description="No message leaves then; null when none are set."
    )


@strawberry.type(description="Whether the device is noted: when nothing is refused.")
class DeviceRegisterPayload(Payload):
    """Nothing to tell."""


@strawberry.type(description="What can be done with members.")
class MembersMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.GUEST,
        Role.TILL,
        Role.CARE,
        payload=MemberEnrolPayload,
        description="Join, after `loginVerifyCode`; a shop or the team enrols somebody else.",
    )
    async def member_enrol(
        root: strawberry.Parent[None], info: Info, input: MemberEnrolInput
    ) -> MemberEnrolPayload:
        actor = info.context.actor
        enrolled = await enrolment.enrol(actor, input.command())
        if not actor.serves:
            member = await signed_in_as(info.context, enrolled.tokens, enrolled.member_id)
        else:
            member = await _member(info, enrolled.member_id)
        return MemberEnrolPayload(
            member=member,
            session=enrolled.tokens,
            replayed=enrolled.replayed,
            user_errors=[enrolled.refusal.under("input")] if enrolled.refusal else [],
        )

    @mutation(
        Role.MEMBER,
        payload=MemberUpdatePayload,
        description="Change one's profile: absent fields stay, null ones are cleared. What was"
        " asked and not told before is thanked for: once, however often it is sent.",
    )
    async def member_update(
        root: strawberry.Parent[None], info: Info, input: MemberUpdateInput
    ) -> MemberUpdatePayload:
        member_id, thanks = await telling.update(info.context.actor, input.command())
        return MemberUpdatePayload(member=await _member(info, member_id), thanks=thanks)

    @mutation(
        Role.MEMBER,
        payload=ConsentSetPayload,
        description="Allow being spoken to by a channel for a purpose, or withdraw that.",
    )
    async def consent_set(
        root: strawberry.Parent[None], info: Info, input: ConsentSetInput
    ) -> ConsentSetPayload:
        member_id = await operations.consent(info.context.actor, input.consent())
        (consents,) = await queries.consents_of(info.context.actor, [member_id])
        return ConsentSetPayload(consents=consents)

    @mutation(
        Role.MEMBER,
        payload=PreferenceSetPayload,
        description="Choose channels by topic, and hours without messages.",
    )
    async def preference_set(
        root: strawberry.Parent[None], info: Info, input: PreferenceSetInput
    ) -> PreferenceSetPayload:
        member_id = await operations.prefer(info.context.actor, input.command())
        (preferences,) = await queries.preferences_of(info.context.actor, [member_id])
        member = await _member(info, member_id)
        return PreferenceSetPayload(
            preferences=preferences, quiet_hours=quiet_hours_of(member) if member else None
        )

    @mutation(
        Role.MEMBER,
        payload=DeviceRegisterPayload,
        description="Say where pushes to this installation go; the newest 20 of a member are kept.",
    )
    async def device_register(
        root: strawberry.Parent[None], info: Info, input: DeviceRegisterInput
    ) -> DeviceRegisterPayload:
        await devices.register(info.context.actor, input.command())
        return DeviceRegisterPayload()


async def _member(info: Info, member_id: UUID) -> MemberRow | None:
    (member,) = await queries.members_of(info.context.actor, [member_id])
    return member
