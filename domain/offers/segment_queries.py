"""What can be read of segments, by those who shape the programme or care for members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.offers.segment_refreshing import condition_of
from domain.paging import Page
from domain.programme.conditions import Condition
from domain.rows import Row
from domain.together import shared

_COLUMNS = "s.id, s.code, s.name, s.condition, s.member_count, s.saved_at, s.saved_by"
_TEAM = (Role.CARE, Role.LOYALTY)


class SegmentRow(Row, frozen=True):
    """A segment. `member_count`: who is in it, as of the last look."""

    id: UUID
    code: str
    name: str
    written: dict[str, Any]
    member_count: int
    saved_at: datetime
    saved_by: str

    @property
    def condition(self) -> Condition:
        """Whom it holds of."""
        return condition_of(self.written)


class InsideRow(Row, frozen=True):
    """A member is in a segment since `entered_at`."""

    id: UUID
    member_id: UUID
    entered_at: datetime


class MoveRow(Row, frozen=True):
    """A member `entered` a segment, or left it."""

    id: UUID
    member_id: UUID
    entered: bool
    at: datetime


async def segments(actor: Actor, ids: Sequence[UUID]) -> list[SegmentRow | None]:
    """The segments with these ids, in their order; None for who is not of the team."""
    return await _by_id(ids) if actor.has(*_TEAM) else [None] * len(ids)


@shared
async def _by_id(ids: Sequence[UUID]) -> list[SegmentRow | None]:
    found = await database.rows(
        f"select {_COLUMNS} from segments s where s.id = any($1)", list(ids)
    )
    rows = {row["id"]: _row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def segment(actor: Actor, code: str) -> SegmentRow | None:
    """The segment of this code."""
    actor.require(*_TEAM)
    found = await database.row(f"select {_COLUMNS} from segments s where s.code = $1", code)
    return _row(found) if found else None


async def page(actor: Actor, first: int, after: str | None = None) -> Page[SegmentRow]:
    """Segments, by their names."""
    actor.require(*_TEAM)
    cursors = secrets.cursors()
    beyond = cursors.decode("segments", after)[0] if after else None
    found = await database.rows(
        f"""select {_COLUMNS} from segments s where $1::text is null or s.name > $1
            order by s.name limit $2""",
        *(beyond, first + 1),
    )
    return cursors.page([_row(row) for row in found], first, "segments", lambda row: (row.name,))


async def count(actor: Actor) -> int:
    """How many segments there are."""
    actor.require(*_TEAM)
    counted: int = await database.value("select count(*) from segments")
    return counted


async def segments_of(actor: Actor, member_ids: Sequence[UUID]) -> list[list[SegmentRow]]:
    """The segments that each member is in, by their names; none for who is not of the team."""
    if not actor.has(*_TEAM):
        return [[] for _ in member_ids]
    return await _of_members(member_ids)


@shared
async def _of_members(member_ids: Sequence[UUID]) -> list[list[SegmentRow]]:
    found = await database.rows(
        f"""select x.member_id, {_COLUMNS} from segment_members x
            join segments s on s.id = x.segment_id
            where x.member_id = any($1) order by s.name""",
        list(member_ids),
    )
    rows: dict[UUID, list[SegmentRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        rows[row["member_id"]].append(_row(row))
    return [rows[member_id] for member_id in member_ids]


async def people(
    actor: Actor, segment_id: UUID, first: int, after: str | None = None
) -> Page[InsideRow]:
    """Who is in a segment, the last to come on top."""
    actor.require(*_TEAM)
    cursors = secrets.cursors()
    below = cursors.decode("segment people", after)[0] if after else None
    found = await database.rows(
        """select id, member_id, entered_at from segment_members
           where segment_id = $1 and ($2::uuid is null or id < $2::uuid)
           order by id desc limit $3""",
        *(segment_id, below, first + 1),
    )
    rows = [InsideRow(*row) for row in found]
    return cursors.page(rows, first, "segment people", lambda row: (str(row.id),))


async def moves(
    actor: Actor, segment_id: UUID, first: int, after: str | None = None
) -> Page[MoveRow]:
    """Who came into a segment and who left it, newest first."""
    actor.require(*_TEAM)
    cursors = secrets.cursors()
    below = cursors.decode("segment moves", after)[0] if after else None
    found = await database.rows(
        """select id, member_id, entered, at from segment_moves
           where segment_id = $1 and ($2::uuid is null or id < $2::uuid)
           order by id desc limit $3""",
        *(segment_id, below, first + 1),
    )
    rows = [MoveRow(*row) for row in found]
    return cursors.page(rows, first, "segment moves", lambda row: (str(row.id),))


async def move_count(actor: Actor, segment_id: UUID) -> int:
    """How many have come and gone."""
    actor.require(*_TEAM)
    counted: int = await database.value(
        "select count(*) from segment_moves where segment_id = $1", segment_id
    )
    return counted


def _row(row: Any) -> SegmentRow:
    return SegmentRow(
        row["id"],
        row["code"],
        row["name"],
        row["condition"],
        row["member_count"],
        row["saved_at"],
        row["saved_by"],
    )
