"""The programme as one typed document: units, tiers, rules, welcome, friends. JSON in camelCase.

Points are whole, money is in minor units, multipliers are basis points (10,000 = 1.0).
"""

from domain.language import Text
from domain.programme.terms.activities import Activity, ActivityRule, Badge
from domain.programme.terms.discounts import Discount, DiscountPolicy
from domain.programme.terms.gifts import Greeting, Referral, Welcome
from domain.programme.terms.payments import EarnOn, VoucherReturn
from domain.programme.terms.persons import Choice, MemberAttribute, ProfileQuestion
from domain.programme.terms.pools import PoolTerms
from domain.programme.terms.rules import BasePolicy, Rule, TaxPolicy
from domain.programme.terms.tiers import Tier, TierPolicy
from domain.programme.terms.typed import Terms
from domain.programme.terms.units import Unit


class AdjustmentLimits(Terms, frozen=True):
    """How many points a role may add, take, extend or bring back by hand; above that a second
    person has to agree. What has expired can be brought back within `reinstate_days`.
    """

    care: int = 500
    loyalty: int = 5000
    reinstate_days: int = 90


class ForeignCurrency(Terms, frozen=True):
    """Another currency that orders can be in: `minor` units of it are `worth_minor` of ours."""

    code: str
    minor: int
    worth_minor: int


class Programme(Terms, frozen=True):
    """Everything that decides what a member gets. `claim_days`: for so many local days after its
    report an order can be claimed that is nobody's yet; None: for as long as it is kept.
    `notice_days`: so long before it comes into force members are told of what is worse for them.
    `interests`: the only ones that there are; empty: any.
    """

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
    pools: PoolTerms | None = None
    currencies: tuple[ForeignCurrency, ...] = ()
    claim_days: int | None = None
    earn_on: EarnOn = EarnOn.MONEY
    voucher_return: VoucherReturn = VoucherReturn.VOUCHER
    notice_days: int = 30
    income_bands: tuple[Choice, ...] = ()
    interests: tuple[Choice, ...] = ()
    member_attributes: tuple[MemberAttribute, ...] = ()
    profile_questions: tuple[ProfileQuestion, ...] = ()
    discounts: tuple[Discount, ...] = ()
    discount_policy: DiscountPolicy = DiscountPolicy.BEST_OF

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

    def discount(self, code: str) -> Discount | None:
        """The discount rule of this code."""
        return next((each for each in self.discounts if each.code == code), None)

    def activity(self, code: str) -> Activity | None:
        """The kind of activity of this code."""
        return next((kind for kind in self.activities if kind.code == code), None)

    def activity_rule(self, code: str) -> ActivityRule | None:
        """The rule of this code that gives points for activities."""
        return next((rule for rule in self.activity_rules if rule.code == code), None)

    def foreign(self, code: str) -> ForeignCurrency | None:
        """The other currency of this code."""
        return next((each for each in self.currencies if each.code == code), None)

    def income_band(self, code: str) -> Choice | None:
        """The income band of this code."""
        return next((band for band in self.income_bands if band.code == code), None)

    def member_attribute(self, name: str) -> MemberAttribute | None:
        """The attribute of members of this name."""
        return next((each for each in self.member_attributes if each.name == name), None)

    def badge(self, code: str) -> Badge | None:
        """The badge of this code."""
        return next((badge for badge in self.badges if badge.code == code), None)
