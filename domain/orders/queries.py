"""What can be read of orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.money import Money
from domain.orders.kinds import OrderState
from domain.orders.payments import PaidPoints, RulesOff, offs_of, payment_of
from domain.orders.price import PricedDiscount, by_rules
from domain.paging import Page, instant
from domain.together import shared


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order. `member_id` is None while nobody has claimed it.

    `paid`: the points that pay it, held while it is only placed; None of one called off. `rules`:
    what discount rules took off; `discounts`: what of that is taken off what is left of it.
    """

    id: UUID
    source: str
    reference: str
    member_id: UUID | None
    state: OrderState
    occurred_at: datetime
    total: Money
    programme_version: int
    claim_code: str | None
    revision: int
    recorded_at: datetime
    paid: PaidPoints | None
    rules: RulesOff | None = None
    discounts: list[PricedDiscount] = field(default_factory=list)


_COLUMNS = """id, source, reference, member_id, state, occurred_at, currency, total,
  programme_version, claim_code, revision, recorded_at, document -> 'payment' as payment,
  document -> 'discounts_left' as discounts_left"""


async def orders(actor: Actor, ids: Sequence[UUID]) -> list[OrderRow | None]:
    """The orders with these ids, in their order; None where the actor may not see one."""
    return [row if row and _seen(actor, row.member_id) else None for row in await _orders(ids)]


@shared
async def _orders(ids: Sequence[UUID]) -> list[OrderRow | None]:
    found = await database.rows(f"select {_COLUMNS} from orders where id = any($1)", list(ids))
    rows = {row["id"]: _order(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def pages_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[OrderRow]]:
    """A page of each member's orders, newest first."""
    cursors = secrets.cursors()
    at, last = cursors.decode("orders", after) if after else (None, None)
    found = await database.rows(
        f"""select o.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
              select {_COLUMNS} from orders x where x.member_id = wanted.id
                and ($2::timestamptz is null or (x.occurred_at, x.id) < ($2, $3::uuid))
              order by x.occurred_at desc, x.id desc limit $4) o""",
        *([m for m in member_ids if actor.sees(m)], instant(at) if at else None, last, first + 1),
    )
    rows = [_order(row) for row in found]
    return [
        cursors.page(
            [row for row in rows if row.member_id == member_id],
            first,
            "orders",
            lambda o: (o.occurred_at.isoformat(), str(o.id)),
        )
        for member_id in member_ids
    ]


async def counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many orders each member has."""
    found = await database.rows(
        "select member_id, count(*) as counted from orders where member_id = any($1) group by 1",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["member_id"]: row["counted"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


async def kept_of(names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (source, reference) those that name an order already."""
    if not names:
        return set()
    found = await database.rows(
        """select source, reference from orders join unnest($1::text[], $2::text[])
             as wanted (source, reference) using (source, reference)""",
        *([source for source, _ in names], [reference for _, reference in names]),
    )
    return {(row["source"], row["reference"]) for row in found}


async def receipt(code: str | None, source: str | None, reference: str | None) -> Any:
    """The row of the order that a receipt names, locked; None if there is none."""
    columns = """id, source, reference, member_id, state, occurred_at, recorded_at, currency, total,
      programme_version, document"""
    if code is not None:
        return await database.row(
            f"select {columns} from orders where claim_code = $1 for update", code.upper()
        )
    return await database.row(
        f"select {columns} from orders where (source, reference) = ($1, $2) for update",
        *(source, reference),
    )


def _seen(actor: Actor, member_id: UUID | None) -> bool:
    if member_id is None:
        return actor.has(Role.SHOP, Role.CARE)
    return actor.sees(member_id)


def _order(row: Any) -> OrderRow:
    values = dict(row)
    total = Money(values.pop("total"), values.pop("currency"))
    state = OrderState(values.pop("state"))
    payment, left = payment_of({"payment": values.pop("payment")}), values.pop("discounts_left")
    paid = payment.points if state is not OrderState.CANCELLED else None
    offs = payment.by_rules if left is None else offs_of(left)
    discounts = by_rules(offs, payment, total.currency) if offs else []
    return OrderRow(
        **values, state=state, total=total, paid=paid, rules=payment.rules_off, discounts=discounts
    )
