"""The terms of a programme, by what they are about; `Programme` holds them all."""

from domain.programme.terms.activities import (
    Activity,
    ActivityRule,
    Attribute,
    AttributeType,
    Badge,
    BadgeFor,
)
from domain.programme.terms.closing import Closing, Ending
from domain.programme.terms.gifts import Greeting, Referral, Welcome
from domain.programme.terms.payments import EarnOn, PayWithPoints, VoucherReturn
from domain.programme.terms.pools import LeavingRule, PoolKind, PoolTerms
from domain.programme.terms.programme import AdjustmentLimits, ForeignCurrency, Programme
from domain.programme.terms.rules import (
    BasePolicy,
    Effect,
    Group,
    Limit,
    Multiplier,
    PerAmount,
    PerItem,
    PerOrder,
    Rule,
    TaxPolicy,
)
from domain.programme.terms.tiers import (
    Benefit,
    Downgrade,
    RefundPolicy,
    Tier,
    TierPolicy,
    Upgrade,
    Window,
)
from domain.programme.terms.typed import Terms, Written
from domain.programme.terms.units import (
    Cap,
    Expiry,
    KeptBy,
    LimitPeriod,
    MaxBalance,
    Pending,
    Transfers,
    Unit,
    YearDay,
)

__all__ = [
    "Activity",
    "ActivityRule",
    "AdjustmentLimits",
    "Attribute",
    "AttributeType",
    "Badge",
    "BadgeFor",
    "BasePolicy",
    "Benefit",
    "Cap",
    "Closing",
    "Downgrade",
    "EarnOn",
    "Effect",
    "Ending",
    "Expiry",
    "ForeignCurrency",
    "Greeting",
    "Group",
    "KeptBy",
    "LeavingRule",
    "Limit",
    "LimitPeriod",
    "MaxBalance",
    "Multiplier",
    "PayWithPoints",
    "Pending",
    "PerAmount",
    "PerItem",
    "PerOrder",
    "PoolKind",
    "PoolTerms",
    "Programme",
    "Referral",
    "RefundPolicy",
    "Rule",
    "TaxPolicy",
    "Terms",
    "Tier",
    "TierPolicy",
    "Transfers",
    "Unit",
    "Upgrade",
    "VoucherReturn",
    "Welcome",
    "Window",
    "Written",
    "YearDay",
]
