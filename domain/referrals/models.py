"""The table of referrals: who brought whom."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member


class Referral(Model):
    """A friend who joined by a member's code. REWARDED with the friend's first order."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    referrer: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="referrals", on_delete=fields.RESTRICT
    )
    friend: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="referred", on_delete=fields.RESTRICT
    )
    state: str = fields.CharField(max_length=10, default="JOINED")
    order_id: UUID | None = fields.UUIDField(null=True)
    joined_at: datetime = fields.DatetimeField()
    rewarded_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "referrals"
        indexes = [("referrer_id", "joined_at", "id")]
        constraints = [
            UniqueConstraint(fields=("friend_id",), name="one_referral_a_friend"),
            CheckConstraint(check="referrer_id <> friend_id", name="nobody_refers_himself"),
            CheckConstraint(check="state in ('JOINED', 'REWARDED')", name="referral_state"),
        ]
