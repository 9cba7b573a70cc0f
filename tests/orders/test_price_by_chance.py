"""The price of any cart, with any vouchers and points, adds up to the minor unit."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.errors import DomainError
from domain.ids import code as made_code
from domain.language import said
from domain.orders import paying
from domain.orders.commands import Charge, Discount, OrderCommand, Points
from domain.orders.kinds import ChargeKind
from domain.orders.payments import payment_of
from domain.orders.price import Price, before_points, facts, price
from domain.orders.standings import Chain, newcomer
from domain.programme import document
from domain.programme.queries import Version
from domain.programme.rules import compiled
from domain.programme.terms.payments import PayWithPoints
from domain.rewards.at_orders import CODE_LENGTH, OrderVoucher
from domain.rewards.kinds import RewardKind, VoucherState
from tests.counts import count, seed
from tests.factories.orders import MORNING, a_line, an_order
from tests.factories.programme import a_programme

MEMBER = UUID(int=7)
TITLE = said("A gift", "Подарок", "Δώρο")
Vouchers = dict[str, OrderVoucher]


@pytest.mark.counted
def test_the_price_of_any_cart_adds_up() -> None:
    chance, paid = random.Random(begin := seed()), 0
    for n in range(count(200, 10_000)):
        where = f"seed {begin}, cart {n}"
        version = a_version(chance)
        order, vouchers = a_cart(chance)
        chain = replace(newcomer(version, MORNING), member_id=MEMBER)
        order = with_points(chance, order, version, chain, vouchers)
        try:
            payment = paying.judged(order, version, chain, vouchers)
        except DomainError:
            assert order.pay_with_points is None, f"{where}: what is payable is taken"
            continue  # a voucher would take nothing off
        block = price(order, payment)
        paid += payment.points is not None
        assert adds_up(block), where
        assert block.total.amount >= 0, where
        left = sum(before_points(order, payment))
        earning = facts(order, payment).lines
        off = 0 if payment.earns else payment.worth
        goods = left + (payment.off_goods if payment.earns else 0)
        assert sum(line.amount_minor for line in earning) == goods - off, where
        assert all(0 <= line.included_tax_minor <= line.amount_minor for line in earning), where
    assert paid > 20, f"seed {begin}"


def adds_up(block: Price) -> bool:
    """Goods - discounts + charges - paid with points = total."""
    points = block.paid_with_points.amount if block.paid_with_points else 0
    return block.total.amount == (
        block.goods.amount
        - sum(each.money.amount for each in block.discounts)
        + sum(each.money.amount for each in block.charges)
        - points
    )


def with_points(
    chance: random.Random, order: OrderCommand, version: Version, chain: Chain, vouchers: Vouchers
) -> OrderCommand:
    """The cart, paid with some of the points that are payable; each number of them is taken."""
    try:
        taken = paying.judged(order, version, chain, vouchers)
    except DomainError:
        return order
    balance = chance.choice([0, 50, 1000, 10**7])
    open_to = paying.payable(order, taken, version.programme, {"POINTS": balance})
    if not open_to:
        return order
    (can,) = open_to
    terms = version.programme.units[0].pay_with_points
    assert terms is not None
    points = chance.randrange(can.least, can.most + 1, can.step)
    made = replace(order, pay_with_points=Points("POINTS", points))
    paid = paying.judged(made, version, chain, vouchers).points
    assert paid is not None
    assert paid.points <= points <= can.most <= balance
    assert terms.worth(paid.points) == paid.worth, "no point more than it needs ..."
    assert terms.worth(paid.points - 1) < paid.worth, "... and none less"
    most = paying.judged(replace(made, pay_with_points=Points("POINTS", can.most)), version, chain,
                         vouchers).points  # fmt: skip
    assert most is not None and most.worth == can.worth.amount
    return made


def a_version(chance: random.Random) -> Version:
    """A programme in which points pay at any rate, within any bounds."""
    contents: dict[str, Any] = a_programme(earnOn=chance.choice(["MONEY", "MONEY", "GOODS"]))
    contents["units"][0]["payWithPoints"] = {
        "points": chance.choice([1, 3, 20, 100]),
        "minor": chance.choice([1, 7, 100]),
        "minPoints": chance.choice([1, 10]),
        "step": chance.choice([1, 1, 20]),
        "maxBasisPoints": chance.choice([10_000, 5_000, 3_333]),
    }
    if chance.random() < 0.3:
        contents["units"][0]["payWithPoints"]["maxPoints"] = 500
    programme = document.decoded(contents)
    return Version(uuid4(), 1, programme, compiled(programme), datetime(2020, 1, 1, tzinfo=UTC))


def a_cart(chance: random.Random) -> tuple[OrderCommand, Vouchers]:
    """Any lines, discounts and charges, and any vouchers of the member."""
    lines = []
    for _ in range(chance.randint(1, 8)):
        unit_price, quantity = chance.choice([0, 1, 99, 1240, 99_999]), chance.randint(1, 5)
        gross = unit_price * quantity
        lines.append(
            a_line(
                unit_price,
                quantity=quantity,
                discount=chance.choice([0, gross // 3, gross]),
                included_tax=chance.choice([0, gross * 24 // 124]),
                excluded=chance.random() < 0.1,
            )
        )
    left = sum(line.net for line in lines)
    kinds = list(ChargeKind)
    vouchers = {
        made_code(CODE_LENGTH): a_voucher(chance) for _ in range(chance.choice([0, 0, 1, 2, 4]))
    }
    order = an_order(
        *lines,
        discounts=tuple(
            Discount("Summer", left // chance.randint(3, 9)) for _ in range(chance.randint(0, 2))
        ),
        charges=tuple(
            Charge(chance.choice(kinds), amount := chance.choice([0, 350]), None, amount // 6)
            for _ in range(chance.randint(0, 3))
        ),
        voucher_codes=tuple(vouchers),
    )
    return order, vouchers


def a_voucher(chance: random.Random) -> OrderVoucher:
    """A good one."""
    kind = chance.choice(list(RewardKind))
    amount = chance.choice([1, 500, 10**6]) if kind is RewardKind.AMOUNT_OFF else None
    percent = chance.choice([1, 1000, 3333, 10_000]) if kind is RewardKind.PERCENT_OFF else None
    return OrderVoucher(uuid4(), MEMBER, VoucherState.ISSUED, kind, TITLE, amount, percent)


def test_a_payment_is_kept_as_it_was() -> None:
    assert payment_of({}) == payment_of({"payment": {}})


@pytest.mark.parametrize(
    ("terms", "goods", "balance", "most"),
    [
        ({"points": 100, "minor": 100}, 1000, 350, 350),
        ({"points": 3, "minor": 1}, 1000, 100, 99),  # semantics 23: the remainder stays
        ({"points": 1, "minor": 5}, 13, 100, 2),
        ({"points": 100, "minor": 1, "min_points": 150}, 1000, 160, 150),
        ({"points": 20, "minor": 100, "step": 20}, 2000, 99, 80),
        ({"points": 20, "minor": 100, "step": 20, "max_basis_points": 5000}, 2000, 10**6, 200),
        ({"points": 20, "minor": 100, "step": 20, "max_points": 70}, 2000, 10**6, 60),
        ({"points": 100, "minor": 100, "min_points": 50}, 49, 10**6, 0),
        ({"points": 100, "minor": 100}, 0, 10**6, 0),
        ({"points": 100, "minor": 1}, 1000, 99, 0),
    ],
)
def test_as_many_points_as_make_sense(
    terms: dict[str, Any], goods: int, balance: int, most: int
) -> None:
    assert PayWithPoints(**terms).most(balance, goods) == most
