"""Where a member lives, its income band, what a programme asks; who told it, thanks for it."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0031_attributes.sql"


def _perhaps() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _id() -> "fields.UUIDField[UUID]":
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


def _member(related_name: str) -> "fields.ForeignKeyRelation[Model]":
    return fields.ForeignKeyField(
        "pistis.Member",
        source_field="member_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _text(length: int) -> "fields.CharField[str | None]":
    return fields.CharField(null=True, max_length=length)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0028_late")]
    initial = False
    operations = [
        ops.AddField(model_name="Profile", name="country", field=_text(2)),
        ops.AddField(model_name="Profile", name="region", field=_text(80)),
        ops.AddField(model_name="Profile", name="postcode", field=_text(16)),
        ops.AddField(model_name="Profile", name="income_band", field=_text(40)),
        ops.AddField(
            model_name="Profile", name="attributes", field=fields.JSONField(db_default="{}")
        ),
        ops.AddConstraint(
            model_name="Profile",
            constraint=CheckConstraint(check="country ~ '^[A-Z]{2}$'", name="country_has_a_code"),
        ),
        ops.AddConstraint(
            model_name="Profile",
            constraint=CheckConstraint(
                check="jsonb_typeof(attributes) = 'object'", name="attributes_have_names"
            ),
        ),
        ops.CreateModel(
            name="ProfileQuestion",
            fields=[
                ("id", _id()),
                ("member", _member("profile_questions")),
                ("name", fields.CharField(max_length=40)),
                ("skipped_at", _perhaps()),
                ("thanked_at", _perhaps()),
                ("transaction_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "profile_questions",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "name"), name="one_question_a_name"),
                    CheckConstraint(
                        check="transaction_id is null or thanked_at is not null",
                        name="question_thanked_by",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A question about a member that it put off, or was thanked for: once for ever.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProfileChange",
            fields=[
                ("id", _id()),
                ("member", _member("profile_changes")),
                ("names", fields.JSONField()),
                ("actor", fields.CharField(max_length=80)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "profile_changes",
                "app": "pistis",
                "indexes": [Index(fields=["member_id", "at"])],
                "pk_attr": "id",
                "table_description": "Somebody else changed a member's profile: what of it, by name.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
