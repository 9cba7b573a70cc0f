"""Orders that are told anew, and what was told of them before."""

from pathlib import Path

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0021_revisions.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0020_payment")]
    initial = False
    operations = [
        ops.AddField(model_name="Order", name="revision", field=fields.IntField(default=1)),
        ops.CreateModel(
            name="OrderRevision",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("order_id", fields.UUIDField()),
                ("revision", fields.IntField()),
                ("replaced_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("content_hash", fields.CharField(max_length=64)),
                ("currency", fields.CharField(max_length=3)),
                ("total", fields.BigIntField()),
                ("document", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("changes", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("expired", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "order_revisions",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("order_id", "revision"), name="one_of_a_revision")
                ],
                "pk_attr": "id",
                "table_description": "What was told of an order before it was told anew: contents and history, newest last.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
