"""What members of a pool earn goes to it in part: once an earning, after it is there."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from domain import database
from domain.errors import LimitReached
from domain.events import ActivityReported, Event, OrderReported, OrderRevised, PointsReleased
from domain.pools import sharing
from domain.pools.locking import locked_with
from domain.pools.rules import part_of
from domain.programme import queries as programmes

Earning = OrderReported | OrderRevised | ActivityReported | PointsReleased

# What came of it into the balance, and what of that was not taken back since. A debt that it paid
# is not in it.
_EARNED = """
select x.id, x.unit, x.order_id, x.recorded_at, l.remaining, x.points as earned,
  x.points - coalesce((select sum(t.points) from transfers t
    join transactions c on c.id = t.transaction_id
    where t.lot_id = x.id and t.debit = 'available' and c.kind in ('CLAWBACK', 'REVERSE')), 0)
    ::bigint as kept
from transactions x join lots l on l.id = x.id
where x.member_id = $1 and x.kind in ('EARN', 'RELEASE') and x.points > 0
  and l.remaining > 0 and ("""
_OF: dict[type[Event], str] = {
    OrderReported: "x.order_id = $2 and x.natural_key = 'order:' || x.order_id)",
    OrderRevised: "x.order_id = $2 and x.natural_key like 'revision:%')",
    ActivityReported: """x.id in (select t.id::uuid from activities a,
      jsonb_array_elements_text(a.transactions) as t (id) where a.id = $2))""",
    PointsReleased: "x.id = $2)",
}


async def contribute(events: Sequence[Event]) -> bool:
    """Give pools their part of what these events brought to their people.

    The same events again change nothing. What was spent before it came to this stays spent.
    """
    happened = [event for event in events if isinstance(event, Earning)]
    if not happened:
        return True
    found = await database.rows(
        """select id, pool_id, member_id from pool_places
           where member_id = any($1) and state = 'JOINED' order by joined_at, id""",
        list({event.member_id for event in happened}),
    )
    for event in happened:
        for place in found:
            if place["member_id"] == event.member_id:
                with suppress(LimitReached):  # a pool that is full holds up no others
                    await _give(event, place)
    return True


async def _give(event: Earning, seen: Any) -> None:
    async with database.transaction():
        await locked_with(seen["pool_id"], seen["member_id"])
        place = await database.row(
            """select * from pool_places
               where id = $1 and member_id = $2 and state = 'JOINED'""",
            *(seen["id"], seen["member_id"]),
        )
        if place is None:
            return
        await sharing.settle(place["member_id"])
        for earning in await _earnings(event):
            if earning["recorded_at"] >= place["joined_at"]:
                await _given(earning, place)


async def _earnings(event: Earning) -> list[Any]:
    return await database.rows(f"{_EARNED}{_OF[type(event)]} order by x.id", *_key(event))


def _key(event: Earning) -> tuple[UUID, UUID]:
    match event:
        case OrderReported() | OrderRevised():
            return event.member_id, event.order_id
        case ActivityReported():
            return event.member_id, event.activity_id
        case PointsReleased():
            return event.member_id, event.transaction_id


async def _given(earning: Any, place: Any) -> None:
    points = min(part_of(earning["kept"], place["contribution"]), earning["remaining"])
    known = await database.value(
        "select true from pool_contributions where earning_id = $1 and pool_id = $2",
        *(earning["id"], place["pool_id"]),
    )
    is_frozen = await database.value(
        "select true from wallets where member_id = any($1) and unit = $2 and frozen",
        *([place["member_id"], place["pool_id"]], earning["unit"]),
    )
    if points <= 0 or known or is_frozen:
        return
    out, arrived = await sharing.move(
        giver=place["member_id"],
        taker=place["pool_id"],
        unit=earning["unit"],
        points=points,
        lots=[earning["id"]],
        titles=("pool_given", "pool_received"),
        place_id=place["id"],
        natural_key=f"pool:{earning['id']}:{place['kind']}",
        why=sharing.Why(
            earning["kept"], place["contribution"], (await programmes.in_force()).number
        ),
    )
    await database.rows(
        """insert into pool_contributions (id, place_id, pool_id, member_id, earning_id, order_id,
             unit, contribution, earned, points, arrived_id, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, pistis_now())""",
        *(out, place["id"], place["pool_id"], place["member_id"], earning["id"]),
        *(earning["order_id"], earning["unit"], place["contribution"], earning["earned"]),
        *(points, arrived),
    )
