"""What members have bought, as the database keeps it beside their orders."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0029_purchases.sql"


class Migration(migrations.Migration):
    dependencies = [("pistis", "0028_late")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Purchase",
            fields=[
                ("order_id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("member_id", fields.UUIDField()),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("amount_minor", fields.BigIntField()),
                ("skus", ArrayField("text")),
                ("categories", ArrayField("text")),
                ("brands", ArrayField("text")),
                ("amounts", ArrayField("bigint")),
            ],
            options={
                "table": "purchases",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="amount_minor >= 0 and cardinality(amounts) > 0"
                        " and cardinality(skus) = cardinality(amounts)"
                        " and cardinality(categories) = cardinality(amounts)"
                        " and cardinality(brands) = cardinality(amounts)",
                        name="purchase_by_line",
                    )
                ],
                "pk_attr": "order_id",
                "table_description": "What is left of an order that a member paid, by line,"
                " in the programme's currency.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
