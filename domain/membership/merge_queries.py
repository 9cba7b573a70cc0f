"""What can be read of merges: who went into whom, what went over, and why. For who cares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.paging import Page
from domain.rows import Row

_COLUMNS = """id, member_id, gone_id, reason, actor, at, undone_at, undone_by, undone_reason,
  moved -> 'units' as units"""


class MergeRow(Row, frozen=True):
    """`gone_id` lives on in `member_id` since `at`, until `undone_at`. Personal: both reasons.

    `units`: code, `points` that went over, and `debt`.
    """

    id: UUID
    member_id: UUID
    gone_id: UUID
    reason: str | None
    merged_by: str
    merged_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None
    units: list[dict[str, Any]]


async def merges(actor: Actor, ids: Sequence[UUID]) -> list[MergeRow | None]:
    """The merges with these ids, in their order; None for who does not care for members."""
    if not actor.has(Role.CARE):
        return [None] * len(ids)
    found = await database.rows(f"select {_COLUMNS} from merges where id = any($1)", list(ids))
    rows = {row["id"]: _row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def page_of(
    actor: Actor, member_id: UUID, first: int, after: str | None = None
) -> Page[MergeRow]:
    """The merges that a member was part of, as who stayed or who went, newest first."""
    actor.require(Role.CARE)
    cursors = secrets.cursors()
    below = cursors.decode("merges", after)[0] if after else None
    found = await database.rows(
        f"""select {_COLUMNS} from merges
            where $1 in (member_id, gone_id) and ($2::uuid is null or id < $2::uuid)
            order by id desc limit $3""",
        *(member_id, below, first + 1),
    )
    return cursors.page([_row(row) for row in found], first, "merges", lambda row: (str(row.id),))


async def count_of(actor: Actor, member_id: UUID) -> int:
    """How many merges a member was part of."""
    actor.require(Role.CARE)
    counted: int = await database.value(
        "select count(*) from merges where $1 in (member_id, gone_id)", member_id
    )
    return counted


def _row(row: Any) -> MergeRow:
    values = dict(row)
    return MergeRow(merged_by=values.pop("actor"), merged_at=values.pop("at"), **values)
