"""Points that come back late to whom their member lives on in get their thirty days as well."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = Path(__file__).parent / "sql" / "0028_late.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0027_tiers")]
    initial = False
    operations = [ops.RunSQL(SQL.read_text())]
