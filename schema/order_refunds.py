"""Refunds: what came back of an order, and what that took back of its points."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow, members_of
from domain.orders import queries, refunding
from domain.orders.queries import OrderRow
from domain.orders.refund_commands import RefundLine, RefundOrder
from domain.orders.refunding import Refunded
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.dry_runs import dry_run
from schema.errors import KeyedPayload
from schema.orders import Order
from schema.references import LazyMember
from schema.roles import mutation


@strawberry.input(description="Pieces of a line that came back.")
class RefundLineInput:
    """Checked in the domain."""

    line_number: int = strawberry.field(
        description="Which line of the order: numbered from 1, as they were sent."
    )
    quantity: int = strawberry.field(description="How many came back; 1 or more.")


@strawberry.input(description="A refund to report.")
class OrderRefundInput:
    """One refund."""

    source: str = strawberry.field(description="The shop system or till of the order.")
    reference: str = strawberry.field(description="The order's number there; it may come later.")
    refund_reference: str = strawberry.field(
        description="The refund's own number; 1 to 64 characters. It names the refund for ever."
    )
    occurred_at: datetime = strawberry.field(description="When it came back.")
    idempotency_key: strawberry.ID = strawberry.field(
        description="1 to 64 characters, made before sending; the same again for a retry."
    )
    lines: list[RefundLineInput] | None = strawberry.field(
        default=UNSET, description="What came back; absent: all that is left of the order."
    )
    dry_run: bool | None = dry_run()

    def command(self) -> RefundOrder:
        """The same, as the domain takes it."""
        lines = self.lines if self.lines is not UNSET else None
        return RefundOrder(
            self.source,
            self.reference,
            self.refund_reference,
            self.occurred_at,
            self.idempotency_key,
            None
            if lines is None
            else tuple(RefundLine(each.line_number, each.quantity) for each in lines),
        )


@strawberry.type(description="What became of an orderRefund.")
class OrderRefundPayload(KeyedPayload):
    """Composed from the refund as it stands."""

    order: OrderRow | None = strawberry.field(
        default=None,
        graphql_type=Order | None,
        description="The order; null when refused, or while the refund waits for its sale.",
    )
    taken_back: list[PointsRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[PointsAmount],
        description="Points that the order would not have earned, by unit; empty: none.",
    )
    given_back: list[PointsRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[PointsAmount],
        description="Points that came to the member by it, by unit; empty: none.",
    )
    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="Whose order it is; null: nobody's yet, or not known.",
    )


@strawberry.type(description="What can be done about what came back.")
class OrderRefundsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.SHOP,
        payload=OrderRefundPayload,
        description="Report what came back of an order: all of it, or lines by quantity, in steps."
        " It is then judged as if that had never been bought, by the rules of its own date."
        " (source, reference, refundReference) names the refund for ever. It may come before its"
        " sale: then it waits for it.",
    )
    async def order_refund(
        root: strawberry.Parent[None], info: Info, input: OrderRefundInput
    ) -> OrderRefundPayload:
        refunded = await refunding.refund(info.context.actor, input.command())
        info.context.forget()
        return await _payload(info.context, refunded)


async def _payload(context: Context, refunded: Refunded) -> OrderRefundPayload:
    order, member = None, None
    if refunded.order_id is not None:
        (order,) = await queries.orders(context.actor, [refunded.order_id])
    if refunded.member_id is not None:
        (member,) = await members_of(context.actor, [refunded.member_id])
    return OrderRefundPayload(
        order=order,
        taken_back=[PointsRow(points, unit) for unit, points in refunded.taken.items()],
        given_back=[PointsRow(points, unit) for unit, points in refunded.given.items()],
        member=member,
        replayed=refunded.replayed,
    )
