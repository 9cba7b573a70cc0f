"""What shops send of an order, and how it becomes the domain's command."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from domain.orders.commands import (
    Charge,
    ClaimOrder,
    Discount,
    Line,
    OrderCommand,
    Points,
    ReportOrder,
)
from domain.orders.kinds import ChargeKind, OrderStage
from schema.amounts import PointsAmountInput
from schema.dry_runs import dry_run
from schema.enums import enum
from schema.member_inputs import MemberRefInput
from schema.scalars import CurrencyCode, MinorUnits

enum(
    ChargeKind,
    "What is charged beside the goods.",
    DELIVERY="Bringing it.",
    SERVICE="Service.",
    TIP="A tip.",
    PACKAGING="Packaging.",
    OTHER="Anything else.",
)
enum(
    OrderStage,
    "How far a shop says that an order has come.",
    PLACED="It is ordered, and earns nothing yet.",
    COMPLETED="It is paid, and earns by the rules of its purchase.",
    DELIVERED="It has arrived: what waited for that is released.",
    CANCELLED="It was called off; completed before, all that is left of it is refunded.",
)


@strawberry.input(description="One line of an order.")
class OrderLineInput:
    """Checked in the domain."""

    sku: str = strawberry.field(description="The article; 1 to 64 characters.")
    quantity: int = strawberry.field(description="1 or more.")
    unit_price: MinorUnits = strawberry.field(
        description="In minor units, tax included, before discounts."
    )
    name: str | None = strawberry.field(default=UNSET, description="As on the receipt.")
    category: str | None = strawberry.field(
        default=UNSET, description="What rules may look at, as in coffee."
    )
    brand: str | None = strawberry.field(default=UNSET, description="What rules may look at.")
    discount: MinorUnits | None = strawberry.field(
        default=UNSET, description="Taken off the whole line, in minor units."
    )
    included_tax: MinorUnits | None = strawberry.field(
        default=UNSET, description="Tax inside the whole line, in minor units."
    )
    excluded: bool | None = strawberry.field(
        default=UNSET, description="It earns nothing: gift cards, tips."
    )


@strawberry.input(description="Something charged beside the goods; it earns nothing.")
class OrderChargeInput:
    """Checked in the domain."""

    kind: ChargeKind = strawberry.field(description="What for.")
    amount: MinorUnits = strawberry.field(description="In minor units, tax included.")
    title: str | None = strawberry.field(default=UNSET, description="As on the receipt.")
    included_tax: MinorUnits | None = strawberry.field(
        default=UNSET, description="Tax inside it, in minor units."
    )


@strawberry.input(description="Something taken off the whole order.")
class OrderDiscountInput:
    """Checked in the domain."""

    title: str = strawberry.field(description="As on the receipt.")
    amount: MinorUnits = strawberry.field(description="In minor units.")


@strawberry.input(description="A purchase as the shop knows it.")
class OrderInput:
    """Checked in the domain."""

    source: str = strawberry.field(description="The shop system or till; 1 to 64 characters.")
    reference: str = strawberry.field(
        description="The order's number there; 1 to 64 characters. With `source` it is unique."
    )
    occurred_at: datetime = strawberry.field(description="When it happened: its rules judge it.")
    currency: CurrencyCode = strawberry.field(
        description="The programme's, or another that it declares: judged at that rate."
    )
    lines: list[OrderLineInput] = strawberry.field(
        description="1 to 200; numbered from 1 in this order."
    )
    member: MemberRefInput | None = strawberry.field(
        default=UNSET,
        description="Whose it is. Absent: the caller, for a member's own token; else nobody's yet.",
    )
    charges: list[OrderChargeInput] | None = strawberry.field(
        default=UNSET, description="Beside the goods."
    )
    discounts: list[OrderDiscountInput] | None = strawberry.field(
        default=UNSET, description="Off the whole order; shared out over its lines."
    )
    store: str | None = strawberry.field(default=UNSET, description="Which store.")
    sales_channel: str | None = strawberry.field(
        default=UNSET, description="web, app, counter: how it was bought."
    )
    stage: OrderStage | None = strawberry.field(
        default=UNSET, description="How far it has come; absent: COMPLETED. PLACED earns later."
    )

    revision: int | None = strawberry.field(
        default=UNSET,
        description="Absent: 1. A higher one replaces what was told of the order before, and the"
        " points with it: it counts as if it had always been so. Instant, member and stage stay.",
    )
    voucher_codes: list[str] | None = strawberry.field(
        default=UNSET,
        description="Codes of the member's vouchers, at most 10, in the order in which they count:"
        " set aside while the order is placed, used when it is completed.",
    )
    pay_with_points: PointsAmountInput | None = strawberry.field(
        default=UNSET,
        description="Points that pay part of the goods, as `orderQuote.payable` allows: held while"
        " the order is placed, taken when it is completed.",
    )

    def command(self) -> OrderCommand:
        """The same, as the domain takes it."""
        return OrderCommand(
            source=self.source,
            reference=self.reference,
            occurred_at=self.occurred_at,
            currency=self.currency,
            lines=tuple(Line(**_given(line)) for line in self.lines),
            member=self.member.ref() if self.member else None,
            charges=tuple(Charge(**_given(charge)) for charge in self.charges or ()),
            discounts=tuple(Discount(**_given(each)) for each in self.discounts or ()),
            store=self.store or None,
            sales_channel=self.sales_channel or None,
            stage=self.stage or OrderStage.COMPLETED,
            revision=1 if self.revision in (UNSET, None) else self.revision,
            voucher_codes=tuple(self.voucher_codes or ()),
            pay_with_points=Points(self.pay_with_points.unit, self.pay_with_points.points)
            if self.pay_with_points
            else None,
        )


def _given(part: Any) -> dict[str, Any]:
    # What is absent, or null, is as the domain has it when nothing is said.
    return {name: value for name, value in vars(part).items() if value not in (UNSET, None)}


@strawberry.input(description="An order to report.")
class OrderReportInput:
    """One order."""

    order: OrderInput = strawberry.field(description="The purchase.")
    idempotency_key: strawberry.ID = strawberry.field(
        description="1 to 64 characters, made before sending; the same again for a retry."
    )
    quote_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The quote that was shown before paying: it binds."
    )
    dry_run: bool | None = dry_run()

    def command(self) -> ReportOrder:
        """The same, as the domain takes it."""
        return ReportOrder(self.order.command(), self.idempotency_key, self.quote_id or None)


@strawberry.input(description="Orders to report.")
class OrderReportBatchInput:
    """Many orders."""

    orders: list[OrderInput] = strawberry.field(description="1 to 500.")
    idempotency_key: strawberry.ID = strawberry.field(
        description="1 to 64 characters, made before sending; the same again for a retry."
    )
    dry_run: bool | None = dry_run()

    def commands(self) -> list[OrderCommand]:
        """The same, as the domain takes them."""
        return [order.command() for order in self.orders]


@strawberry.input(description="A receipt without a code.")
class ReceiptOrderInput:
    """Number and total, which only its buyer knows together."""

    source: str = strawberry.field(description="The shop system or till.")
    reference: str = strawberry.field(description="The order's number there.")
    total: MinorUnits = strawberry.field(description="What was paid, in minor units.")


@strawberry.input(one_of=True, description="What a receipt says.")
class ReceiptInput:
    """Exactly one."""

    code: strawberry.Maybe[str] = strawberry.field(description="The code on it.")
    order: strawberry.Maybe[ReceiptOrderInput] = strawberry.field(
        description="Its number and total."
    )


@strawberry.input(description="An order to claim.")
class OrderClaimInput:
    """One receipt."""

    receipt: ReceiptInput = strawberry.field(description="Which order.")
    idempotency_key: strawberry.ID = strawberry.field(
        description="1 to 64 characters, made before sending; the same again for a retry."
    )
    member: MemberRefInput | None = strawberry.field(
        default=UNSET, description="For whom; shops and the team say so, members do not."
    )
    dry_run: bool | None = dry_run()

    def command(self) -> ClaimOrder:
        """The same, as the domain takes it."""
        member = self.member.ref() if self.member else None
        if self.receipt.code:
            return ClaimOrder(self.idempotency_key, code=self.receipt.code.value, member=member)
        assert self.receipt.order is not None, "one of the two is given"
        order = self.receipt.order.value
        return ClaimOrder(
            self.idempotency_key, None, order.source, order.reference, order.total, member
        )
