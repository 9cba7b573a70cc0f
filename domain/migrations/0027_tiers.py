"""Which end of a tier a member was warned of; how far members were placed among new tiers."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0027_tiers.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0026_pools")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Member",
            name="tier_warned_for",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.CreateModel(
            name="TierRefresh",
            fields=[
                (
                    "version",
                    fields.IntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField(null=True)),
                ("done", fields.BooleanField(default=False)),
            ],
            options={
                "table": "tier_refreshes",
                "app": "pistis",
                "pk_attr": "version",
                "table_description": "How far members have been looked at for the tiers of a version: those up to `member_id`.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
