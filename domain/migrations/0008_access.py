"""Signing keys that rotate, identities of other issuers, budgets of codes."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("pistis", "0007_chain")]
    initial = False
    operations: list[ops.Operation] = []
