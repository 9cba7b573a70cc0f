"""Tables of orders and refunds, as reported; the ledger says what they earned and took back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Order(Model):
    """One purchase. (source, reference) names it for ever; no member: nobody has claimed it yet."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    source: str = fields.CharField(max_length=64)
    reference: str = fields.CharField(max_length=64)
    member_id: UUID | None = fields.UUIDField(null=True)
    state: str = fields.CharField(max_length=15)
    occurred_at: datetime = fields.DatetimeField()
    recorded_at: datetime = fields.DatetimeField()
    currency: str = fields.CharField(max_length=3)
    total: int = fields.BigIntField()
    programme_version: int = fields.IntField()
    content_hash: str = fields.CharField(max_length=64)
    claim_code: str | None = fields.CharField(max_length=16, null=True)
    document: Any = fields.JSONField()
    revision: int = fields.IntField(default=1)

    class Meta:
        table = "orders"
        indexes = [("member_id", "occurred_at", "id")]
        constraints = [
            UniqueConstraint(fields=("source", "reference"), name="one_order_a_reference"),
            UniqueConstraint(
                fields=("claim_code",),
                name="one_order_a_claim_code",
                condition="claim_code is not null",
            ),
            CheckConstraint(check="total >= 0", name="order_total_never_negative"),
        ]


class DiscountBudget(Model):
    """What all orders together have taken off by a discount that has a budget, in minor units."""

    code: str = fields.CharField(max_length=40, primary_key=True)
    spent: int = fields.BigIntField()

    class Meta:
        table = "discount_budgets"
        constraints = [CheckConstraint(check="spent >= 0", name="spent_never_negative")]


class OrderRevision(Model):
    """What was told of an order before it was told anew: contents and history, newest last.

    `revision`: the one that was replaced. `changes`: what each part of the order's points lost by
    that; `expired`: of it, by unit, what had expired by itself.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    order_id: UUID = fields.UUIDField()
    revision: int = fields.IntField()
    replaced_at: datetime = fields.DatetimeField()
    content_hash: str = fields.CharField(max_length=64)
    currency: str = fields.CharField(max_length=3)
    total: int = fields.BigIntField()
    document: Any = fields.JSONField()
    changes: Any = fields.JSONField(null=True)
    expired: Any = fields.JSONField(null=True)

    class Meta:
        table = "order_revisions"
        constraints = [UniqueConstraint(fields=("order_id", "revision"), name="one_of_a_revision")]


class Refund(Model):
    """What came back of an order, which is not known yet while `order_id` is null.

    `lines`: as reported, null for all; `returned`: what that comes to, by line number. `changes`:
    what each part of the order's points lost; `taken`, `given`: points by unit that were moved for
    it, `expired`: those that had expired by themselves. `refused`: why it does not fit its sale.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    source: str = fields.CharField(max_length=64)
    reference: str = fields.CharField(max_length=64)
    refund_reference: str = fields.CharField(max_length=64)
    order_id: UUID | None = fields.UUIDField(null=True, db_index=True)
    state: str = fields.CharField(max_length=10)
    occurred_at: datetime = fields.DatetimeField()
    recorded_at: datetime = fields.DatetimeField()
    content_hash: str = fields.CharField(max_length=64)
    lines: Any = fields.JSONField(null=True)
    returned: Any = fields.JSONField(null=True)
    changes: Any = fields.JSONField(null=True)
    taken: Any = fields.JSONField(null=True)
    given: Any = fields.JSONField(null=True)
    expired: Any = fields.JSONField(null=True)
    qualifying: int = fields.BigIntField(default=0)
    refused: Any = fields.JSONField(null=True)

    class Meta:
        table = "refunds"
        constraints = [
            UniqueConstraint(
                fields=("source", "reference", "refund_reference"), name="one_refund_a_reference"
            ),
            CheckConstraint(
                check="state in ('WAITING', 'APPLIED', 'REFUSED')", name="refund_state"
            ),
        ]


class Purchase(Model):
    """What is left of an order that a member paid, by line, in the programme's currency.

    The database derives it from the order and its refunds (0029_purchases): nobody writes it.
    """

    order_id: UUID = fields.UUIDField(primary_key=True)
    member_id: UUID = fields.UUIDField()
    occurred_at: datetime = fields.DatetimeField()
    amount_minor: int = fields.BigIntField()
    skus: Any = ArrayField("text")
    categories: Any = ArrayField("text")
    brands: Any = ArrayField("text")
    amounts: Any = ArrayField("bigint")

    class Meta:
        table = "purchases"
        constraints = [
            CheckConstraint(
                check="amount_minor >= 0 and cardinality(amounts) > 0"
                " and cardinality(skus) = cardinality(amounts)"
                " and cardinality(categories) = cardinality(amounts)"
                " and cardinality(brands) = cardinality(amounts)",
                name="purchase_by_line",
            )
        ]
