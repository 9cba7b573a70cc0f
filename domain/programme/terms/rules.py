"""Rules of earning from orders. Conditions stand as they were written; rules.py compiles them."""

from datetime import date
from enum import StrEnum

from domain.language import Text
from domain.programme.terms.typed import Terms, Written
from domain.programme.terms.units import LimitPeriod


class PerAmount(Terms, frozen=True, tag="PER_AMOUNT", tag_field="kind"):
    """`points` for each whole `each_minor` that the lines come to together."""

    points: int
    each_minor: int


class PerItem(Terms, frozen=True, tag="PER_ITEM", tag_field="kind"):
    """`points` for each piece."""

    points: int


class PerOrder(Terms, frozen=True, tag="PER_ORDER", tag_field="kind"):
    """`points` for the order."""

    points: int


class Multiplier(Terms, frozen=True, tag="MULTIPLIER", tag_field="kind"):
    """Base points times this; other multipliers act on base points too, not on each other."""

    basis_points: int


Effect = PerAmount | PerItem | PerOrder | Multiplier


class Group(StrEnum):
    """BASE rules compete or add up by the programme's policy; CAMPAIGN rules always add."""

    BASE = "BASE"
    CAMPAIGN = "CAMPAIGN"


class Limit(Terms, frozen=True):
    """At most so many points from a rule, for a member, in the period."""

    points: int
    per: LimitPeriod


class Rule(Terms, frozen=True):
    """What earns. `lines`: which lines count (all, unless said); `when`: for which orders.

    In force on local days from `valid_from` until before `valid_until`.
    """

    code: str
    name: Text
    unit: str
    effect: Effect
    text: Text | None = None
    group: Group = Group.BASE
    lines: Written | None = None
    when: Written | None = None
    limit: Limit | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class BasePolicy(StrEnum):
    """What happens when several base rules give points of one unit."""

    BEST_OF = "BEST_OF"
    SUM = "SUM"


class TaxPolicy(StrEnum):
    """Whether the tax in a price earns."""

    TAX_EARNS = "TAX_EARNS"
    BEFORE_TAX = "BEFORE_TAX"
