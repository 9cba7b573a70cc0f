"""The price of an order, wholly transparent: its parts add up to the minor unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.language import Text
from domain.money import Money, spread
from domain.orders.commands import OrderCommand
from domain.orders.kinds import ChargeKind
from domain.orders.payments import MONEY_ALONE, Payment
from domain.programme.discounting import Off
from domain.programme.facts import LineFacts, OrderFacts


@dataclass(frozen=True, slots=True)
class PricedDiscount:
    """What was taken off, and under which title (of a line: its name or SKU; of a discount rule
    its name, of a voucher its reward's, by language). `off`: what a rule of `version` took off.
    """

    title: str | Text
    money: Money
    off: Off | None = None
    version: int | None = None


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
        *by_rules(payment.by_rules, payment, order.currency),
        *(
            PricedDiscount(each.title, money(each.goods + each.delivery))
            for each in payment.vouchers
            if each.goods or each.delivery
        ),
    ]
    charges = [PricedCharge(each.kind, each.title, money(each.amount)) for each in order.charges]
    # Delivery is free as a whole, or not at all.
    tax = sum(inside for _, inside in _left(order, payment.off_goods, payment.by_rules)) + sum(
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


def by_rules(offs: Iterable[Off], payment: Payment, currency: str) -> list[PricedDiscount]:
    """What discount rules take off; not those that were cut to nothing."""
    version = payment.rules_off.version if payment.rules_off is not None else None
    return [
        PricedDiscount(off.title, Money(off.minor, currency), off, version)
        for off in offs
        if off.minor
    ]


def facts(order: OrderCommand, payment: Payment = MONEY_ALONE) -> OrderFacts:
    """The order as rules see it: what earns of each line.

    Order discounts are shared out over its lines by what they cost; so is what vouchers and points
    pay, unless it earns too. What discount rules take off is of the lines that they are for.
    """
    off = 0 if payment.earns else payment.off_goods + payment.worth
    by_rules = () if payment.earns else payment.by_rules
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
                zip(order.lines, _left(order, off, by_rules), strict=True), start=1
            )
        ),
        store=order.store,
        sales_channel=order.sales_channel,
        source=order.source,
    )


def before_points(order: OrderCommand, payment: Payment = MONEY_ALONE) -> list[int]:
    """What is to pay for each line when all is taken off: with points, or money."""
    return [amount for amount, _ in _left(order, payment.off_goods, payment.by_rules)]


def _left(order: OrderCommand, off: int, by_rules: tuple[Off, ...] = ()) -> list[tuple[int, int]]:
    """What is left of each line, and the tax inside it: both less by what is off the order."""
    nets = [line.net for line in order.lines]
    taxes = [min(line.included_tax, line.net) for line in order.lines]
    shops = sum(each.amount for each in order.discounts)
    if not by_rules:
        return _less(list(zip(nets, taxes, strict=True)), off + shops)
    priced = _less(list(zip(nets, taxes, strict=True)), shops)
    borne = shares_of(by_rules)
    left = [net - borne.get(number, 0) for number, (net, _) in enumerate(priced, start=1)]
    paid = spread(off, left) if off else [0] * len(left)
    return [
        (here - share, tax * (here - share) // net if net else 0)
        for (net, tax), here, share in zip(priced, left, paid, strict=True)
    ]


def shares_of(offs: Iterable[Off]) -> Mapping[int, int]:
    """What discounts take off each line together, by its number."""
    borne: dict[int, int] = {}
    for off in offs:
        for number, share in off.lines:
            borne[number] = borne.get(number, 0) + share
    return borne


def _less(lines: list[tuple[int, int]], off: int) -> list[tuple[int, int]]:
    if not off:
        return lines
    return [
        (net - share, tax * (net - share) // net if net else 0)
        for (net, tax), share in zip(lines, spread(off, [net for net, _ in lines]), strict=True)
    ]
