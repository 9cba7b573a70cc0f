"""What can be read of tiers: what counts for a member's."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import database
from domain.actor import Actor
from domain.together import shared


async def qualifying_of(
    actor: Actor, member_ids: Sequence[UUID], since: date, until: date
) -> list[int]:
    """Each member's qualifying points of the local days from `since` to `until`, both counted."""
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    points = dict(zip(seen, await _qualifying(seen, since=since, until=until), strict=True))
    return [points.get(member_id, 0) for member_id in member_ids]


@shared
async def _qualifying(member_ids: Sequence[UUID], since: date, until: date) -> list[int]:
    found = await database.rows(
        """select member_id, sum(points)::bigint as points from qualifying_days
           where member_id = any($1) and day between $2 and $3 group by member_id""",
        *(member_ids, since, until),
    )
    points = {row["member_id"]: row["points"] for row in found}
    return [points.get(member_id, 0) for member_id in member_ids]
