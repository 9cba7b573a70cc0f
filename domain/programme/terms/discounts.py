"""Discount rules: what is taken off the price of an order. Conditions stand as written."""

from datetime import date
from enum import StrEnum

from domain.language import Text
from domain.programme.terms.typed import Terms, Written
from domain.programme.terms.units import LimitPeriod


class AmountOff(Terms, frozen=True, tag="AMOUNT_OFF", tag_field="kind"):
    """`minor` minor units off, or as much as the goods cost."""

    minor: int


class PercentOff(Terms, frozen=True, tag="PERCENT_OFF", tag_field="kind"):
    """So many basis points of the goods off: 500 is 5%."""

    basis_points: int


class FreeDelivery(Terms, frozen=True, tag="FREE_DELIVERY", tag_field="kind"):
    """All that is charged for delivery off: as a whole, or not at all."""


DiscountEffect = AmountOff | PercentOff | FreeDelivery


class MoneyLimit(Terms, frozen=True):
    """At most so many minor units from a discount, for a member, in the period."""

    minor: int
    per: LimitPeriod


class Discount(Terms, frozen=True):
    """What is taken off. `lines`: which lines get it (all, unless said); `when`: for which orders.

    In force on local days from `valid_from` until before `valid_until`. `budget_minor`: so many
    minor units in all, for everybody, in whatever version its code stands.
    """

    code: str
    name: Text
    effect: DiscountEffect
    text: Text | None = None
    lines: Written | None = None
    when: Written | None = None
    limit: MoneyLimit | None = None
    budget_minor: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class DiscountPolicy(StrEnum):
    """What happens when several discounts take off goods; free delivery stands beside them.

    BEST_OF: the one alone that takes most off the order, of equals the first declared. SUM: all, as
    declared, each of what those before it have left.
    """

    BEST_OF = "BEST_OF"
    SUM = "SUM"
