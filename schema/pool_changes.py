"""What can be done with pools."""

from collections.abc import Mapping
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.pools import founding, inviting, joining, leaving, places, queries
from domain.pools.queries import PlaceRow, PoolRow
from schema.amounts import PointsAmount, PointsRow
from schema.context import Info
from schema.dry_runs import would_be
from schema.errors import KeyedPayload, Payload
from schema.node import uuid_of
from schema.pool_inputs import (
    PoolCloseInput,
    PoolContributionSetInput,
    PoolCreateInput,
    PoolDeclineInput,
    PoolInviteInput,
    PoolJoinInput,
    PoolLeaveInput,
    PoolRemoveInput,
    PoolRoleSetInput,
)
from schema.pools import Pool, PoolPlace, pools_seen
from schema.references import LazyMember
from schema.roles import mutation

RETURNED = "The points that went back with their dates, by unit; null when refused."


@strawberry.type(description="The pool that was made.")
class PoolCreatePayload(KeyedPayload):
    """The pool as it is now."""

    pool: PoolRow | None = strawberry.field(
        default=None, graphql_type=Pool | None, description="The pool; null when refused."
    )


@strawberry.type(description="Somebody is asked, if there is such a member: nobody learns which.")
class PoolInvitePayload(Payload):
    """The pool as it is."""

    pool: PoolRow | None = strawberry.field(
        default=None, graphql_type=Pool | None, description="The pool; null when refused."
    )


@strawberry.type(description="The place that was taken.")
class PoolJoinPayload(Payload):
    """The place as it is now."""

    place: PlaceRow | None = strawberry.field(
        default=None, graphql_type=PoolPlace | None, description="The place; null when refused."
    )


@strawberry.type(description="Who has declined.")
class PoolDeclinePayload(Payload):
    """The member as it is now."""

    member: MemberRow | None = strawberry.field(
        default=None, graphql_type=LazyMember | None, description="The member; null when refused."
    )


@strawberry.type(description="What a leaver took along.")
class PoolLeavePayload(KeyedPayload):
    """The points, and the member as it is now."""

    returned: list[PointsRow] | None = strawberry.field(
        default=None, graphql_type=list[PointsAmount] | None, description=RETURNED
    )
    member: MemberRow | None = strawberry.field(
        default=None, graphql_type=LazyMember | None, description="The member; null when refused."
    )


@strawberry.type(description="What somebody who was removed took along.")
class PoolRemovePayload(KeyedPayload):
    """The points, and the pool as it is now."""

    returned: list[PointsRow] | None = strawberry.field(
        default=None, graphql_type=list[PointsAmount] | None, description=RETURNED
    )
    pool: PoolRow | None = strawberry.field(
        default=None, graphql_type=Pool | None, description="The pool; null when refused."
    )


@strawberry.type(description="What somebody is in a pool now.")
class PoolRoleSetPayload(Payload):
    """The place as it is now."""

    place: PlaceRow | None = strawberry.field(
        default=None, graphql_type=PoolPlace | None, description="The place; null when refused."
    )


@strawberry.type(description="What the caller gives now.")
class PoolContributionSetPayload(Payload):
    """The place as it is now."""

    place: PlaceRow | None = strawberry.field(
        default=None, graphql_type=PoolPlace | None, description="The place; null when refused."
    )


@strawberry.type(description="What went to whom as a pool closed, all of it together.")
class PoolClosePayload(KeyedPayload):
    """The points."""

    returned: list[PointsRow] | None = strawberry.field(
        default=None, graphql_type=list[PointsAmount] | None, description=RETURNED
    )


