"""Segments, who is in them, and who came and went."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0030_segments.sql"


def _instant() -> "fields.DatetimeField[datetime]":
    return fields.DatetimeField(auto_now=False, auto_now_add=False)


def _made_id() -> "fields.UUIDField[UUID]":
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0029_purchases")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Segment",
            fields=[
                ("id", _made_id()),
                ("code", fields.CharField(max_length=64)),
                ("name", fields.CharField(max_length=80)),
                ("condition", fields.JSONField()),
                ("member_count", fields.IntField(db_default=0)),
                ("created_at", _instant()),
                ("saved_at", _instant()),
                ("saved_by", fields.CharField(max_length=80)),
                ("refreshed_at", _instant()),
            ],
            options={
                "table": "segments",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("code",), name="one_segment_a_code"),
                    UniqueConstraint(fields=("name",), name="one_segment_a_name"),
                    CheckConstraint(check="member_count >= 0", name="segment_members_are_counted"),
                ],
                "pk_attr": "id",
                "table_description": "A named condition over members. `member_count` as of the last look at one or all of them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SegmentMember",
            fields=[
                ("id", _made_id()),
                ("segment_id", fields.UUIDField()),
                ("member_id", fields.UUIDField()),
                ("entered_at", _instant()),
            ],
            options={
                "table": "segment_members",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "segment_id"), name="once_in_a_segment"),
                ],
                "indexes": [Index(fields=["segment_id", "id"])],
                "pk_attr": "id",
                "table_description": "A member is in a segment.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SegmentMove",
            fields=[
                ("id", _made_id()),
                ("segment_id", fields.UUIDField()),
                ("member_id", fields.UUIDField(db_index=True)),
                ("entered", fields.BooleanField()),
                ("at", _instant()),
            ],
            options={
                "table": "segment_moves",
                "app": "pistis",
                "indexes": [Index(fields=["segment_id", "id"])],
                "pk_attr": "id",
                "table_description": "A member came into a segment, or left it.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
