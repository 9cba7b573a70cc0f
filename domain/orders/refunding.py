"""Refunds: whole or by line, in steps, late, or before their sale, which they then wait for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, OrderConflict, restored, stored
from domain.ids import uuid7
from domain.members.locking import lock
from domain.orders import discounts_left, taking_back
from domain.orders.kinds import OrderState, RefundState
from domain.orders.reducing import Returned
from domain.orders.refund_commands import RefundLine, RefundOrder

APPLIED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund as it stands. Without an order it waits for its sale."""

    order_id: UUID | None
    member_id: UUID | None
    taken: dict[str, int]
    given: dict[str, int]
    replayed: bool = False


class _Moved(Exception):
    # The order became somebody else's before it was locked.
    pass


async def refund(actor: Actor, command: RefundOrder) -> Refunded:
    """Take back what the order would not have earned without what came back, once.

    The same refund reference again, under whatever key, answers as it did. Raises InvalidInput (of
    more than was bought, with the line), OrderConflict (all is refunded, or another refund bears
    the reference), KeyReused.
    """
    actor.require(Role.SHOP)
    command.check(await database.now())
    claim = idempotency.claim(actor, "orderRefund", command.idempotency_key, command)

    async def effect() -> idempotency.Result:
        refund_id, is_new = await _kept(command)
        if is_new:
            await _apply(await _row(refund_id))
        return {"refund": str(refund_id), "known": not is_new}

    result, replayed = await idempotency.once(claim, effect)
    return await _answer(UUID(result["refund"]), replayed=replayed or result["known"])


async def whole(order: Any, occurred_at: datetime) -> None:
    """Refund all that is left of a completed order that was called off, in the transaction.

    Nothing when all of it came back before. The caller has locked the order, a row.
    """
    if order["state"] == OrderState.REFUNDED:
        return
    reference = f"cancelled {order['id']}"
    command = RefundOrder(order["source"], order["reference"], reference, occurred_at, reference)
    refund_id, _ = await _kept(command)
    await _apply(await _row(refund_id))


async def apply_waiting() -> int:
    """Apply refunds whose sale has come, or was paid, meanwhile: how many.

    What does not fit the sale is refused; what is of a frozen wallet waits until it is mended.
    """
    found = await database.rows(
        """select r.id from refunds r join orders o
             on (o.source, o.reference) = (r.source, r.reference)
           where r.state = 'WAITING' and r.order_id is null
             and o.state <> 'PLACED' and not exists (
               select from wallets w where w.member_id = o.member_id and w.frozen)
           order by r.id limit $1""",
        APPLIED_AT_ONCE,
    )
    applied = 0
    for each in found:
        async with database.transaction():
            row = await database.row(
                """select * from refunds where id = $1 and state = 'WAITING' and order_id is null
                   for update skip locked""",
                each["id"],
            )
            if row is None:
                continue
            applied += 1
            try:
                async with database.savepoint():
                    await _apply(row)
            except DomainError as error:
                await database.rows(
                    "update refunds set state = 'REFUSED', refused = $2 where id = $1",
                    *(row["id"], stored(error)),
                )
    return applied


async def settle(order: Any) -> None:
    """Apply what had come back of an order before somebody claimed it; the caller has locked it."""
    waiting = await database.rows(
        """select * from refunds where order_id = $1 and state = 'WAITING'
           order by recorded_at, id for update""",
        order["id"],
    )
    back: Counter[int] = Counter()
    for row in waiting:
        back.update(_pieces(row["returned"]))
        await _take(order, row["id"], back, row["occurred_at"])


async def _kept(command: RefundOrder) -> tuple[UUID, bool]:
    # The refund of this reference, and whether it is new. A twin is waited for.
    lines = None if command.lines is None else [asdict(line) for line in command.lines]
    made = await database.value(
        """insert into refunds (id, source, reference, refund_reference, state, occurred_at,
             recorded_at, content_hash, lines, qualifying)
           values ($1, $2, $3, $4, 'WAITING', $5, pistis_now(), $6, $7, 0)
           on conflict (source, reference, refund_reference) do nothing returning id""",
        *(uuid7(), command.source, command.reference, command.refund_reference),
        *(command.occurred_at, command.content_hash(), lines),
    )
    if made is not None:
        return made, True
    known = await database.row(
        """select id, content_hash from refunds
           where (source, reference, refund_reference) = ($1, $2, $3)""",
        *(command.source, command.reference, command.refund_reference),
    )
    assert known is not None
    if known["content_hash"] != command.content_hash():
        raise OrderConflict(
            "This reference names another refund of the order already; make a new one.",
            ("refundReference",),
        )
    return known["id"], False


