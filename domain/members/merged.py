"""Whom a member lives on in, that was merged into another; who was not, in itself."""

from collections.abc import Sequence
from uuid import UUID

from domain import database

CURRENT = "select coalesce(merged_into, id) from members where id = $1"


async def current(member_id: UUID) -> UUID:
    """The member that this one is now."""
    found: UUID | None = await database.value(CURRENT, member_id)
    return found or member_id


async def current_of(member_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these, those that live on in another, and in whom."""
    found = await database.rows(
        "select id, merged_into from members where id = any($1) and merged_into is not null",
        list(member_ids),
    )
    return {row["id"]: row["merged_into"] for row in found}


async def gone_into(member_id: UUID) -> list[UUID]:
    """The members that live on in this one."""
    found = await database.rows(
        "select id from members where merged_into = $1 order by id", member_id
    )
    return [row["id"] for row in found]


async def lock(member_ids: Sequence[UUID]) -> None:
    """Lock these members, and whom they live on in, for the transaction in progress.

    All in one order, as everywhere. Who is merged while this waits is looked at again.
    """
    while True:
        try:
            async with database.savepoint():
                found = await database.rows(
                    """select id, merged_into from members
                       where id = any($1) or id in (
                         select merged_into from members where id = any($1))
                       order by id for no key update""",
                    list(member_ids),
                )
                locked = {row["id"] for row in found}
                if not {row["merged_into"] for row in found} - {None} <= locked:
                    raise _MovedOn
                return
        except _MovedOn:
            continue


class _MovedOn(Exception):
    """Somebody was merged between being found and being locked."""
