"""Points that an order was paid with go back into their lots with what came back of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain import database
from domain.orders.commands import Line
from domain.orders.reducing import Returned
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move


async def gifts(
    order: Any, refund_id: UUID, lines: Sequence[Line], paid: Sequence[int], back: Returned
) -> list[Move]:
    """What is to be given back now that `back` is all that has been returned.

    By what was to pay for the pieces (`paid`, by line), of all that was paid with points, less what
    went back before: steps come to the whole.
    """
    spent = await database.rows(
        """select x.id, x.unit, x.programme_version, sum(t.points)::bigint as points, (
             select coalesce(sum(g.points), 0)::bigint from transactions y
             join transfers g on g.transaction_id = y.id
             where y.gives_back = x.id and g.credit = 'available') as already
           from transactions x join transfers t on t.transaction_id = x.id
           where x.order_id = $1 and x.kind in ('REDEEM', 'HOLD_CAPTURE')
             and t.debit in ('available', 'held') and t.credit = 'redemption'
           group by x.id order by x.id""",
        order["id"],
    )
    moves = []
    for row in spent:
        points = share(row["points"], lines, paid, back) - row["already"]
        if points > 0:
            moves.append(
                Move(
                    unit=row["unit"],
                    kind=TransactionKind.GIVE_BACK,
                    points=points,
                    house="redemption",
                    title={"key": "order_refunded", "reference": order["reference"]},
                    natural_key=f"refund:{refund_id}:{row['id']}",
                    order_id=order["id"],
                    gives_back=row["id"],
                )
            )
    return moves


def share(points: int, lines: Sequence[Line], paid: Sequence[int], back: Returned) -> int:
    """Of these points the part that the returned pieces bear; all of them when all came back."""
    pieces = [(back.get(n, 0), line.quantity) for n, line in enumerate(lines, start=1)]
    if all(returned == quantity for returned, quantity in pieces):
        return points
    # Of each line so much as a refund takes off what it earned on.
    parts = [
        amount * returned // quantity
        for amount, (returned, quantity) in zip(paid, pieces, strict=True)
    ]
    whole = sum(paid)
    return points * sum(parts) // whole if whole else 0
