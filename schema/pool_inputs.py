"""What is sent about pools."""

import strawberry
from strawberry import UNSET

from domain.pools.commands import (
    ClosePool,
    CreatePool,
    InviteToPool,
    JoinPool,
    LeavePool,
    RemoveFromPool,
    SetRole,
)
from domain.pools.kinds import PoolRole
from domain.programme.terms.pools import PoolKind
from schema.dry_runs import dry_run
from schema.member_inputs import KEY, MemberRefInput
from schema.node import uuid_of
from schema.reward_inputs import given

POOL = "The pool."
PLACE = "Somebody's place in a pool."
PART = "What of each earning goes to the pool, within the programme's bounds"


@strawberry.input(description="A pool to be made, and the key of this one act.")
class PoolCreateInput:
    """Checked in the domain."""

    kind: PoolKind = strawberry.field(description="A member makes a household.")
    title: str | None = strawberry.field(
        default=UNSET, description="What its people call it, 1 to 80 characters."
    )
    owner: MemberRefInput | None = strawberry.field(
        default=UNSET, description="Whose it is to be, for the team; members leave it out."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> CreatePool:
        """The same, as the domain takes it."""
        owner = given(self.owner)
        return CreatePool(
            self.kind, self.idempotency_key, given(self.title), owner.ref() if owner else None
        )


@strawberry.input(description="Who is asked into a pool: exactly one of number, phone and e-mail.")
class PoolInviteInput:
    """Checked in the domain."""

    pool_id: strawberry.ID = strawberry.field(description=POOL)
    number: str | None = strawberry.field(default=UNSET, description="A member number.")
    phone: str | None = strawberry.field(default=UNSET, description="With its country code.")
    email: str | None = strawberry.field(default=UNSET, description="An e-mail address.")
    may_redeem: bool | None = strawberry.field(
        default=UNSET, description="Lets redeem the pool's points; absent: does not."
    )

    def command(self) -> InviteToPool:
        """The same, as the domain takes it."""
        return InviteToPool(
            uuid_of(self.pool_id, "Pool", "poolId"),
            given(self.number),
            given(self.phone),
            given(self.email),
            self.may_redeem is True,
        )


@strawberry.input(description="Which invitation is accepted.")
class PoolJoinInput:
    """Checked in the domain."""

    invitation_id: strawberry.ID = strawberry.field(description="Of `me.poolInvitations`.")
    contribution_basis_points: int | None = strawberry.field(
        default=UNSET, description=f"{PART}; absent: as usual there."
    )

    def command(self) -> JoinPool:
        """The same, as the domain takes it."""
        invitation_id = uuid_of(self.invitation_id, "PoolInvitation", "invitationId")
        return JoinPool(invitation_id, given(self.contribution_basis_points))


@strawberry.input(description="Which invitation is not accepted.")
class PoolDeclineInput:
    """Checked in the domain."""

    invitation_id: strawberry.ID = strawberry.field(description="Of `me.poolInvitations`.")


@strawberry.input(description="Which pool one leaves, and the key of this one act.")
class PoolLeaveInput:
    """Checked in the domain."""

    pool_id: strawberry.ID = strawberry.field(description=POOL)
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> LeavePool:
        """The same, as the domain takes it."""
        return LeavePool(uuid_of(self.pool_id, "Pool", "poolId"), self.idempotency_key)


@strawberry.input(description="Whose place is to end, and the key of this one act.")
class PoolRemoveInput:
    """Checked in the domain."""

    place_id: strawberry.ID = strawberry.field(description=PLACE)
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> RemoveFromPool:
        """The same, as the domain takes it."""
        return RemoveFromPool(uuid_of(self.place_id, "PoolPlace", "placeId"), self.idempotency_key)


@strawberry.input(description="What somebody is to be in a pool; what is left out stays.")
class PoolRoleSetInput:
    """Checked in the domain."""

    place_id: strawberry.ID = strawberry.field(description=PLACE)
    role: PoolRole | None = strawberry.field(
        default=UNSET, description="OWNER hands the pool over: the owner before is a MEMBER then."
    )
    may_redeem: bool | None = strawberry.field(
        default=UNSET, description="Whether the pool's points may be redeemed."
    )

    def command(self) -> SetRole:
        """The same, as the domain takes it."""
        place_id = uuid_of(self.place_id, "PoolPlace", "placeId")
        return SetRole(place_id, given(self.role), given(self.may_redeem))


@strawberry.input(description="How much the caller gives to a pool from now on.")
class PoolContributionSetInput:
    """Checked in the domain."""

    place_id: strawberry.ID = strawberry.field(description="The caller's own place in a pool.")
    contribution_basis_points: int = strawberry.field(description=f"{PART}.")


@strawberry.input(description="Which pool is to close, and the key of this one act.")
class PoolCloseInput:
    """Checked in the domain."""

    pool_id: strawberry.ID = strawberry.field(description=POOL)
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> ClosePool:
        """The same, as the domain takes it."""
        return ClosePool(uuid_of(self.pool_id, "Pool", "poolId"), self.idempotency_key)
