"""The hash chain over the ledger, and what the constant check remembers."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("pistis", "0006_locks")]
    initial = False
    operations: list[ops.Operation] = []
