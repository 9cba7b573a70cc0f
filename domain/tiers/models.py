"""Tables of tiers: what qualifies, day by day, and the history of moves."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member


class QualifyingDay(Model):
    """Qualifying points of one day in the programme's zone: a window is at most its days long."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="qualifying_days", on_delete=fields.RESTRICT
    )
    day: date = fields.DateField()
    points: int = fields.BigIntField()

    class Meta:
        table = "qualifying_days"
        constraints = [UniqueConstraint(fields=("member_id", "day"), name="one_sum_a_day")]


class TierRefresh(Model):
    """How far members have been looked at for the tiers of a version: those up to `member_id`.

    Null when it is `done`.
    """

    version: int = fields.IntField(primary_key=True, generated=False)
    member_id: UUID | None = fields.UUIDField(null=True)
    done: bool = fields.BooleanField(default=False)

    class Meta:
        table = "tier_refreshes"


class TierMove(Model):
    """A member came to a tier."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="tier_moves", on_delete=fields.RESTRICT
    )
    tier: str = fields.CharField(max_length=40)
    cause: str = fields.CharField(max_length=10)
    at: datetime = fields.DatetimeField()
    reason: str | None = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "tier_moves"
        indexes = [("member_id", "at")]
