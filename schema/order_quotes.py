"""What an order costs and earns: of a quote, and of what was reported."""

from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

import schema.order_inputs  # noqa: F401 - makes ChargeKind known before it is used
from domain.language import in_language
from domain.orders.kinds import ChargeKind
from domain.orders.operations import Quote
from domain.orders.paying import Payable as PayableRow
from domain.orders.payments import PaidPoints
from domain.orders.price import Price as PriceRow
from domain.orders.price import PricedDiscount
from domain.programme import words
from domain.programme.accruals import Reason
from domain.programme.queries import Version, versions
from domain.programme.terms import Unit as UnitTerms
from domain.programme.words import discounts as in_words
from domain.wallets.queries import TransactionRow, transactions_of_orders
from domain.wallets.rules import released_at
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.discounts import Discount, DiscountRow, NotDiscounted, NotDiscountedRow, discount_row
from schema.programme import EarningRule, RuleRow, Tier, TierRow, Unit, rule_row, tier_row
from schema.roles import batched, field
from schema.scalars import Money, Points
from schema.wallets import Explanation, PartRow, parts_of, wallets_of


@dataclass(frozen=True, slots=True)
class EarningRow:
    """What an order earned, or would earn, of one unit."""

    points: int
    unit_code: str
    version: Version | None  # of what would be earned; what was has transactions
    parts: list[dict[str, Any]] = part(default_factory=list)
    transactions: list[TransactionRow] = part(default_factory=list)
    available_at: datetime | None = None


@strawberry.type(description="What an order earns of one unit.")
class Earning:
    """Read off an EarningRow."""

    points: Points = strawberry.field(description="How many.")
    available_at: datetime | None = strawberry.field(
        description="From when they can be spent; null while that is not known."
    )

    @field(description="Of what.", graphql_type=Unit)
    def unit(root: strawberry.Parent[EarningRow], info: Info) -> UnitTerms:
        unit = info.context.programme.programme.unit(root.unit_code)
        assert unit is not None
        return unit

    @batched(
        description="Why, part by part; they sum to the points.", graphql_type=list[Explanation]
    )
    async def explanation(
        rows: strawberry.Parent[list[EarningRow]], info: Info
    ) -> list[list[PartRow]]:
        made = [each for row in rows for each in row.transactions]
        told = iter(await parts_of(info.context, made))
        return [
            [each for _ in row.transactions for each in next(told)]
            if row.version is None
            else [PartRow(row.version, row.unit_code, each) for each in row.parts]
            for row in rows
        ]


@strawberry.type(description="Something taken off.")
class PriceDiscount:
    """Read off a PricedDiscount."""

    @field(
        description="What for; of a line: its name or article; of a discount rule: its name; of a"
        " voucher: its reward."
    )
    def title(root: strawberry.Parent[PricedDiscount], info: Info) -> str:
        title = root.title
        return title if isinstance(title, str) else in_language(title, info.context.language)

    money: Money = strawberry.field(description="How much.")

    @field(
        description="The programme's discount that took it off; null: the shop's own, a voucher.",
        graphql_type=Discount | None,
    )
    async def rule(root: strawberry.Parent[PricedDiscount], info: Info) -> DiscountRow | None:
        if root.off is None or root.version is None:
            return None
        return discount_row(await info.context.load(versions, root.version), root.off.code)

    @field(description="How that rule came to it, in the caller's language; null without one.")
    async def text(root: strawberry.Parent[PricedDiscount], info: Info) -> str | None:
        if root.off is None or root.version is None:
            return None
        version = await info.context.load(versions, root.version)
        return in_words.off(version.programme, root.off, info.context.language)


@strawberry.type(description="Something charged beside the goods.")
class PriceCharge:
    """Read off a PricedCharge."""

    kind: ChargeKind = strawberry.field(description="What for.")
    title: str | None = strawberry.field(description="As the shop calls it; null if it does not.")
    money: Money = strawberry.field(description="How much.")


@strawberry.type(
    description="The whole price: goods - discounts + charges - paidWithPoints = total."
)
class Price:
    """Read off a price.Price."""

    goods: Money = strawberry.field(description="All lines before discounts, tax included.")
    discounts: list[PriceDiscount] = strawberry.field(
        description="Of lines, of the order, of discount rules and vouchers; at most 460."
    )
    charges: list[PriceCharge] = strawberry.field(description="Beside the goods; at most 50.")
    included_tax: Money = strawberry.field(
        description="Tax inside goods, discounts and charges: points pay a price, and change none."
    )
    paid_with_points: Money | None = strawberry.field(
        description="What points pay; null when none do."
    )
    total: Money = strawberry.field(description="What is left to pay in money.")


@dataclass(frozen=True, slots=True)
class NotEarnedRow:
    """Why a rule gave nothing."""

    version: Version
    reason: Reason


@strawberry.type(description="Why a rule gives nothing for this order.")
class NotEarned:
    """Read off a NotEarnedRow."""

    @field(
        description="Which one; null when it is not a rule of earning.",
        graphql_type=EarningRule | None,
    )
    def rule(root: strawberry.Parent[NotEarnedRow]) -> RuleRow | None:
        return rule_row(root.version, root.reason.rule)

    @field(description="What is missing, in the caller's language.")
    def text(root: strawberry.Parent[NotEarnedRow], info: Info) -> str:
        language = info.context.language
        return words.reason(root.version.programme, root.reason, language)


