"""Tables of activities and badges. What was said of an activity may be personal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Activity(Model):
    """One activity. (source, reference) names it for ever among what its `reporter` reports.

    `reporter`: the member, where it tells of itself; else empty. `transactions`: ids of what it
    earned; `reasons`: which rules gave nothing, and why.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    source: str = fields.CharField(max_length=64)
    reference: str = fields.CharField(max_length=64)
    reporter: str = fields.CharField(max_length=36)
    member_id: UUID = fields.UUIDField()
    kind: str = fields.CharField(max_length=40)
    occurred_at: datetime = fields.DatetimeField()
    recorded_at: datetime = fields.DatetimeField()
    attributes: Any = fields.JSONField()
    programme_version: int = fields.IntField()
    content_hash: str = fields.CharField(max_length=64)
    transactions: Any = fields.JSONField()
    reasons: Any = fields.JSONField()

    class Meta:
        table = "activities"
        indexes = [("member_id", "occurred_at", "id"), ("member_id", "kind")]
        constraints = [
            UniqueConstraint(
                fields=("source", "reference", "reporter"), name="one_activity_a_reference"
            )
        ]


class Badge(Model):
    """A badge that a member has, by its code in the programme; given once."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member_id: UUID = fields.UUIDField()
    badge: str = fields.CharField(max_length=40)
    earned_at: datetime = fields.DatetimeField()

    class Meta:
        table = "badges"
        constraints = [UniqueConstraint(fields=("member_id", "badge"), name="one_badge_a_member")]
