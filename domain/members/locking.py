"""Locks of members, always in one order."""

from collections.abc import Sequence
from uuid import UUID

from domain import database


async def lock(member_ids: Sequence[UUID]) -> None:
    """Lock these members for the transaction in progress, and nobody that they live on in."""
    await database.rows(
        "select 1 from members where id = any($1) order by id for no key update", list(member_ids)
    )
