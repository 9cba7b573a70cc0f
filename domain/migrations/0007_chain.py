"""The hash chain over the ledger, and what the constant check remembers."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.fields.db_defaults import Now
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

SQL = Path(__file__).parent / "sql" / "0007_chain.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0006_locks")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Wallet", name="frozen", field=fields.BooleanField(db_default=False)
        ),
        ops.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("previous_hash", fields.CharField(max_length=64)),
                ("hash", fields.CharField(max_length=64)),
                ("sealed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("xid", fields.BigIntField()),
                ("transaction_id", fields.UUIDField()),
                ("lines", fields.TextField(unique=False)),
            ],
            options={
                "table": "seals",
                "app": "pistis",
                "pk_attr": "number",
                "table_description": "A link of the chain over the ledger, never changed"
                " (domain/wallets/sealing.py).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LedgerProblem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("record", fields.CharField(max_length=80)),
                ("text", fields.CharField(max_length=120)),
                ("member_id", fields.UUIDField(null=True)),
                ("unit", fields.CharField(null=True, max_length=40)),
                (
                    "found_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                (
                    "released_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "ledger_problems",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("record", "text"),
                        name="one_open_problem_a_record",
                        condition="released_at is null",
                    )
                ],
                "pk_attr": "id",
                "table_description": "A record that was found not to fit, and, once it does again,"
                " when that was seen.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("xid", fields.BigIntField()),
                ("transaction_id", fields.UUIDField()),
                ("wallet_id", fields.UUIDField()),
                ("seal_number", fields.BigIntField()),
                ("head_number", fields.BigIntField(default=0)),
                ("wallets_checked", fields.BigIntField(default=0)),
                (
                    "checked_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "ledger_checks",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "One row: how far the constant check has come, through what"
                " moved and round the whole book.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
