"""Gifts: points that members send to each other, until they arrive or come back."""

from pathlib import Path
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0022_gifts.sql"


def _instant(null: bool) -> Any:
    kind: Any = fields.DatetimeField
    return kind(null=null, auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0019_brought")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Gift",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                (
                    "sender",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="sender_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("receiver_id", fields.UUIDField(null=True)),
                ("address_hash", fields.CharField(null=True, max_length=64)),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("message", fields.CharField(null=True, max_length=280)),
                ("state", fields.CharField(max_length=8)),
                ("sent_at", _instant(null=False)),
                ("returns_at", _instant(null=False)),
                ("ended_at", _instant(null=True)),
                ("ended_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "gifts",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="state in ('WAITING', 'ARRIVED', 'RETURNED')", name="gift_state"
                    ),
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
                ],
                "pk_attr": "id",
                "table_description": "Points that left a member for somebody. `id` is that of their transaction (TRANSFER_OUT).",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
