"""Counters that limit when Redis is away."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0010_throttle.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0009_documents")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Throttle",
            fields=[
                (
                    "bucket",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=120),
                ),
                ("due_us", fields.BigIntField()),
            ],
            options={
                "table": "throttles",
                "app": "pistis",
                "pk_attr": "bucket",
                "table_description": "A bucket counted here while Redis is away: when it will be full again, in microseconds.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
