"""Tables of offers, a bonus for the next orders in a window; and of segments, who is in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Offer(Model):
    """Points for an order that meets `when` (a condition; None: any order). Texts by language."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    code: str = fields.CharField(max_length=40)
    kind: str = fields.CharField(max_length=12)
    title: Any = fields.JSONField()
    text: Any = fields.JSONField(null=True)
    image_url: str | None = fields.CharField(max_length=400, null=True)
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    when: Any = fields.JSONField(null=True)
    tiers: Any = fields.JSONField(null=True)
    starts_at: datetime = fields.DatetimeField()
    ends_at: datetime = fields.DatetimeField()
    per_member_limit: int = fields.IntField(default=1)

    class Meta:
        table = "offers"
        indexes = [("ends_at", "id")]
        constraints = [
            UniqueConstraint(fields=("code",), name="one_offer_a_code"),
            CheckConstraint(check="points > 0", name="offer_gives_points"),
            CheckConstraint(check="starts_at < ends_at", name="offer_has_a_window"),
        ]


class OfferUse(Model):
    """An order that an offer rewarded."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    offer: fields.ForeignKeyRelation[Offer] = fields.ForeignKeyField(
        "pistis.Offer", related_name="uses", on_delete=fields.RESTRICT
    )
    member_id: UUID = fields.UUIDField()
    order_id: UUID = fields.UUIDField()

    class Meta:
        table = "offer_uses"
        indexes = [("member_id", "offer_id")]
        constraints = [
            UniqueConstraint(fields=("offer_id", "order_id"), name="one_use_an_order"),
        ]


class Segment(Model):
    """A named condition over members. `member_count` as of the last look at one or all of them."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    code: str = fields.CharField(max_length=64)
    name: str = fields.CharField(max_length=80)
    condition: Any = fields.JSONField()
    member_count: int = fields.IntField(db_default=0)
    created_at: datetime = fields.DatetimeField()
    saved_at: datetime = fields.DatetimeField()
    saved_by: str = fields.CharField(max_length=80)
    refreshed_at: datetime = fields.DatetimeField()

    class Meta:
        table = "segments"
        constraints = [
            UniqueConstraint(fields=("code",), name="one_segment_a_code"),
            UniqueConstraint(fields=("name",), name="one_segment_a_name"),
            CheckConstraint(check="member_count >= 0", name="segment_members_are_counted"),
        ]


class SegmentMember(Model):
    """A member is in a segment."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    segment_id: UUID = fields.UUIDField()
    member_id: UUID = fields.UUIDField()
    entered_at: datetime = fields.DatetimeField()

    class Meta:
        table = "segment_members"
        indexes = [("segment_id", "id")]
        constraints = [
            UniqueConstraint(fields=("member_id", "segment_id"), name="once_in_a_segment"),
        ]


class SegmentMove(Model):
    """A member came into a segment, or left it."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    segment_id: UUID = fields.UUIDField()
    member_id: UUID = fields.UUIDField(db_index=True)
    entered: bool = fields.BooleanField()
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "segment_moves"
        indexes = [("segment_id", "id")]
