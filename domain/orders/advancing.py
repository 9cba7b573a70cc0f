"""How an order goes on: completed it earns, delivered it releases what waited; or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import InsufficientPoints, InvalidInput, NotFound, VoucherUnusable
from domain.events import OrderAdvanced
from domain.orders import discounts_left, judging, refunding, reporting, taking
from domain.orders.asking import Report
from domain.orders.commands import AHEAD_MAX
from domain.orders.kinds import UNPAID, OrderStage, OrderState
from domain.orders.payments import payment_of
from domain.programme import queries as programmes
from domain.wallets import giving_up
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting, VoucherMark
from domain.wallets.rules import expires_at

# The stages that an order can still come to, by its state.
_AHEAD: dict[OrderState, tuple[OrderStage, ...]] = {
    OrderState.PLACED: (OrderStage.COMPLETED, OrderStage.DELIVERED, OrderStage.CANCELLED),
    OrderState.COMPLETED: (OrderStage.DELIVERED,),
    OrderState.PARTLY_REFUNDED: (OrderStage.DELIVERED,),
}


@dataclass(frozen=True, slots=True)
class AdvanceOrder:
    """An order has come to a stage."""

    source: str
    reference: str
    stage: OrderStage
    occurred_at: datetime
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """The order that came on, now or when this key came first."""

    order_id: UUID
    replayed: bool


async def advance(actor: Actor, command: AdvanceOrder) -> Advanced:
    """Bring an order to a stage; one that it has reached already changes nothing.

    Completed, it is judged by the rules of its purchase. Cancelled after that, all that is left of
    it is refunded, as by orderRefund. Raises NotFound, InvalidInput (back, or on from where it
    ended), InsufficientPoints (a hold has ended, and the balance does not cover what it held),
    VoucherUnusable (its time is over too, and the voucher is gone).
    """
    actor.require(Role.SHOP)
    claim = idempotency.claim(actor, "orderAdvance", command.idempotency_key, command)
    if command.occurred_at > await database.now() + AHEAD_MAX:
        raise InvalidInput("This lies in the future; set the clock.", ("occurredAt",))

    async def effect() -> idempotency.Result:
        row = await _locked(command)
        state = OrderState(row["state"])
        if command.stage is OrderStage.CANCELLED and state not in UNPAID:
            await refunding.whole(row, command.occurred_at)
        elif state.value != command.stage.value:
            if command.stage not in _AHEAD.get(state, ()):
                raise InvalidInput(
                    f"An order that is {state} does not become {command.stage};"
                    " report another, under a reference of its own.",
                    ("stage",),
                )
            left = row
            if command.stage is OrderStage.CANCELLED:
                left = await discounts_left.give_back(row, {}, wholly=True)
            await _go_on(row, state, command)
            await discounts_left.settle(row, left)
        return {"order": str(row["id"])}

    result, replayed = await idempotency.once(claim, effect)
    return Advanced(UUID(result["order"]), replayed)


async def _locked(command: AdvanceOrder) -> Any:
    row = await refunding.locked(command.source, command.reference)
    if row is None:
        raise NotFound("There is no such order; report it first.", ("reference",))
    return row


async def _go_on(row: Any, state: OrderState, command: AdvanceOrder) -> None:
    is_refunded = state is OrderState.PARTLY_REFUNDED
    await database.rows(
        "update orders set state = $2 where id = $1",
        *(row["id"], state if is_refunded else command.stage),
    )
    if row["member_id"] is None:
        return
    if state is OrderState.PLACED and command.stage is not OrderStage.CANCELLED:
        await _complete(row)
    moves, marks = await _waiting(row, command.stage)
    event = OrderAdvanced(row["member_id"], row["id"])
    await wallets.post_one(
        Posting(row["member_id"], moves=tuple(moves), marks=tuple(marks), event=event)
    )
    if moves:
        await giving_up.give_up(row["member_id"])


async def _waiting(row: Any, stage: OrderStage) -> tuple[Sequence[Move], Sequence[VoucherMark]]:
    # What waited for this stage, and now comes free.
    match stage:
        case OrderStage.DELIVERED:
            return await _releases(row), ()
        case OrderStage.CANCELLED:
            return await taking.at_cancelling(row)
        case _:
            return (), ()


async def _complete(row: Any) -> None:
    version = await programmes.version(row["programme_version"])
    report = Report(
        judging.order_of(row),
        row["member_id"],
        version=version,
        tier=row["document"].get("promised_tier"),
        payment=payment_of(row["document"]),
    )
    try:
        await reporting.settle(row["id"], report)
    except (InsufficientPoints, VoucherUnusable) as error:
        # What was set aside is free again, and gone: the shop takes money, or calls it off.
        raise error.under("stage") from None


async def _releases(row: Any) -> tuple[Move, ...]:
    """What waited for the delivery; its life begins now."""
    waiting = await database.rows(
        """select id, unit from pending_points
           where order_id = $1 and stage = 'DELIVERED' and remaining > 0 order by id""",
        row["id"],
    )
    now, version = await database.now(), await programmes.version(row["programme_version"])
    moves = []
    for pended in waiting:
        terms = version.programme.unit(pended["unit"])
        assert terms is not None, "it was earned by this version"
        moves.append(
            Move(
                unit=pended["unit"],
                kind=TransactionKind.RELEASE,
                points=0,
                house="issuance",
                title={"key": "released"},
                pending_id=pended["id"],
                expires_at=expires_at(terms.expiry, now, version.rules.zone),
            )
        )
    return tuple(moves)
