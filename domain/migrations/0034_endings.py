"""Emergency stops, and how far the end of the programme has come."""

from pathlib import Path

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0034_endings.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0028_late")]
    initial = False
    operations = [
        ops.CreateModel(
            name="ProgrammeStop",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("subject", fields.CharField(max_length=10)),
                ("rule", fields.CharField(null=True, max_length=40)),
                ("reward_id", fields.UUIDField(null=True)),
                ("reason", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("stopped_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("stopped_by", fields.CharField(max_length=80)),
                (
                    "lifted_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("lifted_by", fields.CharField(null=True, max_length=80)),
            ],
            options={
                "table": "programme_stops",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "A rule (by its code), a reward, or all spending. Members are shown the `reason`, by language.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProgrammeEnd",
            fields=[
                (
                    "version",
                    fields.IntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                ("told_to", fields.UUIDField(null=True)),
                ("told", fields.BooleanField(default=False)),
                ("closed", fields.BooleanField(default=False)),
            ],
            options={
                "table": "programme_ends",
                "app": "pistis",
                "pk_attr": "version",
                "table_description": "How far members have been told of an end, those up to `told_to`, and whether it is done.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
