"""One order of locks for all that is done with pools: people by id, the pool, the member it is.

The last is locked by what is posted to it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from domain import database
from domain.members.locking import lock

Members = Callable[[], Awaitable[Sequence[UUID]]]


class _Moved(Exception):
    # Others are concerned than were locked.
    pass


async def locked(pool_id: UUID, members: Members) -> Any:
    """The pool's row, locked with those members, in the transaction in progress; None if there is
    no such pool. `members` says whom, and is asked again under the lock.
    """
    while True:
        wanted = await members()
        try:
            async with database.savepoint():
                await lock(wanted)
                row = await database.row("select * from pools where id = $1 for update", pool_id)
                if not set(await members()) <= set(wanted):
                    raise _Moved
                return row
        except _Moved:
            continue


async def locked_with(pool_id: UUID, *member_ids: UUID) -> Any:
    """The same, for members who are known."""

    async def members() -> Sequence[UUID]:
        return member_ids

    return await locked(pool_id, members)


async def joined(pool_id: UUID) -> list[Any]:
    """The places of all who are in the pool, who joined first first."""
    return await database.rows(
        """select * from pool_places where pool_id = $1 and state = 'JOINED'
           order by joined_at, id""",
        pool_id,
    )
