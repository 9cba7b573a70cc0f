"""Membership: taking part or not, leaving for good, and what is kept of a member."""

from datetime import datetime
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.membership import erasing, exporting, states
from domain.membership.exporting import RequestExport
from domain.membership.states import BlockMember, Leave
from schema.context import Info
from schema.errors import KeyedPayload, Payload
from schema.member_inputs import KEY, MemberRefInput
from schema.members import Member
from schema.roles import mutation


@strawberry.input(description="Who is blocked, and why.")
class MemberBlockInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whom.")
    reason: str = strawberry.field(
        description="For the team alone, at most 200 characters; kept until the member is erased."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> BlockMember:
        """The same, as the domain takes it."""
        return BlockMember(self.member.ref(), self.reason, self.idempotency_key)


@strawberry.input(description="Who is blocked no longer, and why.")
class MemberUnblockInput(MemberBlockInput):
    """As when it was blocked."""


@strawberry.input(description="Taking no part any more.")
class MemberOptOutInput:
    """The caller's own wish."""

    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> Leave:
        """The same, as the domain takes it."""
        return Leave(self.idempotency_key)


@strawberry.input(description="Taking part again.")
class MemberOptInInput(MemberOptOutInput):
    """The caller's own wish."""


@strawberry.type(description="The member as it is now.")
class _ChangedPayload(KeyedPayload):
    """Base of payloads of what changes a member's state."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=Member | None,
        description="Whose state it is; null when refused.",
    )


@strawberry.type(description="The member, blocked.")
class MemberBlockPayload(_ChangedPayload):
    """Its state is BLOCKED."""


@strawberry.type(description="The member as it was before it was blocked.")
class MemberUnblockPayload(_ChangedPayload):
    """Its state is ACTIVE, or OPTED_OUT as before."""


@strawberry.type(description="The member, who takes no part any more.")
class MemberOptOutPayload(_ChangedPayload):
    """Its state is OPTED_OUT."""


@strawberry.type(description="The member, who takes part again.")
class MemberOptInPayload(_ChangedPayload):
    """Its state is ACTIVE."""


@strawberry.input(description="Leaving for good.")
class MemberEraseInput:
    """Checked in the domain."""

    confirm: str = strawberry.field(description="The member number, as a person types it.")


@strawberry.type(description="When the member was erased.")
class MemberErasePayload(Payload):
    """The last that the member hears."""

    erased_at: datetime | None = strawberry.field(
        default=None, description="When that was; null when refused."
    )


@strawberry.input(description="A member wants to have what is kept of it.")
class MemberExportInput:
    """The caller's own."""

    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> RequestExport:
        """The same, as the domain takes it."""
        return RequestExport(self.idempotency_key)


@strawberry.type(description="Where to fetch what is kept.")
class MemberExportPayload(KeyedPayload):
    """Whoever has the address can read it."""

    url: str | None = strawberry.field(
        default=None,
        description="Answers a GET with JSON, as it is then; keep it to yourself. Null when "
        "refused.",
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="Good until then: an hour. Null when refused."
    )


@strawberry.type(description="What can be done with a membership.")
class MembershipMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        payload=MemberBlockPayload,
        description="Let a member neither earn nor spend; it can still sign in, read and write "
        "to the team, and is told.",
    )
    async def member_block(
        root: strawberry.Parent[None], info: Info, input: MemberBlockInput
    ) -> MemberBlockPayload:
        member_id, replayed = await states.block(info.context.actor, input.command())
        return MemberBlockPayload(member=await _member(info, member_id), replayed=replayed)

    @mutation(
        Role.CARE,
        payload=MemberUnblockPayload,
        description="Let a blocked member be what it was before; it is told.",
    )
    async def member_unblock(
        root: strawberry.Parent[None], info: Info, input: MemberUnblockInput
    ) -> MemberUnblockPayload:
        member_id, replayed = await states.unblock(info.context.actor, input.command())
        return MemberUnblockPayload(member=await _member(info, member_id), replayed=replayed)

    @mutation(
        Role.MEMBER,
        payload=MemberOptOutPayload,
        description="Take no part any more: no earning, no spending, no messages. Everything is "
        "kept, and `memberOptIn` takes it back.",
    )
    async def member_opt_out(
        root: strawberry.Parent[None], info: Info, input: MemberOptOutInput
    ) -> MemberOptOutPayload:
        member_id, replayed = await states.opt_out(info.context.actor, input.command())
        return MemberOptOutPayload(member=await _member(info, member_id), replayed=replayed)

    @mutation(
        Role.MEMBER,
        payload=MemberOptInPayload,
        description="Take part again.",
    )
    async def member_opt_in(
        root: strawberry.Parent[None], info: Info, input: MemberOptInInput
    ) -> MemberOptInPayload:
        member_id, replayed = await states.opt_in(info.context.actor, input.command())
        return MemberOptInPayload(member=await _member(info, member_id), replayed=replayed)

    @mutation(
        Role.MEMBER,
        payload=MemberErasePayload,
        description="Leave for good: profile, consents, devices and everything written is deleted, "
        "points and vouchers are given up, all sessions end. What was bought and earned stays "
        "without a name.",
    )
    async def member_erase(
        root: strawberry.Parent[None], info: Info, input: MemberEraseInput
    ) -> MemberErasePayload:
        return MemberErasePayload(erased_at=await erasing.erase(info.context.actor, input.confirm))

    @mutation(
        Role.MEMBER,
        payload=MemberExportPayload,
        description="Have all that is kept of oneself, machine readable.",
    )
    async def member_export(
        root: strawberry.Parent[None], info: Info, input: MemberExportInput
    ) -> MemberExportPayload:
        export = await exporting.request(info.context.actor, input.command())
        return MemberExportPayload(
            url=f"{info.context.public_url}/export/{export.token}",
            expires_at=export.expires_at,
            replayed=export.replayed,
        )


async def _member(info: Info, member_id: UUID) -> MemberRow | None:
    (member,) = await members_of(info.context.actor, [member_id])
    return member
