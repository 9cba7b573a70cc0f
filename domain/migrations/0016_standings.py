"""Until when a tier is kept, the window that decides on it, and why somebody moved one by hand."""

from datetime import date, datetime
from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0016_standings.sql"


def _instant() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _day() -> "fields.DateField[date | None]":
    return fields.DateField(null=True)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0015_greetings")]
    initial = False
    operations = [
        ops.AddField(model_name="Member", name="tier_until", field=_instant()),
        ops.AddField(model_name="Member", name="tier_fixed_until", field=_instant()),
        ops.AddField(model_name="Member", name="tier_counted_from", field=_day()),
        ops.AddField(model_name="Member", name="tier_counted_to", field=_day()),
        ops.AddField(model_name="Member", name="tier_review_at", field=_instant()),
        ops.AddField(model_name="Member", name="tier_reviewed_for", field=_instant()),
        ops.AddField(
            model_name="TierMove",
            name="reason",
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.RunSQL(SQL.read_text()),
    ]
