"""The price block adds up to the minor unit, and so do the amounts that rules see."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.orders.commands import Charge, Discount, Line, OrderCommand
from domain.orders.kinds import ChargeKind
from domain.orders.price import facts, price
from tests.factories.orders import an_order

AMOUNTS = st.integers(0, 100_000)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    quantity, unit_price = draw(st.integers(1, 9)), draw(AMOUNTS)
    gross = quantity * unit_price
    return Line("A", quantity, unit_price, discount=draw(st.integers(0, gross)))


@st.composite
def orders(draw: st.DrawFn) -> OrderCommand:
    chosen = draw(st.lists(lines(), min_size=1, max_size=6))
    left = sum(line.net for line in chosen)
    off = []
    for _ in range(draw(st.integers(0, 3))):
        amount = draw(st.integers(0, left))
        off.append(Discount("Off", amount))
        left -= amount
    charges = [
        Charge(ChargeKind.DELIVERY, amount) for amount in draw(st.lists(AMOUNTS, max_size=3))
    ]
    return an_order(*chosen, discounts=tuple(off), charges=tuple(charges))


@given(orders())
def test_goods_less_discounts_and_charges_are_the_total(order: OrderCommand) -> None:
    block = price(order)

    off = sum(each.money.amount for each in block.discounts)
    on = sum(each.money.amount for each in block.charges)
    assert block.goods.amount - off + on == block.total.amount
    assert block.total.amount >= 0


@given(orders())
def test_what_rules_see_is_what_was_paid_for_goods(order: OrderCommand) -> None:
    seen = facts(order).lines

    off = sum(each.amount for each in order.discounts)
    assert sum(line.amount_minor for line in seen) == sum(line.net for line in order.lines) - off
    assert all(line.amount_minor >= 0 for line in seen)


def test_charges_earn_nothing_and_are_in_the_total() -> None:
    order = an_order(charges=(Charge(ChargeKind.TIP, 250, "For Anna"),))

    block = price(order)

    assert (block.goods.amount, block.total.amount) == (1000, 1250)
    assert sum(line.amount_minor for line in facts(order).lines) == 1000


def test_a_discount_of_the_order_takes_its_share_of_the_tax_inside() -> None:
    order = an_order(
        Line("A", 1, 1200, included_tax=200),
        Line("B", 1, 600, included_tax=100),
        discounts=(Discount("Half", 900),),
    )

    assert [(line.amount_minor, line.included_tax_minor) for line in facts(order).lines] == [
        (600, 100),
        (300, 50),
    ]
    assert price(order).included_tax.amount == 150


@given(orders(), st.data())
def test_the_tax_inside_is_never_more_than_what_is_paid(
    order: OrderCommand, data: st.DataObject
) -> None:
    taxed = replace(
        order,
        lines=tuple(
            replace(line, included_tax=data.draw(st.integers(0, line.net))) for line in order.lines
        ),
    )

    seen = facts(taxed).lines
    assert all(0 <= line.included_tax_minor <= line.amount_minor for line in seen)
    assert price(taxed).included_tax.amount == sum(line.included_tax_minor for line in seen)
    if not order.discounts:
        assert [line.included_tax_minor for line in seen] == [
            line.included_tax for line in taxed.lines
        ]
