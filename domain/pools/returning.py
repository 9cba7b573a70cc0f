"""An order comes back: its pool gives up what it would not have got, before the member pays."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain import database
from domain.members.locking import lock
from domain.pools import sharing
from domain.pools.locking import locked_with
from domain.pools.rules import Given, to_return

_GIVEN = """
select c.*, p.closed_at from pool_contributions c join pools p on p.id = c.pool_id
where c.order_id = $1 and c.member_id = $2 and c.unit = any($3) order by c.at, c.id"""
# What was taken back of the order's points by now, without what still waited; of who has become one
# with the member too.
_CLAWED = """
select coalesce(sum(debt - points), 0)::bigint from transactions
where order_id = $1 and unit = $2 and kind = 'CLAWBACK'"""
_WAITING = """
select coalesce(sum(remaining), 0)::bigint from pending_points
where member_id = $1 and order_id = $2 and unit = $3"""
_LOTS = """
select id, remaining from lots where brought_by = $1 and remaining > 0
  and (expires_at is null or expires_at > pistis_now()) order by id"""


async def bring_back(member_id: UUID, order_id: UUID, wanted: Mapping[str, int]) -> None:
    """Bring to the member what pools have too much of when `wanted` points, by unit, will be taken
    back of an order. What a pool has spent of it is not there any more, and stays the member's.

    In the transaction in progress, which has locked the member.
    """
    units = [unit for unit, points in wanted.items() if points > 0]
    if not units:
        return
    by_unit: dict[tuple[str, UUID], list[Any]] = {}
    for row in await database.rows(_GIVEN, order_id, member_id, units):
        if row["closed_at"] is None:
            by_unit.setdefault((row["unit"], row["pool_id"]), []).append(row)
    # Pools in one order, for each is locked until the end.
    for (unit, pool_id), rows in sorted(by_unit.items(), key=lambda each: each[0][::-1]):
        clawed = await database.value(_CLAWED, order_id, unit)
        waiting = await database.value(_WAITING, member_id, order_id, unit)
        earned = sum(row["earned"] for row in rows)
        kept = max(0, earned - clawed - max(0, wanted[unit] - waiting))
        await _return(member_id, pool_id, rows, kept)


async def _return(member_id: UUID, pool_id: UUID, rows: list[Any], kept: int) -> None:
    await locked_with(pool_id, member_id)
    await lock([pool_id])
    await sharing.settle(pool_id)
    given = [
        Given(row["contribution"], row["earned"], row["points"], row["returned"]) for row in rows
    ]
    for row, points in zip(rows, to_return(given, kept), strict=True):
        lots = await database.rows(_LOTS, row["arrived_id"])
        found = min(points, sum(lot["remaining"] for lot in lots))
        if found <= 0:
            continue
        await sharing.move(
            giver=pool_id,
            taker=member_id,
            unit=row["unit"],
            points=found,
            lots=[lot["id"] for lot in lots],
            titles=("pool_returned", "pool_returned"),
            place_id=row["place_id"],
        )
        await database.rows(
            "update pool_contributions set returned = returned + $2 where id = $1",
            *(row["id"], found),
        )
