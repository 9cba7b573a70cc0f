"""What can be done with segments: save one, which says at once who is in it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, ids
from domain.actor import Actor, Role
from domain.errors import InvalidInput, LimitReached, NotFound
from domain.offers import segment_refreshing
from domain.offers.segment_names import slug
from domain.programme import checks
from domain.programme.conditions import to_json
from domain.programme.terms import Written

NAME_MAX = 80
SEGMENTS_MAX = 200


@dataclass(frozen=True, slots=True)
class SaveSegment:
    """Members of whom `where` holds, under a `name`. `id`: the segment to change; None: a new one.

    The code of a new one is made of its name, and stays whatever it is called later.
    """

    name: str
    where: Written
    id: UUID | None = None


async def save(actor: Actor, command: SaveSegment) -> UUID:
    """Make or change a segment, and look at once who is in it: its id.

    A new one that is there already, with this name and condition, is that one. Raises
    InvalidInput, NotFound, and LimitReached beyond 200 of them.
    """
    actor.require(Role.LOYALTY)
    name = " ".join(command.name.split())
    checks.length(name, NAME_MAX, ("name",))
    condition = to_json(checks.segment_condition(command.where, ("where",)))
    async with database.transaction():
        await database.rows("select pg_advisory_xact_lock(hashtext('segments'))")
        named = await database.row("select id, condition from segments where name = $1", name)
        if named is not None and named["id"] != command.id:
            if command.id is not None or named["condition"] != condition:
                raise InvalidInput(
                    "Another segment has this name; choose another, or change that one by its id.",
                    ("name",),
                )
            return UUID(str(named["id"]))
        segment_id = command.id or await _made(actor, name, condition)
        changed = await database.value(
            """update segments set name = $2, condition = $3, saved_by = $4,
                 saved_at = pistis_now(), refreshed_at = pistis_now()
               where id = $1 returning true""",
            *(segment_id, name, condition, actor.key),
        )
        if not changed:
            raise NotFound("There is no such segment; leave the id away for a new one.", ("id",))
        await segment_refreshing.refresh_one(segment_id)
    return segment_id


async def _made(actor: Actor, name: str, condition: dict[str, Any]) -> UUID:
    taken = {row["code"] for row in await database.rows("select code from segments")}
    if len(taken) >= SEGMENTS_MAX:
        raise LimitReached(f"There are {SEGMENTS_MAX} segments already; change one of them.")
    code = slug(name)
    free = (f"{code}-{n}" for n in range(2, SEGMENTS_MAX + 2))
    segment_id = ids.uuid7()
    await database.rows(
        """insert into segments
             (id, code, name, condition, saved_by, created_at, saved_at, refreshed_at)
           values ($1, $2, $3, $4, $5, pistis_now(), pistis_now(), pistis_now())""",
        *(segment_id, code if code not in taken else next(c for c in free if c not in taken)),
        *(name, condition, actor.key),
    )
    return segment_id
