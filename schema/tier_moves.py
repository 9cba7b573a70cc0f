"""How a member came to its tiers, what it has of each, and a tier given by hand."""

from dataclasses import dataclass
from datetime import datetime

import strawberry

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.programme.terms import Benefit as BenefitTerms
from domain.programme.terms import Tier as TierTerms
from domain.tiers import operations
from domain.tiers.commands import SetTier
from domain.tiers.kinds import BenefitState, TierCause
from domain.tiers.queries import MoveRow
from schema.context import Info
from schema.dry_runs import dry_run
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import KEY, MemberRefInput
from schema.programme import Benefit, Tier, TierRow, tier_row
from schema.references import LazyMember
from schema.roles import field, mutation
from schema.scalars import Points

enum(
    TierCause,
    "Why a member came to a tier.",
    EARNED="Enough was bought.",
    REVIEW="A window ended, and this is what was earned in it.",
    BY_HAND="Somebody of the team said so.",
    REFUND="What had led to a higher one was given back.",
    MERGED="Two memberships became one.",
    REDESIGN="The programme has other tiers now; nobody goes down by that.",
)
enum(
    BenefitState,
    "Whether a member has a benefit.",
    ACTIVE="It is the member's now.",
    LOCKED="It comes with a higher tier: see `pointsMissing`.",
)


@strawberry.type(description="A member came to a tier, or was to keep it by hand.")
class TierMove:
    """Read off a MoveRow."""

    at: datetime = strawberry.field(description="When it came to that.")
    cause: TierCause = strawberry.field(description="Why it came to that.")

    @field(description="The tier from then on.", graphql_type=Tier)
    def tier(root: strawberry.Parent[MoveRow], info: Info) -> TierRow:
        return tier_row(info.context.programme.programme, root.tier)

    @field(
        Role.CARE,
        Role.LOYALTY,
        description="What the team said of it; null where nobody did it by hand.",
    )
    def reason(root: strawberry.Parent[MoveRow]) -> str | None:
        return root.reason


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """A benefit, as a member has it or not."""

    terms: BenefitTerms
    of_tier: TierTerms
    state: BenefitState
    points_missing: int


@strawberry.type(description="A benefit, and whether the member has it.")
class MemberBenefit:
    """Read off a BenefitRow."""

    state: BenefitState = strawberry.field(description="Whether it is the member's.")
    points_missing: Points = strawberry.field(
        description="Qualifying points up to its tier; 0 for what the member has."
    )

    @field(description="What it is.", graphql_type=Benefit)
    def benefit(root: strawberry.Parent[BenefitRow]) -> BenefitTerms:
        return root.terms

    @field(description="The tier that gives it.", graphql_type=Tier)
    def tier(root: strawberry.Parent[BenefitRow]) -> TierRow:
        return TierRow(root.of_tier)


@strawberry.input(description="Which tier a member is to have, until when, and why.")
class TierSetInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whose tier.")
    tier: str = strawberry.field(description="The tier's code in the programme.")
    until: datetime = strawberry.field(
        description="Kept until then; after it the tier is as purchases have earned it."
    )
    reason: str = strawberry.field(description="Why, for the team: 1 to 200 characters.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> SetTier:
        """The same, as the domain takes it."""
        return SetTier(self.member.ref(), self.tier, self.until, self.reason, self.idempotency_key)


@strawberry.type(description="What setting a tier changed.")
class TierSetPayload(KeyedPayload):
    """The member as it is now."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="The member, in that tier; null when refused.",
    )


@strawberry.type(description="What can be done with tiers.")
class TiersMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        Role.LOYALTY,
        payload=TierSetPayload,
        description="Give a member a tier by hand: until its date neither orders nor reviews move"
        " it, once for each key.",
    )
    async def tier_set(
        root: strawberry.Parent[None], info: Info, input: TierSetInput
    ) -> TierSetPayload:
        actor = info.context.actor
        done = await operations.set_tier(actor, input.command())
        (member,) = await members_of(actor, [done.member_id])
        return TierSetPayload(member=member, replayed=done.replayed)
