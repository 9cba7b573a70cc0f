"""What a programme can choose from, as enums; every input and type takes them from here."""

from domain.calendar import Period
from domain.programme.terms import (
    AttributeType,
    BadgeFor,
    BasePolicy,
    DiscountPolicy,
    Downgrade,
    EarnOn,
    Group,
    KeptBy,
    LeavingRule,
    LimitPeriod,
    PoolKind,
    RefundPolicy,
    TaxPolicy,
    Upgrade,
    VoucherReturn,
    Who,
    Window,
)
from schema.enums import enum

__all__ = [
    "AttributeType",
    "BadgeFor",
    "BasePolicy",
    "DiscountPolicy",
    "Downgrade",
    "EarnOn",
    "Group",
    "KeptBy",
    "LeavingRule",
    "LimitPeriod",
    "Period",
    "PoolKind",
    "RefundPolicy",
    "TaxPolicy",
    "Upgrade",
    "VoucherReturn",
    "Who",
    "Window",
]

enum(
    Period,
    "A stretch of the programme's calendar.",
    name="CalendarPeriod",
    DAY="A local day.",
    WEEK="Monday to Sunday.",
    MONTH="A month.",
    QUARTER="January to March, and so on.",
    YEAR="January to December.",
)
enum(
    LimitPeriod,
    "What a limit counts over; local time.",
    ORDER="Each order.",
    DAY="A day.",
    WEEK="Monday to Sunday.",
    MONTH="A month.",
    YEAR="January to December.",
    EVER="As long as somebody is a member.",
)
enum(
    KeptBy,
    "What a member does that makes the time of all points begin anew.",
    EARNING="Earns by an order, an activity or an answer; gifts do not count.",
    SPENDING="Spends some.",
)
enum(
    EarnOn,
    "What of the goods earns.",
    MONEY="What was paid in money.",
    GOODS="What vouchers and points paid as well.",
)
enum(
    VoucherReturn,
    "What becomes of a used voucher when all of its order comes back.",
    VOUCHER="It can be used again; too late for that, its points come back.",
    POINTS="Its points come back.",
)
enum(
    Window,
    "Over which local days qualifying points count.",
    name="TierWindow",
    ROLLING="The last `windowDays` days.",
    CALENDAR_YEAR="January to December.",
    ANNIVERSARY="A member's own year, from the day of joining.",
)
enum(
    Upgrade,
    "When a higher tier that is earned is given.",
    name="TierUpgrade",
    AT_ONCE="With the order that earned it.",
    AT_PERIOD_END="When the window ends.",
)
enum(
    Downgrade,
    "What happens at a window's end to a tier that was not earned again.",
    name="TierDowngrade",
    NEVER="It stays.",
    ONE_STEP="One tier down.",
    TO_EARNED="Down to what was earned.",
)
enum(
    RefundPolicy,
    "What happens to a tier when an order that led to it is returned.",
    name="TierRefundPolicy",
    KEEP_UNTIL_WINDOW_END="It stays until the window ends.",
    REVERT="It goes.",
)
enum(
    Group,
    "How a rule stands to the others.",
    name="RuleGroup",
    BASE="Competes with other base rules, or adds to them: see `basePolicy`.",
    CAMPAIGN="Always comes on top.",
)
enum(
    BasePolicy,
    "What happens when several base rules give points of one unit.",
    BEST_OF="The one that gives most counts.",
    SUM="They add up.",
)
enum(
    TaxPolicy,
    "Whether the tax in a price earns.",
    TAX_EARNS="It does.",
    BEFORE_TAX="It does not.",
)
enum(
    BadgeFor,
    "What a badge is given for.",
    ACTIVITIES="The `count`-th activity of the kind.",
    ORDERS="The `count`-th order.",
    TIER="Reaching the tier.",
)
enum(
    AttributeType,
    "What an attribute's value is.",
    TEXT="A text: give `text`.",
    NUMBER="A whole number: give `number`.",
    FLAG="Yes or no: give `flag`.",
    DATE="A day: give `date`.",
)
enum(
    PoolKind,
    "Who collects together.",
    HOUSEHOLD="People who live together, or wish to; a member makes it.",
    COMPANY="A company and its people; the programme's team makes it.",
)
enum(
    LeavingRule,
    "What somebody who leaves a pool takes along of the points that he gave to it.",
    name="PoolLeavingRule",
    SHARE_BACK="What of them is not spent, with its dates.",
    FORFEIT="Nothing.",
)
enum(
    DiscountPolicy,
    "What happens when several discounts take off goods; free delivery stands beside them.",
    BEST_OF="The one alone that takes most off the order.",
    SUM="All, as declared, each of what those before it have left.",
)
enum(
    Who,
    "Who sees an attribute of a member, or sets it.",
    name="AttributeAudience",
    MEMBER="The member.",
    SHOP="Services with a key.",
    TEAM="The programme's people.",
)
