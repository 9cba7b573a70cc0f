"""Segments, and who is in them."""

from typing import Any
from uuid import UUID

from domain import database, outbox, reactions
from domain.actor import Actor, ActorKind, Role, expanded
from domain.events import MemberChanged
from domain.offers import segments
from domain.offers.segments import SaveSegment
from tests.factories.members import a_member

TEAM = Actor(ActorKind.STAFF, "team", expanded({Role.LOYALTY}))


async def a_segment(name: str, where: dict[str, Any], id: UUID | None = None) -> UUID:
    """A segment that the team saved."""
    return await segments.save(TEAM, SaveSegment(name, where, id))


async def inside(segment_id: UUID) -> set[UUID]:
    """Who is in it, as it is kept; the count beside it is right."""
    found = await database.rows(
        "select member_id from segment_members where segment_id = $1", segment_id
    )
    count = await database.value("select member_count from segments where id = $1", segment_id)
    assert count == len(found)
    return {row["member_id"] for row in found}


async def told(segment_id: UUID) -> list[tuple[str, UUID]]:
    """What was told of it, in order: SegmentEntered or SegmentLeft, and who."""
    found = await database.rows(
        """select kind, (payload->>'member_id')::uuid as member_id from outbox
           where payload->>'segment_id' = $1 order by id""",
        str(segment_id),
    )
    return [(row["kind"], row["member_id"]) for row in found]


async def somebody(**profile: Any) -> UUID:
    """A member of whom this is known, by the columns of its profile."""
    member_id = (await a_member()).member_id
    assert member_id
    for column, value in profile.items():
        await database.rows(
            f"update profiles set {column} = $2 where member_id = $1", member_id, value
        )
    return member_id


async def changed(member_id: UUID) -> None:
    """The member was changed, and all has come of it that does."""
    async with database.transaction():
        await outbox.append(MemberChanged(member_id))
    while await reactions.follow_segments():
        pass
