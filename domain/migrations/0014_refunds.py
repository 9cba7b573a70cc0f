"""What came back of orders."""

from pathlib import Path
from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0014_refunds.sql"


def _document() -> "fields.JSONField[Any]":
    return fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)


def _instant() -> "fields.DatetimeField[Any]":
    return fields.DatetimeField(auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0013_adjustments")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("source", fields.CharField(max_length=64)),
                ("reference", fields.CharField(max_length=64)),
                ("refund_reference", fields.CharField(max_length=64)),
                ("order_id", fields.UUIDField(null=True, db_index=True)),
                ("state", fields.CharField(max_length=10)),
                ("occurred_at", _instant()),
                ("recorded_at", _instant()),
                ("content_hash", fields.CharField(max_length=64)),
                ("lines", _document()),
                ("returned", _document()),
                ("changes", _document()),
                ("taken", _document()),
                ("given", _document()),
                ("expired", _document()),
                ("qualifying", fields.BigIntField(default=0)),
                ("refused", _document()),
            ],
            options={
                "table": "refunds",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("source", "reference", "refund_reference"),
                        name="one_refund_a_reference",
                    ),
                    CheckConstraint(
                        check="state in ('WAITING', 'APPLIED', 'REFUSED')", name="refund_state"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "What came back of an order, which is not known yet while `order_id` is null.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
