"""Balances put right by hand, and who agreed."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SQL = """
alter table adjustments
  add constraint adjustment_state check (state in ('ASKED', 'POSTED', 'REFUSED')),
  add constraint nobody_agrees_with_himself check (decided_by is null or decided_by <> asked_by);
create unique index undone_once on adjustments (reverses)
  where reverses is not null and state <> 'REFUSED';
grant select, insert on adjustments to pistis_app;
grant update (state, decided_by, decided_at) on adjustments to pistis_app;
"""


def _instant(null: bool) -> Any:
    kind: Any = fields.DatetimeField
    return kind(null=null, auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0012_life")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Adjustment",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="adjustments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("reason", fields.CharField(max_length=200)),
                ("case_id", fields.UUIDField(null=True)),
                ("reverses", fields.UUIDField(null=True)),
                ("asked_by", fields.CharField(max_length=80)),
                ("asked_at", _instant(null=False)),
                ("state", fields.CharField(max_length=7)),
                ("decided_by", fields.CharField(null=True, max_length=80)),
                ("decided_at", _instant(null=True)),
            ],
            options={
                "table": "adjustments",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="state in ('ASKED', 'POSTED', 'REFUSED')", name="adjustment_state"
                    ),
                    CheckConstraint(
                        check="decided_by is null or decided_by <> asked_by",
                        name="nobody_agrees_with_himself",
                    ),
                    UniqueConstraint(
                        fields=("reverses",),
                        name="undone_once",
                        condition="reverses is not null and state <> 'REFUSED'",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A balance to be put right by hand: who asked and why, and who agreed.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL),
    ]
