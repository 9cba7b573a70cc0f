"""Looking back: balances of the past, statements by month, and how far they have been told."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0024_statements.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0023_lifetimes")]
    initial = False
    operations = [
        ops.CreateModel(
            name="StatementRound",
            fields=[
                ("month", fields.DateField(primary_key=True, generated=False)),
                ("reached", fields.UUIDField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "statement_rounds",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="extract(day from month) = 1", name="round_of_a_whole_month"
                    )
                ],
                "pk_attr": "month",
                "table_description": "How far members have been told of a month's statement: in the order of their ids.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
