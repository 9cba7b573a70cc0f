"""The table of gifts: points that members send to each other, until they arrive or come back."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.members.models import Member

MESSAGE_MAX = 280


class Gift(Model):
    """Points that left a member for somebody. `id` is that of their transaction (TRANSFER_OUT).

    WAITING: for `receiver_id` to take part, or for a member whose address has this keyed hash.
    `ended_by`: the transaction by which they arrived or came back. Personal: the message.
    """

    id: UUID = fields.UUIDField(primary_key=True)
    sender: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="gifts", on_delete=fields.RESTRICT
    )
    receiver_id: UUID | None = fields.UUIDField(null=True)
    address_hash: str | None = fields.CharField(max_length=64, null=True)
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    message: str | None = fields.CharField(max_length=MESSAGE_MAX, null=True)
    state: str = fields.CharField(max_length=8)
    sent_at: datetime = fields.DatetimeField()
    returns_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "gifts"
        constraints = [
            CheckConstraint(check="state in ('WAITING', 'ARRIVED', 'RETURNED')", name="gift_state"),
            CheckConstraint(
                check="(state = 'WAITING') = (ended_at is null)"
                " and (ended_at is null) = (ended_by is null)",
                name="gift_ends_once",
            ),
            CheckConstraint(
                check="(receiver_id is null) <> (address_hash is null)",
                name="gift_is_for_somebody",
            ),
            CheckConstraint(
                check="state <> 'ARRIVED' or receiver_id is not null",
                name="gift_arrives_at_a_member",
            ),
            CheckConstraint(check="receiver_id <> sender_id", name="gift_is_for_another"),
            CheckConstraint(check="points > 0", name="gift_of_points"),
        ]
