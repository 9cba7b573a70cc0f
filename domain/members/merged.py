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
    """Lock these members, whom they live on in, and who lives on in them, in one order.

    For the transaction in progress. Who is merged while this waits is looked at again.
    """
    wanted = list(member_ids)
    while True:
        try:
            async with database.savepoint():
                locked = {row["id"] for row in await database.rows(_LOCK, wanted)}
                if {row["id"] for row in await database.rows(_ALL, wanted)} <= locked:
                    return
                raise _MovedOn
        except _MovedOn:
            continue


_ALL = """
select id from members where id = any($1) or merged_into = any($1)
  or id in (select merged_into from members where id = any($1))"""
_LOCK = f"{_ALL} order by id for no key update"


class _MovedOn(Exception):
    """Somebody was merged between being found and being locked."""
