"""What an order is to be paid with beside money, judged: vouchers in their order, then points.

Pure. Vouchers take off what discounts have left; points pay what both have left of the goods.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.errors import DomainError, InsufficientPoints, InvalidInput, NotAllowed, VoucherUnusable
from domain.members.kinds import MemberState
from domain.money import WHOLE_BASIS_POINTS, Money
from domain.orders.commands import OrderCommand
from domain.orders.kinds import ChargeKind, OrderStage
from domain.orders.payments import MONEY_ALONE, PaidPoints, Payment, RulesOff, TakenVoucher
from domain.orders.price import before_points
from domain.orders.standings import Chain
from domain.programme.queries import Version
from domain.programme.terms import Programme
from domain.programme.terms.payments import EarnOn, PayWithPoints
from domain.rewards.at_orders import WHY_NOT, OrderVoucher, plain_code
from domain.rewards.kinds import RewardKind, VoucherState

CODES = "voucherCodes"
POINTS = "payWithPoints"


class TakenBefore(Exception):
    """An order that is judged just before takes the voucher: this one is judged after it."""


@dataclass(frozen=True, slots=True)
class Payable:
    """What points of a unit can pay of an order: from `least` to `most`, in steps."""

    unit: str
    least: int
    most: int
    step: int
    worth: Money


def asks(order: OrderCommand) -> bool:
    """Whether it is to be paid with anything but money."""
    return bool(order.voucher_codes) or order.pay_with_points is not None


def judged(
    order: OrderCommand,
    version: Version,
    chain: Chain | None,
    vouchers: Mapping[str, OrderVoucher],
    rules_off: RulesOff | None = None,
) -> Payment:
    """What vouchers take off and points pay; whether the balance covers it is seen when posted.

    `chain`: whose order it is; `vouchers` by plain code; `rules_off`: discounts, which are taken
    before. Raises InvalidInput, NotAllowed and
    VoucherUnusable with the path from the order on, and TakenBefore.
    """
    if order.stage is OrderStage.CANCELLED:
        return MONEY_ALONE
    earns = version.programme.earn_on is EarnOn.GOODS
    discounted = Payment(rules_off=rules_off, earns=earns) if rules_off else MONEY_ALONE
    if not asks(order):
        return discounted
    field = POINTS if order.pay_with_points is not None else CODES
    if chain is None:
        message = "Points and vouchers are somebody's: name a member that is known."
        raise InvalidInput(message, (field,))
    if chain.state is not MemberState.ACTIVE:
        raise NotAllowed("Only an active member can pay with points or vouchers.", (field,))
    found = tuple(_taken(order, version.programme, chain, vouchers, discounted))
    taken = replace(discounted, vouchers=found, earns=earns)
    return replace(taken, points=_points(order, version.programme, taken))


def delivery_of(order: OrderCommand) -> int:
    """What is charged for its delivery, in minor units."""
    return sum(each.amount for each in order.charges if each.kind is ChargeKind.DELIVERY)


def payable(
    order: OrderCommand, payment: Payment, programme: Programme, balances: Mapping[str, int]
) -> list[Payable]:
    """What points can pay, by unit in the programme's order; none where it is not the least."""
    if order.currency != programme.currency:
        return []
    left = sum(before_points(order, payment))
    found = []
    for unit in programme.units:
        terms = unit.pay_with_points
        most = terms.most(balances.get(unit.code, 0), left) if terms else 0
        if terms is not None and most:
            worth = Money(terms.worth(most), order.currency)
            found.append(Payable(unit.code, terms.least, most, terms.step, worth))
    return found


def _taken(
    order: OrderCommand,
    programme: Programme,
    chain: Chain,
    vouchers: Mapping[str, OrderVoucher],
    discounted: Payment,
) -> Iterable[TakenVoucher]:
    left = sum(before_points(order, discounted))
    delivery = delivery_of(order) - discounted.off_delivery
    seen = set()
    for index, code in enumerate(order.voucher_codes):
        path = CODES, str(index)
        voucher = vouchers.get(plain_code(code) or "")
        if voucher is None or voucher.member_id != chain.member_id:
            message = "The member has no such voucher; read it again from the member's phone."
            raise VoucherUnusable(message, path)
        if voucher.id in seen:
            raise VoucherUnusable("This voucher comes twice; an order takes it once.", path)
        seen.add(voucher.id)
        if voucher.state is not VoucherState.ISSUED:
            raise VoucherUnusable(WHY_NOT[voucher.state], path)
        if voucher.id in chain.vouchers:
            raise TakenBefore
        if voucher.kind is RewardKind.FREE_DELIVERY:
            taken = TakenVoucher(voucher.id, voucher.title, delivery=delivery)
            if not delivery:
                raise VoucherUnusable("Nothing is charged for delivery; keep it for later.", path)
            delivery = 0
        else:
            off = _off(voucher, left)
            if off is not None and off <= 0:
                raise VoucherUnusable("Nothing is left for it to take off; keep it.", path)
            if voucher.amount_off is not None and order.currency != programme.currency:
                raise VoucherUnusable(f"It is good for orders in {programme.currency}.", path)
            taken = TakenVoucher(voucher.id, voucher.title, goods=off or 0)
            left -= taken.goods
        yield taken


def _off(voucher: OrderVoucher, left: int) -> int | None:
    """Minor units off what is left of the goods, whole ones; None: it is just used."""
    if voucher.amount_off is not None:
        return min(voucher.amount_off, left)
    if voucher.percent_off is not None:
        return left * voucher.percent_off // WHOLE_BASIS_POINTS
    return None


def _points(order: OrderCommand, programme: Programme, taken: Payment) -> PaidPoints | None:
    asked = order.pay_with_points
    if asked is None:
        return None
    if order.currency != programme.currency:
        raise InvalidInput(f"Points pay orders in {programme.currency}.", (POINTS,))
    unit = programme.unit(asked.unit)
    terms = unit.pay_with_points if unit is not None else None
    if terms is None:
        message = "The programme takes no such points; see orderQuote.payable."
        raise InvalidInput(message, (POINTS, "unit"))
    fault = _fault(terms, asked.points, sum(before_points(order, taken)))
    if fault is not None:
        raise InvalidInput(fault, (POINTS, "points"))
    worth = terms.worth(asked.points)
    return PaidPoints(asked.unit, terms.charge(worth), worth)


def _fault(terms: PayWithPoints, points: int, left: int) -> str | None:
    if points < terms.least:
        return f"At least {terms.least} points pay; see orderQuote.payable."
    if points % terms.step:
        return f"Points pay in steps of {terms.step}."
    if points > terms.bound(left):
        most = terms.most(points, left)
        return f"Of this order {most} points can pay at most; see orderQuote.payable."
    return None


def missing(error: DomainError) -> DomainError:
    """The same refusal; of points that are missing it says where these were asked for."""
    if not error.path and isinstance(error, InsufficientPoints):
        error.path = ("order", POINTS)
    return error
