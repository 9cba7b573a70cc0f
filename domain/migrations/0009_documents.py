"""Registered documents, and the versions of what all members share."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("pistis", "0008_access")]
    initial = False
    operations: list[ops.Operation] = []
