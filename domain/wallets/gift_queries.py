"""What can be read of gifts: by who sent them, and by who received them.

To who sent it a gift is SENT until it could have come back, wherever it is: see transferring.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.paging import Page
from domain.rows import Row
from domain.wallets.kinds import GiftDirection, GiftState


class GiftRow(Row, frozen=True):
    """A gift as `member_id` sees it. `message` and `sender_first_name` are personal.

    `transaction_id`: by which it left, or arrived at, this member.
    """

    id: UUID
    member_id: UUID
    direction: GiftDirection
    unit_code: str
    points: int
    message: str | None
    state: GiftState
    sent_at: datetime
    returns_at: datetime
    transaction_id: UUID
    sender_first_name: str | None


_SENT = """
select g.id, g.sender_id as member_id, 'SENT' as direction, g.unit as unit_code, g.points,
  g.message, case when g.state = 'RETURNED' then 'RETURNED'
    when g.state = 'WAITING' or g.returns_at > pistis_now() then 'SENT' else 'ARRIVED' end as state,
  g.sent_at, g.returns_at, g.id as transaction_id, null::text as sender_first_name,
  g.sent_at as at
from gifts g"""
_RECEIVED = """
select g.id, g.receiver_id as member_id, 'RECEIVED' as direction, g.unit as unit_code, g.points,
  g.message, 'ARRIVED' as state, g.sent_at, g.returns_at, g.ended_by as transaction_id,
  p.first_name as sender_first_name, g.ended_at as at
from gifts g left join profiles p on p.member_id = g.sender_id"""
_OF = {
    GiftDirection.SENT: (_SENT, "g.sender_id", "g.sent_at", "true"),
    GiftDirection.RECEIVED: (_RECEIVED, "g.receiver_id", "g.ended_at", "g.state = 'ARRIVED'"),
}


def sees(actor: Actor, member_id: UUID) -> bool:
    """May read what this member sends and receives: the member itself, and the team."""
    return actor.member_id == member_id or actor.has(Role.CARE, Role.LOYALTY)


async def gifts(actor: Actor, ids: Sequence[UUID]) -> list[GiftRow | None]:
    """The gifts with these ids, in their order, as the caller sees them; None for others'.

    To who received it a gift is there once it has arrived. The team sees what the sender sees.
    """
    found = await database.rows(
        f"""select * from ({_RECEIVED} where g.state = 'ARRIVED') r
            where r.id = any($1) and r.member_id = $2
            union all select * from ({_SENT}) s where s.id = any($1)""",
        *(list(ids), actor.member_id),
    )
    rows: dict[UUID, GiftRow] = {}
    for row in map(_row, found):
        if sees(actor, row.member_id):
            rows.setdefault(row.id, row)
    return [rows.get(wanted) for wanted in ids]


async def gifts_of(
    actor: Actor,
    member_ids: Sequence[UUID],
    direction: GiftDirection,
    first: int,
    after: str | None = None,
) -> list[Page[GiftRow]]:
    """A page of what each member sent, or received; the last first."""
    cursors, sort = secrets.cursors(), f"gifts {direction}"
    at, below = cursors.decode(sort, after) if after else (None, None)
    columns, owner, when, condition = _OF[direction]
    found = await database.rows(
        f"""select p.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              {columns} where {owner} = wanted.member_id and {condition}
                and ($2::text is null or ({when}, g.id) < ($2::text::timestamptz, $3::text::uuid))
              order by {when} desc, g.id desc limit $4) p""",
        [member_id for member_id in member_ids if sees(actor, member_id)],
        *(at, below, first + 1),
    )
    pages: dict[UUID, list[GiftRow]] = {member_id: [] for member_id in member_ids}
    places: dict[UUID, datetime] = {}
    for record in found:
        row = _row(record)
        places[row.id] = record["at"]
        pages[row.member_id].append(row)
    return [
        cursors.page(pages[member_id], first, sort, lambda g: (places[g.id].isoformat(), str(g.id)))
        for member_id in member_ids
    ]


async def counts_of(
    actor: Actor, member_ids: Sequence[UUID], direction: GiftDirection
) -> list[int]:
    """How many gifts each member sent, or received."""
    _, owner, _, condition = _OF[direction]
    found = await database.rows(
        f"""select {owner} as member_id, count(*) as counted from gifts g
            where {owner} = any($1) and {condition} group by 1""",
        [member_id for member_id in member_ids if sees(actor, member_id)],
    )
    counts = {row["member_id"]: row["counted"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


def _row(record: Any) -> GiftRow:
    values = dict(record)
    del values["at"]
    values["direction"] = GiftDirection(values["direction"])
    values["state"] = GiftState(values["state"])
    return GiftRow(**values)
