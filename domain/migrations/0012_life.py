"""The whole life of points: they wait, are held, taken and given back, and fall due by time."""

from pathlib import Path
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

DUE, ACTS, WRITING = (
    (Path(__file__).parent / "sql" / name).read_text()
    for name in ("0012_due.sql", "0012_acts.sql", "0012_writing.sql")
)
ACCOUNTS = (
    "('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage',"
    " 'adjustment', 'transfer', 'donation')"
)
KINDS = (
    "('EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK', 'PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD',"
    " 'HOLD_CAPTURE', 'HOLD_RELEASE', 'TRANSFER_OUT', 'TRANSFER_IN', 'DONATE', 'CLAWBACK',"
    " 'REVERSE')"
)


def _instant(null: bool = True) -> Any:
    kind: Any = fields.DatetimeField
    return kind(null=null, auto_now=False, auto_now_add=False)


def _member(related_name: str) -> Any:
    return fields.ForeignKeyField(
        "pistis.Member",
        source_field="member_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _constraint(model: str, name: str, check: str) -> list[ops.TortoiseOperation]:
    return [
        ops.RemoveConstraint(model_name=model, name=name),
        ops.AddConstraint(model_name=model, constraint=CheckConstraint(check=check, name=name)),
    ]


class Migration(migrations.Migration):
    dependencies = [("pistis", "0011_covering")]
    initial = False
    operations = [
        ops.CreateModel(
            name="PendingPoints",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("member", _member("pending_points")),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("remaining", fields.BigIntField()),
                ("order_id", fields.UUIDField(null=True)),
                ("releases_at", _instant()),
                ("cancels_at", _instant()),
                ("stage", fields.CharField(null=True, max_length=10)),
                ("expires_at", _instant()),
            ],
            options={
                "table": "pending_points",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="points > 0 and remaining between 0 and points",
                        name="pending_taken_at_most_once",
                    ),
                    CheckConstraint(
                        check="releases_at is not null or stage is not null",
                        name="pending_ends_somehow",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Points that were earned and wait. `id` is that of their transaction (PEND).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Hold",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("member", _member("holds")),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("captured", fields.BigIntField(db_default=0)),
                ("state", fields.CharField(max_length=8)),
                ("opened_at", _instant(null=False)),
                ("expires_at", _instant(null=False)),
                ("ended_at", _instant()),
                ("order_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "holds",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="state in ('OPEN', 'CAPTURED', 'RELEASED', 'EXPIRED')",
                        name="hold_state",
                    ),
                    CheckConstraint(
                        check="(state = 'OPEN') = (ended_at is null)", name="hold_ends_once"
                    ),
                    CheckConstraint(
                        check="points > 0 and captured between 0 and points"
                        " and (captured > 0) = (state = 'CAPTURED')",
                        name="hold_captures_at_most_all",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Points that are kept for somebody for a while; it ends once.",
            },
            bases=["Model"],
        ),
        ops.RenameField(model_name="Wallet", old_name="next_expiry_at", new_name="next_due_at"),
        ops.AddField(
            model_name="Transaction", name="pending", field=fields.BigIntField(db_default=0)
        ),
        ops.AddField(model_name="Transaction", name="held", field=fields.BigIntField(db_default=0)),
        ops.AddField(model_name="Transaction", name="debt", field=fields.BigIntField(db_default=0)),
        ops.AddField(
            model_name="Transaction", name="gives_back", field=fields.UUIDField(null=True)
        ),
        *_constraint("Transaction", "transaction_kind", f"kind in {KINDS}"),
        *_constraint(
            "Transfer",
            "transfer_between_two_accounts",
            f"debit in {ACCOUNTS} and credit in {ACCOUNTS} and debit <> credit",
        ),
        *_constraint(
            "Transfer",
            "available_points_lie_in_lots",
            "'available' not in (debit, credit) or lot_id is not null",
        ),
        ops.RunSQL(DUE),
        ops.RunSQL(ACTS),
        ops.RunSQL(WRITING),
    ]
