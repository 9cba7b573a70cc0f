"""Activities, and the badges that come of them."""

from pathlib import Path

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0018_activities.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0017_member_life")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("source", fields.CharField(max_length=64)),
                ("reference", fields.CharField(max_length=64)),
                ("reporter", fields.CharField(max_length=36)),
                ("member_id", fields.UUIDField()),
                ("kind", fields.CharField(max_length=40)),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attributes", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("programme_version", fields.IntField()),
                ("content_hash", fields.CharField(max_length=64)),
                ("transactions", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("reasons", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "activities",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("source", "reference", "reporter"),
                        name="one_activity_a_reference",
                    )
                ],
                "indexes": [
                    Index(fields=["member_id", "occurred_at", "id"]),
                    Index(fields=["member_id", "kind"]),
                ],
                "pk_attr": "id",
                "table_description": "One activity. (source, reference) names it for ever among what its `reporter` reports.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Badge",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField()),
                ("badge", fields.CharField(max_length=40)),
                ("earned_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "badges",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "badge"), name="one_badge_a_member")
                ],
                "pk_attr": "id",
                "table_description": "A badge that a member has, by its code in the programme; given once.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