async def _apply(refund: Any) -> None:
    order = await locked(refund["source"], refund["reference"])
    if order is None or order["state"] == OrderState.PLACED:
        return  # it waits for its sale, and until that is paid
    if order["state"] == OrderState.CANCELLED:
        raise OrderConflict(
            "This order was cancelled before it was paid; there is nothing to refund.",
            ("reference",),
        )
    before = await _returned(order["id"])
    back = _fitting(order["document"]["lines"], refund["lines"], before)
    await database.rows(
        "update refunds set order_id = $2, returned = $3 where id = $1",
        *(refund["id"], order["id"], sorted(back.items())),
    )
    after = Counter(before) + Counter(back)
    await database.rows(
        "update orders set state = $2 where id = $1",
        *(order["id"], OrderState.REFUNDED if _is_all(order, after) else _PARTLY),
    )
    left = await discounts_left.give_back(order, after)
    if order["member_id"] is not None:
        await _take(left, refund["id"], after, refund["occurred_at"])
    await discounts_left.settle(order, left)


async def _take(order: Any, refund_id: UUID, back: Returned, occurred_at: datetime) -> None:
    wholly = _is_all(order, back)
    taken = await taking_back.take_back(order, refund_id, back, occurred_at, wholly=wholly)
    await database.rows(
        """update refunds set state = $2, changes = $3, taken = $4, given = $5, expired = $6,
             qualifying = $7 where id = $1""",
        *(refund_id, RefundState.APPLIED),
        [[*key, points] for key, points in taken.changes.items()],
        *(taken.taken, taken.given, taken.expired, taken.qualifying),
    )


_PARTLY = OrderState.PARTLY_REFUNDED


async def locked(source: str, reference: str) -> Any:
    """The order's row, its member locked before it as everywhere; None if it is not known."""
    while True:
        found = await database.row(
            "select id, member_id from orders where (source, reference) = ($1, $2)",
            *(source, reference),
        )
        if found is None:
            return None
        try:
            async with database.savepoint():
                await lock([found["member_id"]])
                order = await database.row(
                    "select * from orders where id = $1 for no key update", found["id"]
                )
                if order is None or order["member_id"] != found["member_id"]:
                    raise _Moved
                return order
        except _Moved:
            continue


async def _returned(order_id: UUID) -> Counter[int]:
    back: Counter[int] = Counter()
    for row in await database.rows(
        "select returned from refunds where order_id = $1 and returned is not null", order_id
    ):
        back.update(_pieces(row["returned"]))
    return back


def _fitting(lines: Sequence[Any], asked: Sequence[Any] | None, before: Returned) -> dict[int, int]:
    # The pieces that come back, by line. Raises for what was not bought, or came back before.
    left = {
        number: line["quantity"] - before.get(number, 0)
        for number, line in enumerate(lines, start=1)
    }
    if asked is None:
        back = {number: pieces for number, pieces in left.items() if pieces}
        if not back:
            raise OrderConflict(
                "All of this order is refunded already; nothing is left to give back.",
                ("reference",),
            )
        return back
    wanted = [RefundLine(**each) for each in asked]
    for index, line in enumerate(wanted):
        if line.line_number not in left:
            raise InvalidInput(
                f"The order has lines 1 to {len(lines)}.", ("lines", str(index), "lineNumber")
            )
        if line.quantity > left[line.line_number]:
            raise InvalidInput(
                f"Of this line {left[line.line_number]} are left to refund; take so many at most.",
                ("lines", str(index), "quantity"),
            )
    return {line.line_number: line.quantity for line in wanted}


def _is_all(order: Any, back: Returned) -> bool:
    lines = order["document"]["lines"]
    return all(
        back.get(number, 0) == line["quantity"] for number, line in enumerate(lines, start=1)
    )


def _pieces(returned: Any) -> dict[int, int]:
    return dict(returned)


async def _row(refund_id: UUID) -> Any:
    return await database.row("select * from refunds where id = $1", refund_id)


async def _answer(refund_id: UUID, *, replayed: bool) -> Refunded:
    row = await database.row(
        """select r.order_id, r.taken, r.given, r.refused, o.member_id
           from refunds r left join orders o on o.id = r.order_id where r.id = $1""",
        refund_id,
    )
    assert row is not None
    if row["refused"] is not None:
        raise restored(row["refused"])
    return Refunded(
        row["order_id"], row["member_id"], row["taken"] or {}, row["given"] or {}, replayed
    )
