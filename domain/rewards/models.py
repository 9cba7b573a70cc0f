"""Tables of rewards and of the vouchers that they become."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Reward(Model):
    """Something that points buy. No stock: as many as asked for. Texts by language.

    `amount_off` in minor units and `percent_off` in basis points: what one takes off an order.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    code: str = fields.CharField(max_length=40)
    kind: str = fields.CharField(max_length=15)
    title: Any = fields.JSONField()
    text: Any = fields.JSONField(null=True)
    image_url: str | None = fields.CharField(max_length=400, null=True)
    unit: str = fields.CharField(max_length=40)
    price: int = fields.BigIntField()
    stock: int | None = fields.BigIntField(null=True)
    per_member_limit: int | None = fields.IntField(null=True)
    tiers: Any = fields.JSONField(null=True)
    available_from: datetime | None = fields.DatetimeField(null=True)
    available_until: datetime | None = fields.DatetimeField(null=True)
    voucher_days: int = fields.IntField(default=90)
    rank: int = fields.IntField(default=0)
    cost: int | None = fields.BigIntField(null=True)
    amount_off: int | None = fields.BigIntField(null=True)
    percent_off: int | None = fields.IntField(null=True)

    class Meta:
        table = "rewards"
        indexes = [("rank", "id")]
        constraints = [
            UniqueConstraint(fields=("code",), name="one_reward_a_code"),
            CheckConstraint(check="price > 0", name="reward_has_a_price"),
            CheckConstraint(check="stock >= 0", name="stock_never_negative"),
            CheckConstraint(check="per_member_limit > 0", name="limit_lets_one_through"),
            CheckConstraint(
                check="(amount_off is null or kind = 'AMOUNT_OFF' and amount_off > 0)"
                " and (percent_off is null or kind = 'PERCENT_OFF'"
                " and percent_off between 1 and 10000)",
                name="reward_takes_off_as_its_kind",
            ),
        ]


class Voucher(Model):
    """A reward that a member took; used once, or cancelled before use.

    `order_id`: the order that it is set aside for, or was used on.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member_id: UUID = fields.UUIDField()
    reward: fields.ForeignKeyRelation[Reward] = fields.ForeignKeyField(
        "pistis.Reward", related_name="vouchers", on_delete=fields.RESTRICT
    )
    code: str = fields.CharField(max_length=20)
    state: str = fields.CharField(max_length=10, default="ISSUED")
    unit: str = fields.CharField(max_length=40)
    price: int = fields.BigIntField()
    issued_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)
    order_reference: str | None = fields.CharField(max_length=64, null=True)
    cancelled_at: datetime | None = fields.DatetimeField(null=True)
    order_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "vouchers"
        indexes = [("member_id", "issued_at", "id"), ("reward_id", "member_id")]
        constraints = [
            UniqueConstraint(fields=("code",), name="one_voucher_a_code"),
            CheckConstraint(
                check="state in ('ISSUED', 'RESERVED', 'USED', 'CANCELLED')", name="voucher_state"
            ),
            CheckConstraint(
                check="state <> 'RESERVED' or order_id is not null",
                name="voucher_reserved_for_an_order",
            ),
            CheckConstraint(
                check="(state = 'USED') = (used_at is not null)"
                " and (state = 'CANCELLED') = (cancelled_at is not null)",
                name="voucher_ends_once",
            ),
        ]
