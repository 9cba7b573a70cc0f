"""What membership gave a member, in points, rewards and what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry

from domain.members.queries import MemberRow
from domain.money import Money as MoneyRow
from domain.programme.terms import Unit as UnitTerms
from domain.wallets import benefit as domain
from domain.wallets import queries
from domain.wallets.benefit import BenefitKey, BenefitRow
from domain.wallets.kinds import BenefitSource
from schema.context import Context, Info
from schema.enums import enum
from schema.periods import PeriodInput
from schema.programme import Unit
from schema.roles import field
from schema.scalars import Money, Points

enum(
    BenefitSource,
    "What points came of.",
    ORDERS="Orders, by the earning rules.",
    TIER="What the tier added to orders.",
    OFFERS="What offers added to orders.",
    WELCOME="Joining.",
    REFERRAL="Friends who were brought, or the friend who brought the member.",
    SURVEY="Answers.",
    PROFILE="What the member told of itself.",
    BIRTHDAY="A birthday.",
    ANNIVERSARY="Another year with us.",
    ACTIVITY="Something done that is no order.",
    OTHER="Given by the team, or by something else that nothing more is said of.",
)


@dataclass(frozen=True, slots=True)
class UnitBenefitRow:
    """A BenefitRow with what its unit is worth."""

    row: BenefitRow
    unit: UnitTerms
    currency: str

    def money(self, points: int) -> MoneyRow:
        """What so many points are worth, rounded down to the minor unit."""
        return MoneyRow(points * self.unit.value_minor // 100, self.currency)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Points of one source, and what they are worth."""

    source: BenefitSource
    points: int
    worth: MoneyRow


@dataclass(frozen=True, slots=True)
class MembershipBenefitRow:
    """What a member got from a day on, until another."""

    first: date
    until: date
    units: tuple[UnitBenefitRow, ...]
    currency: str


@strawberry.type(description="Points that came of one thing.")
class BenefitPart:
    """Read off a SourceRow."""

    source: BenefitSource = strawberry.field(description="Of what.")
    points: Points = strawberry.field(
        description="What came in by it, without what was taken back; less than 0 if more was."
    )
    worth: Money = strawberry.field(description="By the unit's value; all sum to the whole.")


@strawberry.type(
    description="What a member got in one unit. Everything is summed from the ledger, by when it"
    " was written: a refund takes off the days in which it was, not those of its order."
)
class UnitBenefit:
    """Read off a UnitBenefitRow."""

    @field(description="What is counted.", graphql_type=Unit)
    def unit(root: strawberry.Parent[UnitBenefitRow]) -> UnitTerms:
        return root.unit

    @field(
        description="What membership gave: all sources together, without what was taken back. What"
        " waits to be released is in it."
    )
    def points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.points)

    @field(description="What these points are worth by the unit's value today.", graphql_type=Money)
    def worth(root: strawberry.Parent[UnitBenefitRow]) -> MoneyRow:
        return root.money(root.row.points)

    @field(
        description="The same by what it came of; at most one for each source, none of 0.",
        graphql_type=list[BenefitPart],
    )
    def sources(root: strawberry.Parent[UnitBenefitRow]) -> list[SourceRow]:
        parts, so_far = [], 0
        for source, points in root.row.earned.items():
            worth = root.money(so_far + points).amount - root.money(so_far).amount
            parts.append(SourceRow(source, points, MoneyRow(worth, root.currency)))
            so_far += points
        return parts

    @field(description="What the member's tier added; also in `sources`.")
    def tier_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.earned.get(BenefitSource.TIER, 0))

    @field(description="What offers added; also in `sources`.")
    def offer_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.earned.get(BenefitSource.OFFERS, 0))

    @field(description="What was taken back for returns or did not come; is off `points` already.")
    def taken_back_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.taken_back)

    @field(description="What the member spent: on rewards, or to pay with.")
    def redeemed_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.redeemed)

    @field(
        description="What was spent is worth by the unit's value, less what was given back. These"
        " are points that were given before, so it is not to be added to `worth`.",
        graphql_type=Money,
    )
    def redeemed_worth(root: strawberry.Parent[UnitBenefitRow]) -> MoneyRow:
        return root.money(root.row.redeemed - root.row.given_back)

    @field(description="Rewards that were taken, less those given back.")
    def reward_count(root: strawberry.Parent[UnitBenefitRow]) -> int:
        return root.row.rewards

    @field(description="What came back of what was spent: vouchers cancelled, orders returned.")
    def given_back_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.given_back)

    @field(
        description="What was not used in time, less what the team brought back: below 0 where that"
        " had expired before these days."
    )
    def expired_points(root: strawberry.Parent[UnitBenefitRow]) -> Points:
        return Points(root.row.expired)


@strawberry.type(description="What membership gave a member in some days.")
class MembershipBenefit:
    """Read off a MembershipBenefitRow."""

    @field(description="The first day, in the programme's time zone.", name="from")
    def from_(root: strawberry.Parent[MembershipBenefitRow]) -> date:
        return root.first

    until: date = strawberry.field(description="The first day after it.")

    @field(description="Points of all units that were given, by their value.", graphql_type=Money)
    def worth(root: strawberry.Parent[MembershipBenefitRow]) -> MoneyRow:
        amounts = (unit.money(unit.row.points).amount for unit in root.units)
        return MoneyRow(sum(amounts), root.currency)

    @field(description="One for each unit of the programme.", graphql_type=list[UnitBenefit])
    def units(root: strawberry.Parent[MembershipBenefitRow]) -> tuple[UnitBenefitRow, ...]:
        return root.units


async def benefits_of(context: Context, keys: Sequence[BenefitKey]) -> list[MembershipBenefitRow]:
    """What each member got in its days. It changes by itself when something in a wallet does."""
    version = context.programme
    programme = version.programme
    for wallets in await context.load_all(queries.wallets_of, [key[0] for key in keys]):
        for wallet in wallets.values():
            context.changes_at(wallet.expires_at)
    units = {unit.code: unit for unit in programme.units}
    found = await context.load_all(
        domain.benefits_of, keys, units=tuple(units), zone=version.rules.zone
    )
    return [
        MembershipBenefitRow(
            first,
            until,
            tuple(UnitBenefitRow(row, units[row.unit_code], programme.currency) for row in rows),
            programme.currency,
        )
        for (_, first, until), rows in zip(keys, found, strict=True)
    ]


@strawberry.type(description="What benefits add to a member.")
class MemberBenefits:
    """Mixed into Member."""

    @field(
        description="What membership gave the member in these days, summed from the ledger.",
        graphql_type=MembershipBenefit,
    )
    async def benefit(root: strawberry.Parent[MemberRow], info: Info, period: PeriodInput) -> Any:
        (found,) = await benefits_of(info.context, [(root.id, *period.days())])
        return found
