"""The price of an order, wholly transparent: its parts add up to the minor unit."""

from dataclasses import dataclass

from domain.money import Money, spread
from domain.orders.commands import OrderCommand
from domain.orders.kinds import ChargeKind
from domain.programme.facts import LineFacts, OrderFacts


@dataclass(frozen=True, slots=True)
class PricedDiscount:
    """What was taken off, and under which title (of a line: its name or SKU)."""

    title: str
    money: Money


@dataclass(frozen=True, slots=True)
class PricedCharge:
    """What was charged beside the goods."""

    kind: ChargeKind
    title: str | None
    money: Money


@dataclass(frozen=True, slots=True)
class Price:
    """goods - discounts + charges = total. `included_tax` is inside the total."""

    goods: Money
    discounts: list[PricedDiscount]
    charges: list[PricedCharge]
    included_tax: Money
    total: Money
    paid_with_points: Money | None = None


def price(order: OrderCommand) -> Price:
    """The price block of an order that has passed its checks."""

    def money(amount: int) -> Money:
        return Money(amount, order.currency)

    goods = sum(line.gross for line in order.lines)
    discounts = [
        PricedDiscount(line.name or line.sku, money(line.discount))
        for line in order.lines
        if line.discount
    ] + [PricedDiscount(each.title, money(each.amount)) for each in order.discounts]
    charges = [PricedCharge(each.kind, each.title, money(each.amount)) for each in order.charges]
    tax = sum(line.included_tax for line in order.lines) + sum(
        charge.included_tax for charge in order.charges
    )
    total = (
        goods
        - sum(each.money.amount for each in discounts)
        + sum(each.money.amount for each in charges)
    )
    return Price(money(goods), discounts, charges, money(tax), money(total))


def facts(order: OrderCommand) -> OrderFacts:
    """The order as rules see it: order discounts shared out over its lines by what they cost."""
    nets = [line.net for line in order.lines]
    off = sum(each.amount for each in order.discounts)
    shares = spread(off, nets) if off else [0] * len(nets)
    return OrderFacts(
        occurred_at=order.occurred_at,
        currency=order.currency,
        lines=tuple(
            LineFacts(
                number=number,
                sku=line.sku,
                amount_minor=net - share,
                quantity=line.quantity,
                unit_price_minor=line.unit_price,
                category=line.category,
                brand=line.brand,
                included_tax_minor=line.included_tax,
                excluded=line.excluded,
            )
            for number, (line, net, share) in enumerate(
                zip(order.lines, nets, shares, strict=True), start=1
            )
        ),
        store=order.store,
        sales_channel=order.sales_channel,
        source=order.source,
    )
