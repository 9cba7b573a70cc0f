"""Vouchers that orders take, and what they take off: set aside, used, and given back."""

from pathlib import Path

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

SQL = Path(__file__).parent / "sql" / "0020_payment.sql"
OFF = (
    "(amount_off is null or kind = 'AMOUNT_OFF' and amount_off > 0)"
    " and (percent_off is null or kind = 'PERCENT_OFF' and percent_off between 1 and 10000)"
)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0019_brought")]
    initial = False
    operations = [
        ops.AddField(model_name="Reward", name="amount_off", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Reward", name="percent_off", field=fields.IntField(null=True)),
        ops.AddConstraint(
            model_name="Reward",
            constraint=CheckConstraint(check=OFF, name="reward_takes_off_as_its_kind"),
        ),
        ops.AddField(model_name="Voucher", name="order_id", field=fields.UUIDField(null=True)),
        ops.RemoveConstraint(model_name="Voucher", name="voucher_state"),
        ops.AddConstraint(
            model_name="Voucher",
            constraint=CheckConstraint(
                check="state in ('ISSUED', 'RESERVED', 'USED', 'CANCELLED')", name="voucher_state"
            ),
        ),
        ops.AddConstraint(
            model_name="Voucher",
            constraint=CheckConstraint(
                check="state <> 'RESERVED' or order_id is not null",
                name="voucher_reserved_for_an_order",
            ),
        ),
        ops.RunSQL(SQL.read_text()),
    ]
