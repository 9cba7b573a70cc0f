"""Tables of the programme: versions, which once published never change, and what limits count."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class ProgrammeVersion(Model):
    """One document. In force from `effective_from` until the next published one is."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    number: int = fields.IntField()
    document: Any = fields.JSONField()
    document_hash: str = fields.CharField(max_length=64)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    published_at: datetime | None = fields.DatetimeField(null=True)
    effective_from: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "programme_versions"
        constraints = [
            UniqueConstraint(fields=("number",), name="one_version_a_number"),
            CheckConstraint(
                check="(published_at is null) = (effective_from is null)",
                name="published_means_dated",
            ),
        ]


class RuleUse(Model):
    """What a rule with a limit has given a member in one of the limit's periods."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    member_id: UUID = fields.UUIDField()
    rule: str = fields.CharField(max_length=40)
    period: str = fields.CharField(max_length=20)
    points: int = fields.BigIntField()

    class Meta:
        table = "rule_uses"
        constraints = [
            UniqueConstraint(fields=("member_id", "rule", "period"), name="one_count_a_period")
        ]
