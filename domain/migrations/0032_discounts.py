"""What has been taken of discounts' budgets."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0032_discounts.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0028_late")]
    initial = False
    operations = [
        ops.CreateModel(
            name="DiscountBudget",
            fields=[
                ("code", fields.CharField(primary_key=True, max_length=40)),
                ("spent", fields.BigIntField()),
            ],
            options={
                "table": "discount_budgets",
                "app": "pistis",
                "constraints": [CheckConstraint(check="spent >= 0", name="spent_never_negative")],
                "pk_attr": "code",
                "table_description": "What all orders together have taken off by a discount that has a budget, in minor units.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
