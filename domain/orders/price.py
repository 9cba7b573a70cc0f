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
    tax = sum(inside for _, inside in _paid(order)) + sum(
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
                zip(order.lines, _paid(order), strict=True), start=1
            )
        ),
        store=order.store,
        sales_channel=order.sales_channel,
        source=order.source,
    )


def _paid(order: OrderCommand) -> list[tuple[int, int]]:
    """What was paid for each line, and the tax inside it: both less by the order's discounts."""
    nets = [line.net for line in order.lines]
    taxes = [min(line.included_tax, line.net) for line in order.lines]
    off = sum(each.amount for each in order.discounts)
    if not off:
        return list(zip(nets, taxes, strict=True))
    return [
        (net - share, tax * (net - share) // net if net else 0)
        for net, tax, share in zip(nets, taxes, spread(off, nets), strict=True)
    ]
