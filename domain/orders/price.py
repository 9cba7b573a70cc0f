"""The price of an order, wholly transparent: its parts add up to the minor unit."""

from dataclasses import dataclass

from domain.language import Text
from domain.money import Money, spread
from domain.orders.commands import OrderCommand
from domain.orders.kinds import ChargeKind
from domain.orders.payments import MONEY_ALONE, Payment
from domain.programme.facts import LineFacts, OrderFacts


@dataclass(frozen=True, slots=True)
class PricedDiscount:
    """What was taken off, and under which title (of a line: its name or SKU; of a voucher: its
    reward's, by language).
    """

    title: str | Text
    money: Money


@dataclass(frozen=True, slots=True)
class PricedCharge:
    """What was charged beside the goods."""

    kind: ChargeKind
    title: str | None
    money: Money


@dataclass(frozen=True, slots=True)
class Price:
    """goods - discounts + charges - paid_with_points = total, which is left to pay in money.

    `included_tax` is inside the first three: points pay a price, they do not change it.
    """

    goods: Money
    discounts: list[PricedDiscount]
    charges: list[PricedCharge]
    included_tax: Money
    total: Money
    paid_with_points: Money | None = None


def price(order: OrderCommand, payment: Payment = MONEY_ALONE) -> Price:
    """The price block of an order that has passed its checks."""

    def money(amount: int) -> Money:
        return Money(amount, order.currency)

    goods = sum(line.gross for line in order.lines)
    discounts = [
        *(
            PricedDiscount(line.name or line.sku, money(line.discount))
            for line in order.lines
            if line.discount
        ),
        *(PricedDiscount(each.title, money(each.amount)) for each in order.discounts),
        *(
            PricedDiscount(each.title, money(each.goods + each.delivery))
            for each in payment.vouchers
            if each.goods or each.delivery
        ),
    ]
    charges = [PricedCharge(each.kind, each.title, money(each.amount)) for each in order.charges]
    # Delivery is free as a whole, or not at all.
    tax = sum(inside for _, inside in _left(order, payment.off_goods)) + sum(
        charge.included_tax
        for charge in order.charges
        if not (payment.off_delivery and charge.kind is ChargeKind.DELIVERY)
    )
    total = (
        goods
        - sum(each.money.amount for each in discounts)
        + sum(each.money.amount for each in charges)
        - payment.worth
    )
    with_points = money(payment.worth) if payment.points is not None else None
    return Price(money(goods), discounts, charges, money(tax), money(total), with_points)


def facts(order: OrderCommand, payment: Payment = MONEY_ALONE) -> OrderFacts:
    """The order as rules see it: what earns of each line.

    Order discounts are shared out over its lines by what they cost; so is what vouchers and points
    pay, unless it earns too.
    """
    off = 0 if payment.earns else payment.off_goods + payment.worth
    return OrderFacts(
        occurred_at=order.occurred_at,
        currency=order.currency,
        lines=tuple(
            LineFacts(
                number=number,
                sku=line.sku,
                amount_minor=amount,
                quantity=line.quantity,
                unit_price_minor=line.unit_price,
                category=line.category,
                brand=line.brand,
                included_tax_minor=tax,
                excluded=line.excluded,
            )
            for number, (line, (amount, tax)) in enumerate(
                zip(order.lines, _left(order, off), strict=True), start=1
            )
        ),
        store=order.store,
        sales_channel=order.sales_channel,
        source=order.source,
    )


def before_points(order: OrderCommand, payment: Payment = MONEY_ALONE) -> list[int]:
    """What is to pay for each line when all is taken off: with points, or money."""
    return [amount for amount, _ in _left(order, payment.off_goods)]


def _left(order: OrderCommand, vouchers: int) -> list[tuple[int, int]]:
    """What is left of each line, and the tax inside it: both less by what is off the order."""
    nets = [line.net for line in order.lines]
    taxes = [min(line.included_tax, line.net) for line in order.lines]
    off = sum(each.amount for each in order.discounts) + vouchers
    if not off:
        return list(zip(nets, taxes, strict=True))
    return [
        (net - share, tax * (net - share) // net if net else 0)
        for net, tax, share in zip(nets, taxes, spread(off, nets), strict=True)
    ]
