"""Drafts of the programme, who made and who published a version, and how far members were told."""

from pathlib import Path
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import Field
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SQL = Path(__file__).parent / "sql" / "0033_versions.sql"

COLUMNS: dict[str, Field[Any]] = {
    "based_on": fields.UUIDField(null=True),
    "drafted_at": fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
    "drafted_by": fields.CharField(null=True, max_length=80),
    "published_by": fields.CharField(null=True, max_length=80),
    "without_forecast_reason": fields.CharField(null=True, max_length=500),
    "worse_for": fields.BigIntField(null=True),
    "discarded_at": fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
    "discarded_by": fields.CharField(null=True, max_length=80),
}

CONSTRAINTS: list[CheckConstraint | UniqueConstraint] = [
    CheckConstraint(
        check="(discarded_at is null) = (discarded_by is null)", name="discarded_by_somebody"
    ),
    CheckConstraint(
        check="published_at is null or discarded_at is null", name="published_or_discarded"
    ),
    CheckConstraint(check="worse_for >= 0", name="worse_for_nobody_at_least"),
    UniqueConstraint(
        fields=("document_hash", "based_on"),
        name="one_draft_a_document",
        condition="published_at is null and discarded_at is null",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("pistis", "0028_late")]
    initial = False
    operations = [
        *(
            ops.AddField(model_name="ProgrammeVersion", name=name, field=field)
            for name, field in COLUMNS.items()
        ),
        *(
            ops.AddConstraint(model_name="ProgrammeVersion", constraint=constraint)
            for constraint in CONSTRAINTS
        ),
        ops.CreateModel(
            name="ProgrammeTelling",
            fields=[
                (
                    "version",
                    fields.IntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField(null=True)),
                ("done", fields.BooleanField(default=False)),
            ],
            options={
                "table": "programme_tellings",
                "app": "pistis",
                "pk_attr": "version",
                "table_description": "How far members have been told what a version changes for them: those up to `member_id`.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
