"""The programme as one typed document: units, tiers, rules, welcome, friends. JSON in camelCase.

Conditions stand as they were written (`when`, `lines`); rules.py compiles them. Points are whole,
money is in minor units, multipliers are basis points (10,000 = 1.0).
"""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from domain.calendar import Period
from domain.language import Names, Text
from domain.money import WHOLE_BASIS_POINTS

Written = dict[str, Any]
"""A condition as JSON (domain/programme/conditions.py)."""


class _Terms(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    # A field that comes later and is not said leaves the document, and its hash, as they were.
    pass


class Expiry(_Terms, frozen=True):
    """Points expire so many months after they were earned, rounded up to the period's end."""

    months: int
    rounded_to: Period | None = None


class Pending(_Terms, frozen=True):
    """What orders earn waits: `days` from the purchase on, or until it is delivered.

    What waits for a delivery is cancelled `cancel_days` after the purchase; None: it waits on.
    """

    days: int | None = None
    on_delivery: bool = False
    cancel_days: int | None = None


class Transfers(_Terms, frozen=True):
    """Members may send points to each other: so many at once, in a local day, in a month.

    `day_tries_max`: how often a member may try in a day, whatever comes of it.
    """

    points_min: int = 1
    points_max: int | None = None
    day_points_max: int | None = None
    month_points_max: int | None = None
    day_tries_max: int = 20


class Unit(_Terms, frozen=True):
    """What is counted. `label` heads a wallet ("Points"), `names` go with numbers ("12 points").

    `value_minor` and `cost_minor`: what 100 of it are worth to a member, and cost us. `transfers`:
    None where members cannot send it to each other.
    """

    code: str
    label: Text
    names: Names
    symbol: str
    expiry: Expiry | None = None
    pending: Pending | None = None
    value_minor: int = 0
    cost_minor: int = 0
    transfers: Transfers | None = None


class Benefit(_Terms, frozen=True):
    """Something that a tier gives."""

    title: Text
    text: Text | None = None


class Tier(_Terms, frozen=True):
    """Reached with `threshold` qualifying points in the window; the entry tier with 0.

    `debt_limit`: how much of each unit its members can owe when points are taken back that they
    have spent; what is beyond is let go. 0: nothing. None: whatever it comes to. Who holds a
    tier of an earlier version that this one `replaces`, by its code, holds this one.
    """

    code: str
    name: Text
    rank: int
    threshold: int
    multiplier_basis_points: int = WHOLE_BASIS_POINTS
    benefits: tuple[Benefit, ...] = ()
    never_downgrades: bool = False
    debt_limit: int | None = None
    replaces: tuple[str, ...] = ()


class Window(StrEnum):
    """Over which local days qualifying points count. `window_days` is the length of ROLLING."""

    ROLLING = "ROLLING"
    CALENDAR_YEAR = "CALENDAR_YEAR"
    ANNIVERSARY = "ANNIVERSARY"


class Upgrade(StrEnum):
    """When a higher tier that is earned is given."""

    AT_ONCE = "AT_ONCE"
    AT_PERIOD_END = "AT_PERIOD_END"


class Downgrade(StrEnum):
    """What happens at a window's end to a tier that was not earned again."""

    NEVER = "NEVER"
    ONE_STEP = "ONE_STEP"
    TO_EARNED = "TO_EARNED"


class RefundPolicy(StrEnum):
    """What happens to a tier when an order that led to it is returned."""

    KEEP_UNTIL_WINDOW_END = "KEEP_UNTIL_WINDOW_END"
    REVERT = "REVERT"


class TierPolicy(_Terms, frozen=True):
    """How tiers are won and lost. After a window a tier stays for `grace_days` more, and with
    `grace_to_month_end` to the end of the month that they end in. Who is about to lose one is told
    `warn_days` before (0: not).
    """

    window: Window = Window.ROLLING
    upgrade: Upgrade = Upgrade.AT_ONCE
    downgrade: Downgrade = Downgrade.NEVER
    grace_days: int = 0
    grace_to_month_end: bool = False
    warn_days: int = 0
    refund: RefundPolicy = RefundPolicy.KEEP_UNTIL_WINDOW_END


class PerAmount(_Terms, frozen=True, tag="PER_AMOUNT", tag_field="kind"):
    """`points` for each whole `each_minor` that the lines come to together."""

    points: int
    each_minor: int


class PerItem(_Terms, frozen=True, tag="PER_ITEM", tag_field="kind"):
    """`points` for each piece."""

    points: int


class PerOrder(_Terms, frozen=True, tag="PER_ORDER", tag_field="kind"):
    """`points` for the order."""

    points: int


class Multiplier(_Terms, frozen=True, tag="MULTIPLIER", tag_field="kind"):
    """Base points times this; other multipliers act on base points too, not on each other."""

    basis_points: int


Effect = PerAmount | PerItem | PerOrder | Multiplier


class Group(StrEnum):
    """BASE rules compete or add up by the programme's policy; CAMPAIGN rules always add."""

    BASE = "BASE"
    CAMPAIGN = "CAMPAIGN"


class LimitPeriod(StrEnum):
    """What a limit counts over."""

    ORDER = "ORDER"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"
    EVER = "EVER"


class Limit(_Terms, frozen=True):
    """At most so many points from a rule, for a member, in the period."""

    points: int
    per: LimitPeriod


class Rule(_Terms, frozen=True):
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


class AttributeType(StrEnum):
    """What an attribute's value is."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    FLAG = "FLAG"
    DATE = "DATE"


class Attribute(_Terms, frozen=True):
    """Something that is said of an activity under `name`. `values`: the only texts it can have."""

    name: str
    label: Text
    type: AttributeType
    required: bool = False
    values: tuple[str, ...] = ()


class Activity(_Terms, frozen=True):
    """A kind of activity: what happens and is no order. `by_members`: they may report it."""

    code: str
    name: Text
    attributes: tuple[Attribute, ...] = ()
    by_members: bool = False

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this name."""
        return next((each for each in self.attributes if each.name == name), None)


class ActivityRule(_Terms, frozen=True):
    """Points for an `activity`. `when` may look at its attributes, the member and the time.

    Its code is no other rule's. In force on local days from `valid_from` until `valid_until`.
    """

    code: str
    name: Text
    activity: str
    unit: str
    points: int
    text: Text | None = None
    when: Written | None = None
    limit: Limit | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class BadgeFor(StrEnum):
    """What a badge is given for."""

    ACTIVITIES = "ACTIVITIES"
    ORDERS = "ORDERS"
    TIER = "TIER"


class Badge(_Terms, frozen=True):
    """Given once: for the `count`-th order, or activity of the kind; for reaching the tier."""

    code: str
    name: Text
    text: Text
    icon: str
    given_for: BadgeFor
    count: int = 1
    activity: str | None = None
    tier: str | None = None


class Welcome(_Terms, frozen=True):
    """Points for joining."""

    unit: str
    points: int
    name: Text


class Greeting(_Terms, frozen=True):
    """What a member gets once a year: `points` of a unit, or none, so many days before the day.

    Missed, it is made up for within `window_days`; a date that was set later than so many days
    before it, or changed in the same year, counts from the next year on.
    """

    name: Text
    unit: str | None = None
    points: int = 0
    days_before: int = 0
    window_days: int = 7


class Referral(_Terms, frozen=True):
    """Points for a friend's first order, for both."""

    unit: str
    referrer_points: int
    friend_points: int
    text: Text


class AdjustmentLimits(_Terms, frozen=True):
    """How many points a role may add or take by hand; above that a second person has to agree."""

    care: int = 500
    loyalty: int = 5000


class BasePolicy(StrEnum):
    """What happens when several base rules give points of one unit."""

    BEST_OF = "BEST_OF"
    SUM = "SUM"


class TaxPolicy(StrEnum):
    """Whether the tax in a price earns."""

    TAX_EARNS = "TAX_EARNS"
    BEFORE_TAX = "BEFORE_TAX"


class Programme(_Terms, frozen=True):
    """Everything that decides what a member gets."""

    name: Text
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    units: tuple[Unit, ...]
    tiers: tuple[Tier, ...]
    qualifying_unit: str
    window_days: int
    rules: tuple[Rule, ...]
    terms_version: int
    base_policy: BasePolicy = BasePolicy.BEST_OF
    tax: TaxPolicy = TaxPolicy.TAX_EARNS
    welcome: Welcome | None = None
    referral: Referral | None = None
    terms: Text | None = None
    activities: tuple[Activity, ...] = ()
    activity_rules: tuple[ActivityRule, ...] = ()
    badges: tuple[Badge, ...] = ()
    birthday: Greeting | None = None
    anniversary: Greeting | None = None
    adjustments: AdjustmentLimits = AdjustmentLimits()
    tier_policy: TierPolicy = TierPolicy()

    def unit(self, code: str) -> Unit | None:
        """The unit of this code."""
        for unit in self.units:  # asked for each reward of a page: no generator
            if unit.code == code:
                return unit
        return None

    def tier(self, code: str) -> Tier | None:
        """The tier of this code, or the one that replaces it."""
        for tier in self.tiers:
            if tier.code == code:
                return tier
        return next((tier for tier in self.tiers if code in tier.replaces), None)

    def rule(self, code: str) -> Rule | None:
        """The earning rule of this code."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def activity(self, code: str) -> Activity | None:
        """The kind of activity of this code."""
        return next((kind for kind in self.activities if kind.code == code), None)

    def activity_rule(self, code: str) -> ActivityRule | None:
        """The rule of this code that gives points for activities."""
        return next((rule for rule in self.activity_rules if rule.code == code), None)

    def badge(self, code: str) -> Badge | None:
        """The badge of this code."""
        return next((badge for badge in self.badges if badge.code == code), None)