@strawberry.type(description="What points of a unit can pay of an order, as the balance is now.")
class Payable:
    """Read off a paying.Payable."""

    @field(description="Of what.", graphql_type=Unit)
    def unit(root: strawberry.Parent[PayableRow], info: Info) -> UnitTerms:
        unit = info.context.programme.programme.unit(root.unit)
        assert unit is not None
        return unit

    @field(description="At least so many.")
    def min_points(root: strawberry.Parent[PayableRow]) -> Points:
        return Points(root.least)

    @field(description="At most so many: what balance, order and programme allow.")
    def max_points(root: strawberry.Parent[PayableRow]) -> Points:
        return Points(root.most)

    step: Points = strawberry.field(description="In steps of so many.")

    @field(description="What the most of them pay.", graphql_type=Money)
    def max_points_worth(root: strawberry.Parent[PayableRow]) -> Any:
        return root.worth


@strawberry.type(
    description="The whole price, what the order would earn and why. It binds rules, rates, tier"
    " and discounts until `expiresAt`; caps, budgets, vouchers and balance are judged when the"
    " order comes."
)
class OrderQuote:
    """Read off a Quote."""

    expires_at: datetime = strawberry.field(description="Give `quoteId` before then.")

    @field(description="Goes into `orderReport` as `quoteId`.")
    def id(root: strawberry.Parent[Quote]) -> strawberry.ID:
        return strawberry.ID(root.key)

    @field(description="What is to pay, and how it comes about.", graphql_type=Price)
    def price(root: strawberry.Parent[Quote]) -> PriceRow:
        return root.judged.price

    @field(description="What it would earn, by unit; at most 10.", graphql_type=list[Earning])
    def earnings(root: strawberry.Parent[Quote]) -> list[EarningRow]:
        accrual = root.judged.accrual
        return [
            EarningRow(
                points,
                unit,
                root.version,
                [each.as_json() for each in accrual.of_unit(unit)],
                available_at=_available(root.version, unit, root.judged.order.occurred_at, root.at),
            )
            for unit, points in accrual.totals().items()
        ]

    @field(
        description="Rules that give nothing, and why; at most 50.", graphql_type=list[NotEarned]
    )
    def not_earned(root: strawberry.Parent[Quote]) -> list[NotEarnedRow]:
        return [NotEarnedRow(root.version, reason) for reason in root.judged.accrual.reasons]

    @field(
        description="Discounts of the programme that take nothing off, and why; at most 50.",
        graphql_type=list[NotDiscounted],
    )
    def not_discounted(root: strawberry.Parent[Quote]) -> list[NotDiscountedRow]:
        return [NotDiscountedRow(root.version, reason) for reason in root.not_discounted]

    @field(description="Points that it would take; empty: none.", graphql_type=list[PointsAmount])
    def spent(root: strawberry.Parent[Quote]) -> list[PointsRow]:
        return spent(root.judged.payment.points)

    @field(
        description="What points can pay, by unit; empty: nothing. At most 10.",
        graphql_type=list[Payable],
    )
    async def payable(root: strawberry.Parent[Quote], info: Info) -> list[PayableRow]:
        if root.member_id is None or not root.takes_points:
            return []
        wallets = await wallets_of(info.context, root.member_id)
        return root.payable({unit: wallet.balance for unit, wallet in wallets.items()})

    @field(description="The tier after the order.", graphql_type=Tier)
    def tier_after(root: strawberry.Parent[Quote]) -> TierRow:
        return tier_row(root.version.programme, root.judged.tier_after)


def _available(
    version: Version, unit: str, occurred_at: datetime, now: datetime
) -> datetime | None:
    # At once, when it is released, or not known yet.
    terms = version.programme.unit(unit)
    if terms is None or terms.pending is None:
        return now
    return released_at(terms.pending, occurred_at)


def spent(paid: PaidPoints | None) -> list[PointsRow]:
    """The points that pay an order, as they are shown."""
    return [PointsRow(paid.points, paid.unit)] if paid is not None else []


async def earnings_of(context: Context, order_id: UUID) -> list[EarningRow]:
    """What the ledger has for an order, by unit: what it earned, and what revisions changed."""
    transactions = await context.load(transactions_of_orders, order_id)
    judged = [row.programme_version for row in transactions]
    numbers = [number for number in judged if number is not None]
    found = dict(zip(numbers, await context.load_all(versions, numbers), strict=True))
    by_unit: dict[str, list[TransactionRow]] = {}
    for row in transactions:
        by_unit.setdefault(row.unit_code, []).append(row)
    earned = []
    for unit, rows in by_unit.items():
        points = sum(each["points"] for row in rows for each in row.explanation)
        first = rows[0]
        available = (
            _available(found[first.programme_version], unit, first.occurred_at, first.occurred_at)
            if first.programme_version is not None
            else first.occurred_at
        )
        if points:
            made = EarningRow(points, unit, None, transactions=rows, available_at=available)
            earned.append(made)
    return earned
