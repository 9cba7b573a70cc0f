"""Wallets that are locked are left for a call of their own."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("pistis", "0005_role")]
    initial = False
    operations: list[ops.Operation] = []
