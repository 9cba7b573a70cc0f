"""Dates of lots that move, what the team does to expiries, and who was told of coming ones."""

from pathlib import Path
from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0023_lifetimes.sql"
KINDS = (
    "('EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK', 'PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD',"
    " 'HOLD_CAPTURE', 'HOLD_RELEASE', 'TRANSFER_OUT', 'TRANSFER_IN', 'DONATE', 'CLAWBACK',"
    " 'REVERSE', 'EXTEND', 'REINSTATE')"
)


def _instant(null: bool = True) -> Any:
    kind: Any = fields.DatetimeField
    return kind(null=null, auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0022_gifts")]
    initial = False
    operations = [
        ops.AddField(model_name="Lot", name="first_expires_at", field=_instant()),
        ops.AddField(
            model_name="Adjustment",
            name="act",
            field=fields.CharField(max_length=9, db_default="ADJUST"),
        ),
        ops.AddField(model_name="Adjustment", name="until", field=_instant()),
        ops.AddField(
            model_name="Adjustment",
            name="lots",
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.RunSQL("update adjustments set act = 'REVERSE' where reverses is not null"),
        ops.AddConstraint(
            model_name="Adjustment",
            constraint=CheckConstraint(
                check="act in ('ADJUST', 'REVERSE', 'EXTEND', 'REINSTATE')", name="adjustment_act"
            ),
        ),
        ops.AddConstraint(
            model_name="Adjustment",
            constraint=CheckConstraint(
                check="(until is not null) = (act = 'EXTEND')", name="adjustment_until"
            ),
        ),
        ops.RemoveConstraint(model_name="Transaction", name="transaction_kind"),
        ops.AddConstraint(
            model_name="Transaction",
            constraint=CheckConstraint(check=f"kind in {KINDS}", name="transaction_kind"),
        ),
        ops.CreateModel(
            name="ExpiryWarning",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField()),
                ("unit", fields.CharField(max_length=40)),
                ("warned_until", _instant(null=False)),
            ],
            options={
                "table": "expiry_warnings",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "unit"), name="one_warning_a_wallet")
                ],
                "pk_attr": "id",
                "table_description": "Up to which instant a member was told of coming expiries.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
