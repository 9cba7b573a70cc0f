"""Orders: quoted before paying, reported by shops, listed for members."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.errors import DomainError
from domain.members.queries import MemberRow, members_of
from domain.orders import operations, queries
from domain.orders.commands import OrderCommand
from domain.orders.kinds import ChargeKind, OrderState
from domain.orders.operations import Quote
from domain.orders.price import Price as PriceRow
from domain.orders.queries import OrderRow
from domain.orders.reporting import Reported
from domain.programme import words
from domain.programme.accruals import Reason
from domain.programme.queries import Version
from domain.programme.terms import Unit as UnitTerms
from domain.wallets.queries import TransactionRow, transactions_of_orders
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import KeyedPayload, Refusal, UserError
from schema.node import Node, fetched_by, rows_by_id
from schema.order_inputs import (
    OrderClaimInput,
    OrderInput,
    OrderReportBatchInput,
    OrderReportInput,
)
from schema.paging import After, Connection, First, checked, connection
from schema.pictures import qr_svg
from schema.programme import EarningRule, RuleRow, Tier, TierRow, Unit, rule_row, tier_row
from schema.references import LazyMember
from schema.roles import field, mutation
from schema.scalars import Money, Points
from schema.wallets import Explanation, PartRow, parts_of

enum(
    OrderState,
    "How far an order has come.",
    COMPLETED="Paid and done.",
)


@dataclass(frozen=True, slots=True)
class EarningRow:
    """What an order earned, or would earn, of one unit."""

    points: int
    unit_code: str
    version: Version | None
    parts: list[dict[str, Any]] = part(default_factory=list)
    transaction: TransactionRow | None = None
    available_at: datetime | None = None


@strawberry.type(description="What an order earns of one unit.")
class Earning:
    """Read off an EarningRow."""

    points: Points = strawberry.field(description="How many.")
    available_at: datetime | None = strawberry.field(
        description="From when they can be spent; null while that is not known."
    )

    @field(description="Of what.", graphql_type=Unit)
    async def unit(root: strawberry.Parent[EarningRow], info: Info) -> UnitTerms:
        unit = (await info.context.programme()).programme.unit(root.unit_code)
        assert unit is not None
        return unit

    @field(description="Why, part by part; they sum to the points.", graphql_type=list[Explanation])
    async def explanation(root: strawberry.Parent[EarningRow], info: Info) -> list[PartRow]:
        if root.transaction is not None:
            return await parts_of(info.context, root.transaction)
        assert root.version is not None
        return [PartRow(root.version, root.unit_code, each) for each in root.parts]


@strawberry.type(description="A purchase.")
class Order(Node):
    """Read off an OrderRow."""

    source: str = strawberry.field(description="The shop system or till that reported it.")
    reference: str = strawberry.field(description="Its number there.")
    state: OrderState = strawberry.field(description="How far it has come.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    total: Money = strawberry.field(description="What was to pay: goods, discounts, charges.")

    @field(description="What it earned, by unit; at most 10.", graphql_type=list[Earning])
    async def earnings(root: strawberry.Parent[OrderRow], info: Info) -> list[EarningRow]:
        return await earnings_of(info.context, root.id)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, OrderRow)


@strawberry.type(description="Something taken off.")
class PriceDiscount:
    """Read off a PricedDiscount."""

    title: str = strawberry.field(description="What for; of a line: its name or article.")
    money: Money = strawberry.field(description="How much.")


@strawberry.type(description="Something charged beside the goods.")
class PriceCharge:
    """Read off a PricedCharge."""

    kind: ChargeKind = strawberry.field(description="What for.")
    title: str | None = strawberry.field(description="As the shop calls it; null if it does not.")
    money: Money = strawberry.field(description="How much.")


@strawberry.type(description="The whole price: goods - discounts + charges = total.")
class Price:
    """Read off a price.Price."""

    goods: Money = strawberry.field(description="All lines before discounts, tax included.")
    discounts: list[PriceDiscount] = strawberry.field(
        description="Of lines and of the order; at most 400."
    )
    charges: list[PriceCharge] = strawberry.field(description="Beside the goods; at most 50.")
    included_tax: Money = strawberry.field(description="Tax that is inside the total.")
    paid_with_points: Money | None = strawberry.field(
        description="What points pay; null when none do."
    )
    total: Money = strawberry.field(description="What is to pay in money.")


@dataclass(frozen=True, slots=True)
class NotEarnedRow:
    """Why a rule gave nothing."""

    version: Version
    reason: Reason


@strawberry.type(description="Why a rule gives nothing for this order.")
class NotEarned:
    """Read off a NotEarnedRow."""

    @field(description="The rule.", graphql_type=EarningRule | None)
    def rule(root: strawberry.Parent[NotEarnedRow]) -> RuleRow | None:
        return rule_row(root.version, root.reason.rule)

    @field(description="What is missing, in the caller's language.")
    async def text(root: strawberry.Parent[NotEarnedRow], info: Info) -> str:
        language = await info.context.language_of()
        return words.reason(root.version.programme, root.reason, language)


@strawberry.type(description="What points of a unit could pay of an order.")
class Payable:
    """Nothing gives it yet: no programme takes points as money."""

    unit: Unit = strawberry.field(description="Of what.")
    min_points: Points = strawberry.field(description="At least so many.")
    max_points: Points = strawberry.field(description="At most so many.")
    step: Points = strawberry.field(description="In steps of so many.")
    max_points_worth: Money = strawberry.field(description="What the most of them pay.")


@strawberry.type(
    description="The whole price, what the order would earn and why. It binds rules and tier until"
    " `expiresAt`; caps, stock and balance are judged when the order comes."
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
                available_at=root.at,
            )
            for unit, points in accrual.totals().items()
        ]

    @field(
        description="Rules that give nothing, and why; at most 50.", graphql_type=list[NotEarned]
    )
    def not_earned(root: strawberry.Parent[Quote]) -> list[NotEarnedRow]:
        return [NotEarnedRow(root.version, reason) for reason in root.judged.accrual.reasons]

    @field(description="Points that it would take; empty: none.", graphql_type=list[PointsAmount])
    def spent(root: strawberry.Parent[Quote]) -> list[PointsRow]:
        return []

    @field(description="What points could pay, by unit; empty: nothing.")
    def payable(root: strawberry.Parent[Quote]) -> list[Payable]:
        return []

    @field(description="The tier after the order.", graphql_type=Tier)
    def tier_after(root: strawberry.Parent[Quote]) -> TierRow:
        return tier_row(root.version.programme, root.judged.tier_after)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What invites the buyer of an order that nobody has claimed."""

    code: str
    url: str
    points: int


