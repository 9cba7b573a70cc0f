"""What can be read of tiers: what counts for a member's, and how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor
from domain.paging import Page, instant
from domain.tiers.kinds import TierCause
from domain.together import shared

Since = tuple[UUID, date]
"""(member, first local day)"""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A member came to a tier, or was to keep it by hand; `reason`: what was said of it."""

    id: UUID
    tier: str
    at: datetime
    cause: TierCause
    reason: str | None


async def qualifying_of(actor: Actor, keys: Sequence[Since], until: date) -> list[int]:
    """Each member's qualifying points from its first local day to `until`, both counted."""
    seen = [key for key in keys if actor.sees(key[0])]
    points = dict(zip(seen, await _qualifying(seen, until=until), strict=True))
    return [points.get(key, 0) for key in keys]


@shared
async def _qualifying(keys: Sequence[Since], until: date) -> list[int]:
    found = await database.rows(
        """select q.member_id, wanted.first, sum(q.points)::bigint as points
           from unnest($1::uuid[], $2::date[]) as wanted (member_id, first)
           join qualifying_days q
             on q.member_id = wanted.member_id and q.day between wanted.first and $3
           group by q.member_id, wanted.first""",
        *([key[0] for key in keys], [key[1] for key in keys], until),
    )
    points = {(row["member_id"], row["first"]): row["points"] for row in found}
    return [points.get(key, 0) for key in keys]


async def moves_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[MoveRow]]:
    """A page of how each member came to its tiers, newest first."""
    cursors = secrets.cursors()
    at, below = cursors.decode("tiers", after) if after else (None, None)
    found = await database.rows(
        """select t.* from unnest($1::uuid[]) as wanted (member_id)
           cross join lateral (
             select x.member_id, x.id, x.tier, x.at, x.cause, x.reason from tier_moves x
             where x.member_id = wanted.member_id
               and ($2::timestamptz is null or (x.at, x.id) < ($2, $3::text::uuid))
             order by x.at desc, x.id desc limit $4) t""",
        *([member_id for member_id in member_ids if actor.sees(member_id)],),
        *(instant(at) if at else None, below, first + 1),
    )
    pages: dict[UUID, list[MoveRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        cause = TierCause(row["cause"])
        pages[row["member_id"]].append(
            MoveRow(row["id"], row["tier"], row["at"], cause, row["reason"])
        )
    return [
        cursors.page(pages[member_id], first, "tiers", lambda m: (m.at.isoformat(), str(m.id)))
        for member_id in member_ids
    ]


async def move_counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How often each member came to a tier."""
    found = await database.rows(
        """select member_id, count(*) as counted from tier_moves
           where member_id = any($1) group by member_id""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["member_id"]: row["counted"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]
