"""Lots that came from another member's, with their dates."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0019_brought.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0018_activities")]
    initial = False
    operations = [
        ops.AddField(model_name="Lot", name="brought_by", field=fields.UUIDField(null=True)),
        ops.AddField(model_name="Lot", name="origin", field=fields.UUIDField(null=True)),
        ops.AddConstraint(
            model_name="Lot",
            constraint=CheckConstraint(
                check="(brought_by is null) = (origin is null)", name="brought_from_somewhere"
            ),
        ),
        ops.RunSQL(SQL.read_text()),
    ]
