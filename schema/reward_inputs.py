"""What is sent about rewards and vouchers."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind
from schema.amounts import MoneyInput, PointsAmountInput
from schema.dry_runs import dry_run
from schema.enums import enum
from schema.text_inputs import TextInput, text_of

KEY = "Made once for this act, 1 to 64 characters; sent again when in doubt."


enum(
    RewardKind,
    "What a reward gives.",
    AMOUNT_OFF="So much money off an order.",
    PERCENT_OFF="So many percent off an order.",
    FREE_DELIVERY="An order delivered for nothing.",
    GIFT="A thing to take home.",
    EVENT="A place at an event.",
    ACCESS="Something that only members get.",
)


def given(value: Any) -> Any:
    """The value; None where it was left out."""
    return None if value is UNSET else value


@strawberry.input(description="Which reward, and the key of this one act.")
class RewardRedeemInput:
    """Checked in the domain."""

    reward_id: strawberry.ID = strawberry.field(description="The reward.")
    unit: str | None = strawberry.field(
        default=UNSET,
        description="The unit of the price that was shown; refused when it is another.",
    )
    pool_id: strawberry.ID | None = strawberry.field(
        default=UNSET,
        description="The pool whose points they are, by who may redeem there; absent: your own.",
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="A code that was shown at the till, and the key of this one act.")
class VoucherUseInput:
    """Checked in the domain."""

    code: str = strawberry.field(description="As scanned or typed; blanks and dashes do not count.")
    order_reference: str | None = strawberry.field(
        default=UNSET, description="The order that it is used on, 1 to 64 characters."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="Which voucher, and the key of this one act.")
class VoucherCancelInput:
    """Checked in the domain."""

    voucher_id: strawberry.ID = strawberry.field(description="The voucher.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.input(description="A reward to be offered.")
class RewardCreateInput:
    """Checked in the domain."""

    title: list[TextInput] = strawberry.field(description="What it is called.")
    text: list[TextInput] | None = strawberry.field(default=UNSET, description="More about it.")
    kind: RewardKind = strawberry.field(description="What it gives.")
    price: PointsAmountInput = strawberry.field(description="What it costs.")
    stock: int | None = strawberry.field(
        default=UNSET, description="How many there are; absent: as many as asked for."
    )
    per_member_limit: int | None = strawberry.field(
        default=UNSET, description="How many a member may have; absent: no bound."
    )
    available_from: datetime | None = strawberry.field(
        default=UNSET, description="From when it can be had; absent: at once."
    )
    available_until: datetime | None = strawberry.field(
        default=UNSET, description="From when it cannot be had any more; absent: no end."
    )
    cost: MoneyInput | None = strawberry.field(
        default=UNSET, description="What one costs the company."
    )
    tiers: list[str] | None = strawberry.field(
        default=UNSET, description="Codes of the tiers that it is for; absent: for all."
    )
    amount_off: MoneyInput | None = strawberry.field(
        default=UNSET,
        description="What an AMOUNT_OFF voucher takes off an order, in the programme's currency.",
    )
    percent_off_basis_points: int | None = strawberry.field(
        default=UNSET, description="What a PERCENT_OFF voucher takes off the goods: 1000 is 10%."
    )

    def command(self) -> CreateReward:
        """The same, as the domain takes it."""
        return CreateReward(
            title=text_of(self.title, "title"),
            text=text_of(self.text, "text") if self.text else None,
            kind=self.kind,
            unit=self.price.unit,
            price=self.price.points,
            stock=given(self.stock),
            per_member_limit=given(self.per_member_limit),
            available_from=given(self.available_from),
            available_until=given(self.available_until),
            tiers=None if (tiers := given(self.tiers)) is None else tuple(tiers),
            cost_minor=self.cost.amount if self.cost else None,
            amount_off=self.amount_off.amount if self.amount_off else None,
            percent_off=given(self.percent_off_basis_points),
        )