@strawberry.type(description="An invitation on the receipt of an order that is nobody's yet.")
class OrderClaim:
    """Read off a ClaimRow."""

    code: str = strawberry.field(description="To print on the receipt.")
    url: str = strawberry.field(description="Leads to it.")
    points: Points = strawberry.field(
        description="What a newcomer would get for it, in the unit that counts for tiers."
    )

    @field(description="The URL as a QR code, SVG text.")
    def qr_svg(root: strawberry.Parent[ClaimRow]) -> str:
        return qr_svg(root.url)

    @field(description="Until when it can be claimed; null: for as long as the order is kept.")
    def expires_at(root: strawberry.Parent[ClaimRow]) -> datetime | None:
        return None


@strawberry.type(description="What became of an orderReport.")
class OrderReportPayload(KeyedPayload):
    """Composed from the ids that the report gave, so that a replay answers the same."""

    order: OrderRow | None = strawberry.field(
        default=None, graphql_type=Order | None, description="The order; null when refused."
    )
    earnings: list[EarningRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[Earning],
        description="What it earned, by unit; empty when refused or nobody's yet.",
    )
    spent: list[PointsRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[PointsAmount],
        description="Points that it took; empty: none.",
    )
    claim: ClaimRow | None = strawberry.field(
        default=None,
        graphql_type=OrderClaim | None,
        description="How its buyer can make it his; null when it is somebody's.",
    )
    member: MemberRow | None = strawberry.field(
        default=None, graphql_type=LazyMember | None, description="Whose it is; null: nobody's yet."
    )


@strawberry.type(description="What became of an orderClaim.")
class OrderClaimPayload(KeyedPayload):
    """The order is now a member's."""

    order: OrderRow | None = strawberry.field(
        default=None, graphql_type=Order | None, description="The order; null when refused."
    )
    earnings: list[EarningRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[Earning],
        description="What it earned, by unit; empty when refused.",
    )


@strawberry.type(description="What became of one order of a batch.")
class OrderReportResult:
    """One for each order, in their order."""

    source: str = strawberry.field(description="As sent.")
    reference: str = strawberry.field(description="As sent.")
    order: OrderRow | None = strawberry.field(
        graphql_type=Order | None, description="The order; null when refused."
    )
    user_errors: list[Refusal] = strawberry.field(
        graphql_type=list[UserError], description="Why it was refused; empty when it was not."
    )


@strawberry.type(description="What became of an orderReportBatch.")
class OrderReportBatchPayload(KeyedPayload):
    """Each order stands or falls alone."""

    results: list[OrderReportResult] = strawberry.field(
        default_factory=list, description="One for each order, in their order; at most 500."
    )


