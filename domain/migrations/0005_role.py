"""The database role that serves, which cannot rewrite the ledger."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0005_role.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0004_posting")]
    initial = False
    operations = [ops.RunSQL(SQL.read_text())]
