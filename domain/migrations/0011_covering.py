"""A window of qualifying points is summed out of its index: a year of days costs like one."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
alter table qualifying_days
  drop constraint one_sum_a_day,
  add constraint one_sum_a_day unique (member_id, day) include (points),
  set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)
"""


class Migration(migrations.Migration):
    dependencies = [("pistis", "0010_throttle")]
    initial = False
    operations = [ops.RunSQL(SQL)]
