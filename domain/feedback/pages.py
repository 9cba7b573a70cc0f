"""Keyset pages of what has an instant and an id, and counts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from domain import database, secrets
from domain.paging import Page, instant

Row = TypeVar("Row")


def place(sort: str, after: str | None) -> tuple[datetime | None, UUID | None]:
    """Where a page begins; (None, None) at the top. InvalidInput for what is no cursor of it."""
    if after is None:
        return None, None
    at, key = secrets.cursors().decode(sort, after)
    return instant(at), UUID(key)


def page(found: list[Row], first: int, sort: str, at: Callable[[Any], datetime]) -> Page[Row]:
    """The page out of `found` (read with a limit of first + 1), sorted by `at` and id."""

    def values(row: Any) -> tuple[str, str]:
        return at(row).isoformat(), str(row.id)

    return secrets.cursors().page(found, first, sort, values)


async def counts(sql: str, ids: Sequence[UUID], seen: Sequence[UUID]) -> list[int]:
    """For each of `ids` the count that `sql` (id, count) gives for those that are `seen`, or 0."""
    found = {row[0]: row[1] for row in await database.rows(sql, list(seen))}
    return [found.get(key, 0) for key in ids]
