"""The programme as one typed input: what staff send is what the document keeps.

Names, defaults and what is required are those of `domain/programme/terms`.
"""

import strawberry
from strawberry import UNSET

from domain.money import WHOLE_BASIS_POINTS
from schema.activity_terms_inputs import ActivityKindInput, ActivityRuleInput, BadgeInput
from schema.discount_inputs import DiscountInput
from schema.gift_inputs import GreetingInput, ReferralTermsInput, WelcomeInput
from schema.person_inputs import (
    MemberAttributeTermsInput,
    ProfileChoiceInput,
    ProfileQuestionInput,
)
from schema.programme_kinds import (
    BasePolicy,
    DiscountPolicy,
    EarnOn,
    LeavingRule,
    PoolKind,
    TaxPolicy,
    VoucherReturn,
)
from schema.rule_inputs import RuleInput
from schema.scalars import CurrencyCode, MinorUnits, Points
from schema.text_inputs import TextInput
from schema.tier_inputs import TierInput, TierPolicyInput
from schema.unit_inputs import UnitInput


@strawberry.input(
    description="How many points a role may add, take, extend or bring back by hand; above that a"
    " second person has to agree."
)
class AdjustmentLimitsInput:
    """Checked in review."""

    care: Points = strawberry.field(default=Points(500), description="Role CARE.")
    loyalty: Points = strawberry.field(default=Points(5000), description="Role LOYALTY.")
    reinstate_days: int = strawberry.field(
        default=90, description="What has expired can be brought back within so many days."
    )


@strawberry.input(description="Another currency that orders can be in.")
class ForeignCurrencyInput:
    """Checked in review."""

    code: CurrencyCode = strawberry.field(description="ISO 4217.")
    minor: MinorUnits = strawberry.field(description="So many minor units of it ...")
    worth_minor: MinorUnits = strawberry.field(description="... are so many of the programme's.")


@strawberry.input(description="Pools: members who collect together in one wallet.")
class PoolTermsInput:
    """Checked in review."""

    kinds: list[PoolKind] = strawberry.field(
        default_factory=lambda: [PoolKind.HOUSEHOLD, PoolKind.COMPANY], description="Which."
    )
    people_max: int = strawberry.field(default=10, description="For at most so many people each.")
    contribution: int = strawberry.field(
        default=WHOLE_BASIS_POINTS,
        description="Basis points of what somebody earns that go to the pool, until he says"
        " otherwise.",
    )
    contribution_min: int = strawberry.field(default=0, description="At least so many.")
    contribution_max: int = strawberry.field(
        default=WHOLE_BASIS_POINTS, description="At most so many."
    )
    leaving: LeavingRule = strawberry.field(
        default=LeavingRule.SHARE_BACK, description="What who leaves takes along."
    )
    invitation_days: int = strawberry.field(
        default=14, description="An invitation is good for so many days."
    )


@strawberry.input(
    description="Everything that decides what a member gets. Begin with"
    " `programme { current { asInput } }`: change what it answers and send it back."
)
class ProgrammeInput:
    """Checked in review; what it finds are the draft's `problems`."""

    name: list[TextInput] = strawberry.field(description="What the programme is called.")
    time_zone: str = strawberry.field(
        description="An IANA name, as in Europe/Athens: where days begin and end."
    )
    currency: CurrencyCode = strawberry.field(description="ISO 4217: what money is counted in.")
    languages: list[str] = strawberry.field(
        description="BCP 47, as in en, ru, el: every text is written in each."
    )
    units: list[UnitInput] = strawberry.field(description="What is counted; at most 10.")
    tiers: list[TierInput] = strawberry.field(
        description="Levels of membership, from the lowest; at most 10."
    )
    qualifying_unit: str = strawberry.field(
        description="The code of the unit that tiers are reached with."
    )
    window_days: int = strawberry.field(
        description="Over how many days qualifying points count, as in 365."
    )
    rules: list[RuleInput] = strawberry.field(
        description="Ways to earn by orders, as they are shown; at most 50."
    )
    terms_version: int = strawberry.field(
        description="Raise it when members have to accept the terms anew; from 1."
    )
    base_policy: BasePolicy = strawberry.field(
        default=BasePolicy.BEST_OF, description="How base rules stand to each other."
    )
    tax: TaxPolicy = strawberry.field(
        default=TaxPolicy.TAX_EARNS, description="Whether the tax in a price earns."
    )
    welcome: WelcomeInput | None = strawberry.field(
        default=UNSET, description="Points for joining; absent: none."
    )
    referral: ReferralTermsInput | None = strawberry.field(
        default=UNSET, description="Points for bringing friends; absent: none."
    )
    terms: list[TextInput] | None = strawberry.field(
        default=UNSET, description="Said in the terms beside what is made of the programme."
    )
    activities: list[ActivityKindInput] = strawberry.field(
        default_factory=list, description="What happens and is no order; at most 50."
    )
    activity_rules: list[ActivityRuleInput] = strawberry.field(
        default_factory=list, description="What these earn; at most 50."
    )
    badges: list[BadgeInput] = strawberry.field(
        default_factory=list, description="Signs of something done; at most 50."
    )
    birthday: GreetingInput | None = strawberry.field(
        default=UNSET, description="For birthdays; absent: nothing."
    )
    anniversary: GreetingInput | None = strawberry.field(
        default=UNSET, description="For each year of membership; absent: nothing."
    )
    adjustments: AdjustmentLimitsInput | None = strawberry.field(
        default=UNSET, description="What may be done by hand; absent: what it says of itself."
    )
    tier_policy: TierPolicyInput | None = strawberry.field(
        default=UNSET, description="How tiers are won and lost; absent: what it says of itself."
    )
    pools: PoolTermsInput | None = strawberry.field(
        default=UNSET, description="Members who collect together; absent: there are no pools."
    )
    currencies: list[ForeignCurrencyInput] = strawberry.field(
        default_factory=list, description="Others that orders can be in; at most 180."
    )
    claim_days: int | None = strawberry.field(
        default=UNSET,
        description="For so many local days after its report an order can be claimed that is"
        " nobody's yet; absent: for as long as it is kept.",
    )
    earn_on: EarnOn = strawberry.field(default=EarnOn.MONEY, description="What of the goods earns.")
    voucher_return: VoucherReturn = strawberry.field(
        default=VoucherReturn.VOUCHER,
        description="What becomes of a used voucher when all of its order comes back.",
    )
    income_bands: list[ProfileChoiceInput] = strawberry.field(
        default_factory=list, description="What members may say of their income; empty: nothing."
    )
    interests: list[ProfileChoiceInput] = strawberry.field(
        default_factory=list, description="The only ones that there are; empty: any."
    )
    member_attributes: list[MemberAttributeTermsInput] = strawberry.field(
        default_factory=list, description="What else it knows of members."
    )
    profile_questions: list[ProfileQuestionInput] = strawberry.field(
        default_factory=list, description="What members are asked, in this order."
    )
    discounts: list[DiscountInput] = strawberry.field(
        default_factory=list, description="What is taken off the price of orders, as shown."
    )
    discount_policy: DiscountPolicy = strawberry.field(
        default=DiscountPolicy.BEST_OF, description="How discounts stand to each other."
    )
    notice_days: int = strawberry.field(
        default=30,
        description="So long before a version comes into force members are told of what is worse"
        " for them.",
    )
