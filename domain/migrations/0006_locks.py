"""Batches are written with one statement a table; wallets that are locked are left for later."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

WRITING, LOCKS = (
    (Path(__file__).parent / "sql" / name).read_text()
    for name in ("0006_writing.sql", "0006_locks.sql")
)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0005_role")]
    initial = False
    operations = [ops.RunSQL(WRITING), ops.RunSQL(LOCKS)]
