"""The table of notifications: what an app missed while it was away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member


class Notification(Model):
    """One thing that a member is told. `sequence` counts a member's notifications without a gap."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="notifications", on_delete=fields.RESTRICT
    )
    sequence: int = fields.BigIntField()
    kind: str = fields.CharField(max_length=20)
    args: Any = fields.JSONField()
    created_at: datetime = fields.DatetimeField()
    read_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        constraints = [
            UniqueConstraint(fields=("member_id", "sequence"), name="told_without_gaps"),
            CheckConstraint(check="sequence > 0", name="sequence_from_one"),
        ]
