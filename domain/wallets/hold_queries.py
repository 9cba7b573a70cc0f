"""What can be read of holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor
from domain.paging import Page
from domain.rows import Row
from domain.together import shared
from domain.wallets.kinds import HoldState
from domain.wallets.queries import WalletKey


class HoldRow(Row, frozen=True):
    """A hold. OPEN no longer than until `expires_at`, whether its end is written or not.

    `order_id`: the order that it pays, if one does.
    """

    id: UUID
    member_id: UUID
    unit_code: str
    points: int
    captured_points: int
    state: HoldState
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    order_id: UUID | None


_COLUMNS = """h.id, h.member_id, h.unit as unit_code, h.points, h.captured as captured_points,
  case when h.state = 'OPEN' and h.expires_at <= pistis_now() then 'EXPIRED' else h.state end
    as state, h.opened_at, h.expires_at,
  case when h.state = 'OPEN' and h.expires_at <= pistis_now() then h.expires_at else h.ended_at end
    as ended_at, h.order_id"""


async def holds(actor: Actor, ids: Sequence[UUID]) -> list[HoldRow | None]:
    """The holds with these ids, in their order; None where the actor may not see one."""
    return [row if row and actor.sees(row.member_id) else None for row in await _by_id(ids)]


@shared
async def _by_id(ids: Sequence[UUID]) -> list[HoldRow | None]:
    found = await database.rows(f"select {_COLUMNS} from holds h where h.id = any($1)", list(ids))
    rows = {row["id"]: _row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def pages_of(
    actor: Actor, keys: Sequence[WalletKey], first: int, after: str | None = None
) -> list[Page[HoldRow]]:
    """A page of each wallet's open holds, the soonest over first."""
    cursors = secrets.cursors()
    at, last = cursors.decode("holds", after) if after else (None, None)
    seen = [key for key in keys if actor.sees(key[0])]
    found = await database.rows(
        f"""select p.* from unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
            cross join lateral (
              select {_COLUMNS} from holds h
              where h.member_id = wanted.member_id and h.unit = wanted.unit and h.state = 'OPEN'
                and h.expires_at > pistis_now()
                and ($3::text is null or (h.expires_at, h.id) > ($3::text::timestamptz, $4::uuid))
              order by h.expires_at, h.id limit $5) p""",
        *([key[0] for key in seen], [key[1] for key in seen], at, last, first + 1),
    )
    pages: dict[WalletKey, list[HoldRow]] = {key: [] for key in keys}
    for row in map(_row, found):
        pages[row.member_id, row.unit_code].append(row)
    return [
        cursors.page(pages[key], first, "holds", lambda h: (h.expires_at.isoformat(), str(h.id)))
        for key in keys
    ]


async def counts_of(actor: Actor, keys: Sequence[WalletKey]) -> list[int]:
    """How many open holds each wallet has."""
    seen = [key for key in keys if actor.sees(key[0])]
    found = await database.rows(
        """select h.member_id, h.unit, count(*) as counted from holds h
           join unnest($1::uuid[], $2::text[]) as wanted (member_id, unit) using (member_id, unit)
           where h.state = 'OPEN' and h.expires_at > pistis_now() group by 1, 2""",
        *([key[0] for key in seen], [key[1] for key in seen]),
    )
    counts = {(row["member_id"], row["unit"]): row["counted"] for row in found}
    return [counts.get(key, 0) for key in keys]


def _row(row: Any) -> HoldRow:
    values = dict(row)
    return HoldRow(**{**values, "state": HoldState(values["state"])})
