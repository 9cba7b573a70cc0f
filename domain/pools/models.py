"""Tables of pools: the pools, people's places in them, and what each has given."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Pool(Model):
    """A pool. `id` is that of the member that it is; `leaving` stays as it was declared."""

    id: UUID = fields.UUIDField(primary_key=True)
    kind: str = fields.CharField(max_length=10)
    title: str | None = fields.CharField(max_length=80, null=True)
    leaving: str = fields.CharField(max_length=10)
    created_at: datetime = fields.DatetimeField()
    closed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "pools"
        constraints = [
            CheckConstraint(check="kind in ('HOUSEHOLD', 'COMPANY')", name="pool_kind"),
            CheckConstraint(check="leaving in ('SHARE_BACK', 'FORFEIT')", name="pool_leaving"),
        ]


class PoolPlace(Model):
    """A member's place in a pool. `kind` is the pool's; `contribution` in basis points."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    pool_id: UUID = fields.UUIDField()
    kind: str = fields.CharField(max_length=10)
    member_id: UUID = fields.UUIDField()
    role: str = fields.CharField(max_length=6)
    may_redeem: bool = fields.BooleanField()
    contribution: int = fields.IntField()
    state: str = fields.CharField(max_length=8)
    invited_by: UUID | None = fields.UUIDField(null=True)
    invited_at: datetime = fields.DatetimeField()
    expires_at: datetime | None = fields.DatetimeField(null=True)
    joined_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "pool_places"
        indexes = [("member_id", "state")]
        constraints = [
            UniqueConstraint(
                fields=("pool_id", "member_id"),
                name="one_place_in_a_pool",
                condition="state in ('INVITED', 'JOINED')",
            ),
            UniqueConstraint(
                fields=("member_id", "kind"),
                name="one_pool_of_a_kind",
                condition="state = 'JOINED'",
            ),
            UniqueConstraint(
                fields=("pool_id",),
                name="one_owner_of_a_pool",
                condition="role = 'OWNER' and state = 'JOINED'",
            ),
            CheckConstraint(check="role in ('OWNER', 'MEMBER')", name="place_role"),
            CheckConstraint(
                check="state in ('INVITED', 'JOINED', 'DECLINED', 'LEFT', 'REMOVED', 'CLOSED')",
                name="place_state",
            ),
            CheckConstraint(
                check="contribution between 0 and 10000", name="place_contribution_is_a_part"
            ),
        ]


class PoolContribution(Model):
    """What went to a pool of one earning. `id`: the transaction that took it of the member.

    `arrived_id`: the one that brought it to the pool. `earned` were the points of the earning;
    `returned` of `points` went back to the member, as its order came back.
    """

    id: UUID = fields.UUIDField(primary_key=True)
    place_id: UUID = fields.UUIDField(db_index=True)
    pool_id: UUID = fields.UUIDField()
    member_id: UUID = fields.UUIDField()
    earning_id: UUID = fields.UUIDField()
    order_id: UUID | None = fields.UUIDField(null=True, db_index=True)
    unit: str = fields.CharField(max_length=40)
    contribution: int = fields.IntField()
    earned: int = fields.BigIntField()
    points: int = fields.BigIntField()
    returned: int = fields.BigIntField(db_default=0)
    arrived_id: UUID = fields.UUIDField()
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "pool_contributions"
        constraints = [
            # A member may be in two pools, of different kinds.
            UniqueConstraint(fields=("earning_id", "pool_id"), name="one_contribution_an_earning"),
            CheckConstraint(
                check="points > 0 and returned between 0 and points",
                name="contribution_returned_at_most_once",
            ),
        ]
