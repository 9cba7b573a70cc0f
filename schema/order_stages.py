"""The stages of an order: placed, completed, delivered, or cancelled."""

from datetime import datetime

import strawberry

from domain.actor import Role
from domain.orders import advancing, queries
from domain.orders.advancing import AdvanceOrder
from domain.orders.kinds import OrderStage
from domain.orders.queries import OrderRow
from schema.amounts import PointsAmount, PointsRow
from schema.context import Info
from schema.dry_runs import dry_run
from schema.errors import KeyedPayload
from schema.order_quotes import Earning, EarningRow, earnings_of, spent
from schema.references import LazyOrder
from schema.reward_inputs import KEY
from schema.roles import mutation


@strawberry.input(description="Which order, how far it has come, and the key of this one act.")
class OrderAdvanceInput:
    """Checked in the domain."""

    source: str = strawberry.field(description="As it was reported.")
    reference: str = strawberry.field(description="As it was reported.")
    stage: OrderStage = strawberry.field(description="The stage that it has come to.")
    occurred_at: datetime = strawberry.field(description="When.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The order, and what it earns and takes.")
class OrderAdvancePayload(KeyedPayload):
    """Answers orderAdvance."""

    order: OrderRow | None = strawberry.field(
        default=None, graphql_type=LazyOrder | None, description="As it is; null when refused."
    )
    earnings: list[EarningRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[Earning],
        description="What it has earned so far, by unit; at most 10.",
    )
    spent: list[PointsRow] = strawberry.field(
        default_factory=list,
        graphql_type=list[PointsAmount],
        description="Points that pay it, by unit: held while it is placed; empty: none.",
    )


@strawberry.type(description="What can be done with an order that was reported.")
class OrderStagesMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.SHOP,
        payload=OrderAdvancePayload,
        description="Bring an order on: completed it earns, delivered it releases what waited,"
        " cancelled it gives back what it took and loses what it earned.",
    )
    async def order_advance(self, info: Info, input: OrderAdvanceInput) -> OrderAdvancePayload:
        command = AdvanceOrder(
            input.source, input.reference, input.stage, input.occurred_at, input.idempotency_key
        )
        advanced = await advancing.advance(info.context.actor, command)
        (order,) = await queries.orders(info.context.actor, [advanced.order_id])
        return OrderAdvancePayload(
            order=order,
            earnings=await earnings_of(info.context, advanced.order_id),
            spent=spent(order.paid) if order is not None else [],
            replayed=advanced.replayed,
        )