@strawberry.type(description="What can be done with pools.")
class PoolsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        payload=PoolCreatePayload,
        description="Make a pool: a household of the caller's, or any, by the team for a member.",
    )
    async def pool_create(self, info: Info, input: PoolCreateInput) -> PoolCreatePayload:
        pool_id, replayed = await founding.create(info.context.actor, input.command())
        pool = None if would_be(input, replayed) else await _pool(info, pool_id)
        return PoolCreatePayload(pool=pool, replayed=replayed)

    @mutation(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        payload=PoolInvitePayload,
        description="Ask somebody into a pool: its owner does, and whoever it is, the answer is the"
        " same. At most 30 in 24 hours.",
    )
    async def pool_invite(self, info: Info, input: PoolInviteInput) -> PoolInvitePayload:
        command = input.command()
        await inviting.invite(info.context.actor, command)
        return PoolInvitePayload(pool=await _pool(info, command.pool_id))

    @mutation(
        Role.MEMBER,
        payload=PoolJoinPayload,
        description="Accept an invitation; what leavers take along stands in it.",
    )
    async def pool_join(self, info: Info, input: PoolJoinInput) -> PoolJoinPayload:
        place_id = await joining.join(info.context.actor, input.command())
        return PoolJoinPayload(place=await _place(info, place_id))

    @mutation(
        Role.MEMBER,
        payload=PoolDeclinePayload,
        description="Do not accept an invitation; nobody is told.",
    )
    async def pool_decline(self, info: Info, input: PoolDeclineInput) -> PoolDeclinePayload:
        invitation_id = uuid_of(input.invitation_id, "PoolInvitation", "invitationId")
        await joining.decline(info.context.actor, invitation_id)
        return PoolDeclinePayload(member=await _member(info))

    @mutation(
        Role.MEMBER,
        payload=PoolLeavePayload,
        description="Leave a pool, with what its rule lets one take; a dry run says how much.",
    )
    async def pool_leave(self, info: Info, input: PoolLeaveInput) -> PoolLeavePayload:
        gone = await leaving.leave(info.context.actor, input.command())
        returned, member = _amounts(gone.returned), await _member(info)
        return PoolLeavePayload(returned=returned, member=member, replayed=gone.replayed)

    @mutation(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        payload=PoolRemovePayload,
        description="End somebody's place, as owner or team; he takes along what a leaver does.",
    )
    async def pool_remove(self, info: Info, input: PoolRemoveInput) -> PoolRemovePayload:
        command = input.command()
        gone = await leaving.remove(info.context.actor, command)
        (place,) = await queries.places(info.context.actor, [command.place_id])
        pool = await _pool(info, place.pool_id) if place else None
        return PoolRemovePayload(
            returned=_amounts(gone.returned), pool=pool, replayed=gone.replayed
        )

    @mutation(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        payload=PoolRoleSetPayload,
        description="Say who owns a pool and who may redeem: its owner does, or the team.",
    )
    async def pool_role_set(self, info: Info, input: PoolRoleSetInput) -> PoolRoleSetPayload:
        place_id = await places.set_role(info.context.actor, input.command())
        return PoolRoleSetPayload(place=await _place(info, place_id))

    @mutation(
        Role.MEMBER,
        payload=PoolContributionSetPayload,
        description="Say how much of what one earns goes to a pool from now on.",
    )
    async def pool_contribution_set(
        self, info: Info, input: PoolContributionSetInput
    ) -> PoolContributionSetPayload:
        place_id = uuid_of(input.place_id, "PoolPlace", "placeId")
        await joining.contribute(info.context.actor, place_id, input.contribution_basis_points)
        return PoolContributionSetPayload(place=await _place(info, place_id))

    @mutation(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        payload=PoolClosePayload,
        description="Close a pool: each takes what is unspent of what he gave, its owner the rest.",
    )
    async def pool_close(self, info: Info, input: PoolCloseInput) -> PoolClosePayload:
        gone = await leaving.close(info.context.actor, input.command())
        return PoolClosePayload(returned=_amounts(gone.returned), replayed=gone.replayed)


def _amounts(returned: Mapping[str, int]) -> list[PointsRow]:
    return [PointsRow(points, unit) for unit, points in sorted(returned.items())]


async def _pool(info: Info, pool_id: UUID) -> PoolRow | None:
    (pool,) = await pools_seen(info.context, [pool_id])
    return pool


async def _place(info: Info, place_id: UUID) -> PlaceRow | None:
    (place,) = await queries.places(info.context.actor, [place_id])
    return place


async def _member(info: Info) -> MemberRow | None:
    member_id = info.context.actor.member_id
    assert member_id is not None
    (member,) = await members_of(info.context.actor, [member_id])
    return member
