"""For what members were thanked, and whether they are at all."""

from datetime import datetime
from uuid import UUID

from domain import database
from domain.members import remembered


async def may_be_thanked(member_id: UUID) -> bool:
    """Who takes part, and did not tell it all before it was erased."""
    state = await database.value("select state from members where id = $1", member_id)
    return state == "ACTIVE" and not await remembered.was_here_before(member_id)


async def thanked_for(member_id: UUID) -> set[str]:
    """The questions that the member, or somebody who lives on in it, was thanked for."""
    found = await database.rows(
        """select q.name from profile_questions q join members m on m.id = q.member_id
           where $1 in (m.id, m.merged_into) and q.thanked_at is not null""",
        member_id,
    )
    return {row["name"] for row in found}


async def skipped_by(member_id: UUID) -> dict[str, datetime]:
    """What the member did not want to be asked, and when it said so."""
    found = await database.rows(
        """select name, skipped_at from profile_questions
           where member_id = $1 and skipped_at is not null""",
        member_id,
    )
    return {row["name"]: row["skipped_at"] for row in found}
