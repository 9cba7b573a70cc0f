"""Which end of a tier a member was warned of."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0027_warnings.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0019_brought")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Member",
            name="tier_warned_for",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(SQL.read_text()),
    ]
