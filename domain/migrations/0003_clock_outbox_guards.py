"""The business clock, the order of commits, and what the ledger's triggers refuse."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0003_clock_outbox_guards.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0002_constraints")]
    initial = False
    operations = [ops.RunSQL(SQL.read_text())]
