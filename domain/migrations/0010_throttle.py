"""Counters that limit when Redis is away."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("pistis", "0009_documents")]
    initial = False
    operations: list[ops.Operation] = []
