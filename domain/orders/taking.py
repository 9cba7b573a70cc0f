"""Points and vouchers of an order: set aside when it is placed, taken when it is completed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.orders.commands import OrderCommand
from domain.orders.payments import PaidPoints, Payment
from domain.programme.accruals import Part, PartKind
from domain.programme.queries import Version
from domain.programme.terms.payments import HOLD_DAYS
from domain.rewards import at_orders
from domain.rewards.kinds import VoucherState
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting, VoucherMark
from domain.wallets.unbought import spending


def takes(
    order: OrderCommand, payment: Payment, version: Version, order_id: UUID, now: datetime | None
) -> tuple[Move, ...]:
    """The movement that takes what points pay, at once."""
    paid = payment.points
    if paid is None:
        return ()
    assert now is not None, "it is a member who pays"
    title = {"key": "order_paid", "reference": order.reference}
    return (
        Move(
            unit=paid.unit,
            kind=TransactionKind.REDEEM,
            points=-paid.points,
            house="redemption",
            title=spending(title, version, paid.unit, now),
            order_id=order_id,
            natural_key=f"order:{order_id}:paid",
            programme_version=version.number,
            explanation=[_part(paid, -paid.points)],
        ),
    )


def holds(
    order: OrderCommand, payment: Payment, version: Version, order_id: UUID, now: datetime | None
) -> tuple[Move, ...]:
    """The movement that sets the same aside, for as long as the programme says."""
    paid = payment.points
    if paid is None:
        return ()
    return (
        Move(
            unit=paid.unit,
            kind=TransactionKind.HOLD,
            points=-paid.points,
            house="held",
            title={"key": "order_held", "reference": order.reference},
            order_id=order_id,
            natural_key=f"order:{order_id}:held",
            programme_version=version.number,
            explanation=[_part(paid, -paid.points)],
            hold_until=until(payment, version, now),
        ),
    )


def until(payment: Payment, version: Version, now: datetime | None) -> datetime:
    """When what is set aside for an order that is placed now comes free, though nobody says so.

    Vouchers with its points; alone, as long as any points would be held.
    """
    assert now is not None, "it is a member who pays"
    paid = payment.points.unit if payment.points is not None else None
    days = [
        unit.pay_with_points.hold_days
        for unit in version.programme.units
        if unit.pay_with_points is not None and paid in (None, unit.code)
    ]
    return now + timedelta(days=max(days, default=HOLD_DAYS))


def marks(
    order: OrderCommand, payment: Payment, order_id: UUID, state: VoucherState
) -> tuple[VoucherMark, ...]:
    """What becomes of the vouchers that the order takes."""
    return tuple(
        [
            VoucherMark(each.id, VoucherState.ISSUED, state, order_id, order.reference)
            for each in payment.vouchers
        ]
    )


async def at_completion(made: Posting, order_id: UUID) -> Posting:
    """The posting of an order that was placed: it takes what was set aside for it.

    When its time is over, points are taken from the balance, and vouchers that are good still.
    Raises VoucherUnusable. The caller has locked the member.
    """
    hold_id = await database.value(
        """select id from holds
           where order_id = $1 and state = 'OPEN' and expires_at > pistis_now()""",
        order_id,
    )
    found = await at_orders.kept_for(order_id, [mark.id for mark in made.marks])
    return replace(
        made,
        moves=tuple([_capture(move, hold_id) for move in made.moves]),
        marks=tuple([replace(mark, was=found[mark.id]) for mark in made.marks]),
    )


async def at_cancelling(order: Any) -> tuple[Sequence[Move], Sequence[VoucherMark]]:
    """What frees all that was set aside for an order, whose row this is, while it was placed."""
    if "payment" not in order["document"]:
        return (), ()
    given, freed = await at_orders.given_back(order["id"])
    hold = await database.row(
        """select id, unit from holds
           where order_id = $1 and state = 'OPEN' and expires_at > pistis_now()""",
        order["id"],
    )
    if hold is None:
        return given, freed
    release = Move(
        unit=hold["unit"],
        kind=TransactionKind.HOLD_RELEASE,
        points=0,
        house="held",
        title={"key": "order_cancelled", "reference": order["reference"]},
        hold_id=hold["id"],
    )
    return [*given, release], freed


def _capture(move: Move, hold_id: UUID | None) -> Move:
    if move.kind is not TransactionKind.REDEEM or hold_id is None:
        return move
    # What was held leaves no balance once more.
    told = [part | {"points": 0} for part in move.explanation]
    kind = TransactionKind.HOLD_CAPTURE
    return replace(move, kind=kind, points=0, hold_id=hold_id, explanation=told)


def _part(paid: PaidPoints, points: int) -> dict[str, Any]:
    inputs = {"paid": paid.points, "worth": paid.worth}
    return Part("paid", PartKind.PAID, paid.unit, points, inputs).as_json()
