"""Birthdays and anniversaries: what was given, and since when a date counts."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0015_greetings.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0014_refunds")]
    initial = False
    operations = [
        ops.CreateModel(
            name="BirthdayDate",
            fields=[
                (
                    "member",
                    fields.OneToOneField(
                        "pistis.Member",
                        source_field="member_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="birthday_date",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("set_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "birthday_dates",
                "app": "pistis",
                "pk_attr": "member_id",
                "table_description": "When a member's birthday was told, and when it was last changed; kept by a trigger.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Greeting",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="greetings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("occasion", fields.CharField(max_length=12)),
                ("year", fields.SmallIntField()),
                ("given_on", fields.DateField()),
                ("transaction_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "greetings",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("member_id", "occasion", "year"), name="one_greeting_a_year"
                    ),
                    CheckConstraint(
                        check="occasion in ('BIRTHDAY', 'ANNIVERSARY')", name="greeting_occasion"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A birthday or an anniversary that was kept: `year` is that of the day, not of the giving.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
