"""The one function that moves points."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0004_posting.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0003_clock_outbox_guards")]
    initial = False
    operations = [ops.RunSQL(SQL.read_text())]
