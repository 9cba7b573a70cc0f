"""Registered documents, and the versions of what all members share."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0009_documents.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0008_access")]
    initial = False
    operations = [
        ops.CreateModel(
            name="KnownDocument",
            fields=[
                (
                    "id",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=128),
                ),
                ("name", fields.CharField(max_length=120)),
                ("text", fields.TextField(unique=False)),
                (
                    "added_at",
                    fields.DatetimeField(
                        auto_now=False, auto_now_add=False, db_default=fields.Now()
                    ),
                ),
            ],
            options={
                "table": "documents",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "A document. `id`: the hex SHA-256 of its text, or what a manifest calls it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SharedVersion",
            fields=[
                (
                    "name",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20),
                ),
                ("version", fields.BigIntField()),
            ],
            options={
                "table": "shared_versions",
                "app": "pistis",
                "pk_attr": "name",
                "table_description": "How often something has changed.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
