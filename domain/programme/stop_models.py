"""Table of emergency stops: who stopped what, why, and who let it go on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import uuid7


class ProgrammeStop(Model):
    """A rule (by its code), a reward, or all spending. Members are shown the `reason`, by language.

    In force from `stopped_at` until `lifted_at`, once at a time.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    subject: str = fields.CharField(max_length=10)
    rule: str | None = fields.CharField(max_length=40, null=True)
    reward_id: UUID | None = fields.UUIDField(null=True)
    reason: Any = fields.JSONField()
    stopped_at: datetime = fields.DatetimeField()
    stopped_by: str = fields.CharField(max_length=80)
    lifted_at: datetime | None = fields.DatetimeField(null=True)
    lifted_by: str | None = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "programme_stops"
        constraints = [
            CheckConstraint(
                check="subject in ('RULE', 'REWARD', 'SPENDING')"
                " and (rule is not null) = (subject = 'RULE')"
                " and (reward_id is not null) = (subject = 'REWARD')",
                name="stop_of_one_thing",
            ),
            CheckConstraint(
                check="(lifted_at is null) = (lifted_by is null)", name="stop_lifted_by_somebody"
            ),
        ]


class ProgrammeEnd(Model):
    """How far members have been told of an end, those up to `told_to`, and whether it is done.

    `closed`: what was not spent in time is gone, from all of them.
    """

    version: int = fields.IntField(primary_key=True, generated=False)
    told_to: UUID | None = fields.UUIDField(null=True)
    told: bool = fields.BooleanField(default=False)
    closed: bool = fields.BooleanField(default=False)

    class Meta:
        table = "programme_ends"
