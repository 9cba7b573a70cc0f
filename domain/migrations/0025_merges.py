"""Two memberships that become one, and whom a member lives on in."""

from datetime import datetime
from pathlib import Path
from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0025_merges.sql"
ABOUT_MERGES = "`gone` lives on in `member`, until it is undone. Personal: both reasons."
ABOUT_ROWS = "A row that became the other member's; `place` is its table and column (fates.py)."


def _member(column: str, related_name: str) -> "fields.ForeignKeyRelation[Model]":
    return _reference("pistis.Member", column, related_name)


def _reference(model: str, column: str, related_name: str) -> "fields.ForeignKeyRelation[Model]":
    return fields.ForeignKeyField(
        model,
        source_field=column,
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _perhaps() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _document() -> "fields.JSONField[Any]":
    return fields.JSONField(encoder=JSON_DUMPS, decoder=loads)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0027_tiers")]
    initial = False
    operations = [
        ops.AddField(model_name="Member", name="merged_into", field=fields.UUIDField(null=True)),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="merged_into is null or state = 'MERGED' and merged_into <> id",
                name="merged_into_another",
            ),
        ),
        ops.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("member", _member("member_id", "merges")),
                ("gone", _member("gone_id", "merged_away")),
                ("reason", fields.CharField(null=True, max_length=200)),
                ("actor", fields.CharField(max_length=80)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("undone_at", _perhaps()),
                ("undone_by", fields.CharField(null=True, max_length=80)),
                ("undone_reason", fields.CharField(null=True, max_length=200)),
                ("before", _document()),
                ("moved", _document()),
            ],
            options={
                "table": "merges",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("gone_id",),
                        name="gone_to_one_member",
                        condition="undone_at is null",
                    ),
                    CheckConstraint(check="member_id <> gone_id", name="merged_with_another"),
                    CheckConstraint(
                        check="(undone_at is null) = (undone_by is null)",
                        name="merge_undone_by_somebody",
                    ),
                ],
                "indexes": [("member_id", "at", "id")],
                "pk_attr": "id",
                "table_description": ABOUT_MERGES,
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MergedRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("merge", _reference("pistis.Merge", "merge_id", "rows")),
                ("place", fields.CharField(max_length=60)),
                ("row_id", fields.UUIDField()),
            ],
            options={
                "table": "merged_rows",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("merge_id", "place", "row_id"), name="a_row_moves_once"
                    )
                ],
                "pk_attr": "id",
                "table_description": ABOUT_ROWS,
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text(encoding="utf-8")),
    ]
