"""Orders: quoted before paying, reported by shops, listed for members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.errors import DomainError
from domain.members.queries import MemberRow, members_of
from domain.orders import claims, operations, queries
from domain.orders.commands import OrderCommand
from domain.orders.kinds import OrderState
from domain.orders.operations import Quote
from domain.orders.price import PricedDiscount
from domain.orders.queries import OrderRow
from domain.orders.reporting import Reported
from domain.programme import queries as versions
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.discounts import MissedDiscount, MissedRow, missed_of
from schema.dry_runs import would_be
from schema.enums import enum
from schema.errors import KeyedPayload, Refusal, UserError
from schema.node import Node, fetched_by, rows_by_id
from schema.order_inputs import (
    OrderClaimInput,
    OrderInput,
    OrderReportBatchInput,
    OrderReportInput,
)
from schema.order_quotes import Earning, EarningRow, OrderQuote, PriceDiscount, earnings_of, spent
from schema.paging import After, Connection, First, checked, connection
from schema.pictures import qr_svg
from schema.references import LazyMember
from schema.roles import field, mutation
from schema.scalars import Money, Points

enum(
    OrderState,
    "How far an order has come.",
    PLACED="Ordered; it earns when it is completed.",
    COMPLETED="Paid and done.",
    DELIVERED="It has arrived.",
    CANCELLED="Called off before it was completed.",
    PARTLY_REFUNDED="Something of it came back.",
    REFUNDED="All of it came back.",
)


@strawberry.type(description="A purchase.")
class Order(Node):
    """Read off an OrderRow."""

    source: str = strawberry.field(description="The shop system or till that reported it.")
    reference: str = strawberry.field(description="Its number there.")
    state: OrderState = strawberry.field(description="How far it has come.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    total: Money = strawberry.field(
        description="What was to pay in money: goods, discounts, charges, less points."
    )
    revision: int = strawberry.field(
        description="How often it was told: the latest `revision` of it that the shop has sent."
    )

    @field(description="What it earned, by unit; at most 10.", graphql_type=list[Earning])
    async def earnings(root: strawberry.Parent[OrderRow], info: Info) -> list[EarningRow]:
        return await earnings_of(info.context, root.id)

    @field(
        description="Points that pay it, by unit: held while it is placed; empty: none. At most 1.",
        graphql_type=list[PointsAmount],
    )
    def spent(root: strawberry.Parent[OrderRow]) -> list[PointsRow]:
        return spent(root.paid)

    @field(
        description="What the programme's discounts take off it, or off what is left of it; at"
        " most 50.",
        graphql_type=list[PriceDiscount],
    )
    def discounts(root: strawberry.Parent[OrderRow]) -> list[PricedDiscount]:
        return root.discounts

    @field(
        description="What they would have taken off, and why they did not; at most 50.",
        graphql_type=list[MissedDiscount],
    )
    async def missed_discounts(root: strawberry.Parent[OrderRow], info: Info) -> list[MissedRow]:
        return await missed_of(info.context, root.rules)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, OrderRow)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What invites the buyer of an order that nobody has claimed."""

    code: str
    url: str
    points: int
    expires_at: datetime | None


@strawberry.type(description="An invitation on the receipt of an order that is nobody's yet.")
class OrderClaim:
    """Read off a ClaimRow."""

    code: str = strawberry.field(description="To print on the receipt.")
    url: str = strawberry.field(
        description="Leads to the programme's page with the code: how to join and claim."
    )
    points: Points = strawberry.field(
        description="What a newcomer would get for it, in the unit that counts for tiers."
    )
    expires_at: datetime | None = strawberry.field(
        description="From then on it is too late; null: it can be claimed while it is kept."
    )

    @field(description="The URL as a QR code, SVG text.")
    def qr_svg(root: strawberry.Parent[ClaimRow]) -> str:
        return qr_svg(root.url)


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
        description="Points that pay it, by unit: held while it is placed; empty: none.",
    )
    missed_discounts: list[MissedRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[MissedDiscount],
        description="What the programme's discounts would have taken off: an order gets those of"
        " its quote. Empty: nothing.",
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


@strawberry.type(description="What orders add to a member.")
class MemberOrders:
    """Mixed into Member."""

    @field(description="The member's orders, newest first.", graphql_type=Connection[Order])
    async def orders(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        context = info.context
        page = await context.load(queries.pages_of, root.id, first=checked(first), after=after)
        return connection(page, lambda: context.load(queries.counts_of, root.id))


@strawberry.type(description="What can be asked about orders.")
class OrdersQueries:
    """Mixed into Query."""

    @field(
        Role.MEMBER,
        Role.TILL,
        description="The whole price and what the order would earn; nothing is written. Members"
        " ask for themselves, shops for the member that they name (for a newcomer without one).",
        graphql_type=OrderQuote,
        kept=False,
    )
    async def order_quote(root: strawberry.Parent[None], info: Info, order: OrderInput) -> Quote:
        try:
            return await operations.quote(info.context.actor, order.command())
        except DomainError as error:
            raise error.under("order") from None


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
        payload = await _payload(info.context, reported)
        if would_be(input, reported.replayed) and "revision" not in reported.result:
            payload.order = payload.claim = None
        return payload

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
            _result(command, answer, rows, index, input)
            for index, (command, answer) in enumerate(zip(commands, answers, strict=True))
        ]
        return OrderReportBatchPayload(results=results, replayed=replayed)


def _result(
    order: OrderCommand,
    answer: Reported | DomainError,
    rows: dict[UUID, OrderRow],
    index: int,
    input: OrderReportBatchInput,
) -> OrderReportResult:
    if isinstance(answer, Reported):
        kept = not would_be(input, answer.replayed)
        row, errors = rows.get(UUID(answer.result["order"])) if kept else None, []
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
    if order is not None and (code := result.get("claim")):
        version = await versions.version(order.programme_version)
        until = claims.claimable_until(version, order.recorded_at)
        url = f"{context.public_url}/claim/{code}"
        claim = ClaimRow(code, url, result["claim_points"], until)
    return OrderReportPayload(
        order=order,
        earnings=await earnings_of(context, order_id),
        spent=spent(order.paid) if order is not None else [],
        missed_discounts=await missed_of(context, order.rules) if order is not None else [],
        claim=claim,
        member=member,
        replayed=reported.replayed,
    )


@fetched_by("Order")
async def _orders(context: Context, keys: Sequence[str]) -> Sequence[OrderRow | None]:
    return await rows_by_id(context, queries.orders, keys)
