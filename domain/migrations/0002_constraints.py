"""The constraints that models declare: a bad state is impossible, whoever writes."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0002_constraints.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0001_tables")]
    initial = False
    operations = [ops.RunSQL(SQL.read_text())]
