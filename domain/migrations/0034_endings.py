"""Emergency stops, and how far the end of the programme has come."""

from pathlib import Path

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0034_endings.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0033_versions")]
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
                ("lifted_at", fields.DatetimeField(null=True)),
                ("lifted_by", fields.CharField(null=True, max_length=80)),
            ],
            options={
                "table": "programme_stops",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="subject in ('RULE', 'REWARD', 'SPENDING')"
                        " and (rule is not null) = (subject = 'RULE')"
                        " and (reward_id is not null) = (subject = 'REWARD')",
                        name="stop_of_one_thing",
                    ),
                    CheckConstraint(
                        check="(lifted_at is null) = (lifted_by is null)",
                        name="stop_lifted_by_somebody",
                    ),
                    UniqueConstraint(
                        fields=("rule",), name="one_stop_of_a_rule", condition="lifted_at is null"
                    ),
                    UniqueConstraint(
                        fields=("reward_id",),
                        name="one_stop_of_a_reward",
                        condition="lifted_at is null",
                    ),
                    UniqueConstraint(
                        fields=("subject",),
                        name="one_stop_of_spending",
                        condition="lifted_at is null and subject = 'SPENDING'",
                    ),
                ],
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
