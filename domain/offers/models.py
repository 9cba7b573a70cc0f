"""Tables of offers: a bonus for the next orders in a window, so many times a member."""

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