async def earnings_of(context: Context, order_id: UUID) -> list[EarningRow]:
    """What the ledger has for an order."""
    transactions = await context.load(transactions_of_orders, order_id)
    return [
        EarningRow(
            sum(each["points"] for each in row.explanation),
            row.unit_code,
            None,
            transaction=row,
            available_at=row.occurred_at,
        )
        for row in transactions
    ]


@strawberry.type(description="What orders add to a member.")
class MemberOrders:
    """Mixed into Member."""

    @field(description="The member's orders, newest first.", graphql_type=Connection[Order])
    async def orders(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        page = await info.context.load(queries.pages_of, root.id, first=checked(first), after=after)
        return connection(page)


@strawberry.type(description="What can be asked about orders.")
class OrdersQueries:
    """Mixed into Query."""

    @field(
        Role.MEMBER,
        Role.TILL,
        description="The whole price and what the order would earn; nothing is written. Members"
        " ask for themselves, shops for the member that they name (for a newcomer without one).",
        graphql_type=OrderQuote,
    )
    async def order_quote(root: strawberry.Parent[None], info: Info, order: OrderInput) -> Quote:
        return await operations.quote(info.context.actor, order.command())


@strawberry.type(description="What can be done with orders.")
class OrdersMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.SHOP,
        payload=OrderReportPayload,
        description="Report a purchase. (source, reference) names it for ever: it earns once,"
        " whatever is retried. Without a member, or when none is found, it waits to be claimed.",
    )
    async def order_report(
        root: strawberry.Parent[None], info: Info, input: OrderReportInput
    ) -> OrderReportPayload:
        reported = await operations.report(info.context.actor, input.command())
        info.context.forget()
        return await _payload(info.context, reported)

    @mutation(
        Role.MEMBER,
        Role.SHOP,
        Role.CARE,
        payload=OrderClaimPayload,
        description="Make an order that is nobody's yet a member's, once: by the code on its"
        " receipt, or its number and total. It earns by the rules of its own date.",
    )
    async def order_claim(
        root: strawberry.Parent[None], info: Info, input: OrderClaimInput
    ) -> OrderClaimPayload:
        claimed = await operations.claim(info.context.actor, input.command())
        order_id = UUID(claimed.result["order"])
        (order,) = await queries.orders(info.context.actor, [order_id])
        return OrderClaimPayload(
            order=order,
            earnings=await earnings_of(info.context, order_id),
            replayed=claimed.replayed,
        )

    @mutation(
        Role.SHOP,
        payload=OrderReportBatchPayload,
        description="Report 1 to 500 purchases; each stands or falls alone.",
    )
    async def order_report_batch(
        root: strawberry.Parent[None], info: Info, input: OrderReportBatchInput
    ) -> OrderReportBatchPayload:
        commands = input.commands()
        answers, replayed = await operations.report_batch(
            info.context.actor, commands, input.idempotency_key
        )
        ids = [UUID(each.result["order"]) for each in answers if isinstance(each, Reported)]
        rows = {row.id: row for row in await queries.orders(info.context.actor, ids) if row}
        results = [
            _result(command, answer, rows, index)
            for index, (command, answer) in enumerate(zip(commands, answers, strict=True))
        ]
        return OrderReportBatchPayload(results=results, replayed=replayed)


def _result(
    order: OrderCommand, answer: Reported | DomainError, rows: dict[UUID, OrderRow], index: int
) -> OrderReportResult:
    if isinstance(answer, Reported):
        row, errors = rows.get(UUID(answer.result["order"])), []
    else:
        # Seen from one order the path begins with "order"; here it is one of many.
        inner = answer.path[1:] if answer.path[:1] == ("order",) else answer.path
        answer.path = ("input", "orders", str(index), *inner)
        row, errors = None, [Refusal(answer)]
    return OrderReportResult(
        source=order.source, reference=order.reference, order=row, user_errors=errors
    )


async def _payload(context: Context, reported: Reported) -> OrderReportPayload:
    order_id = UUID(reported.result["order"])
    (order,) = await queries.orders(context.actor, [order_id])
    result = reported.result
    member = None
    if result["member"] is not None:
        (member,) = await members_of(context.actor, [UUID(result["member"])])
    claim = None
    if code := result.get("claim"):
        url = f"{context.public_url}/programme?claim={code}"
        claim = ClaimRow(code, url, result["claim_points"])
    return OrderReportPayload(
        order=order,
        earnings=await earnings_of(context, order_id),
        claim=claim,
        member=member,
        replayed=reported.replayed,
    )


@fetched_by("Order")
async def _orders(context: Context, keys: Sequence[str]) -> Sequence[OrderRow | None]:
    return await rows_by_id(context, queries.orders, keys)
