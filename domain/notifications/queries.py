"""What can be read of notifications: a member's list, single ones, what lies beyond a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor
from domain.notifications.kinds import NotificationKind, NotificationSort
from domain.paging import Page

# One name for both orders and for live delivery: a cursor is a sequence, wherever it was taken.
_CURSOR = "notifications"


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """One thing that a member was told. `args` are the ids and numbers of its text."""

    id: UUID
    member_id: UUID
    sequence: int
    kind: NotificationKind
    args: dict[str, Any]
    created_at: datetime
    read_at: datetime | None = None


_COLUMNS = "n.id, n.member_id, n.sequence, n.kind, n.args, n.created_at, n.read_at"


def cursor(sequence: int) -> str:
    """The cursor that stands on a notification."""
    return secrets.cursors().encode(_CURSOR, (sequence,))


def sequence_at(cursor: str, *path: str) -> int:
    """The sequence on which a cursor stands; InvalidInput at `path` for what is none."""
    sequence: int = secrets.cursors().decode(_CURSOR, cursor, path)[0]
    return sequence


async def notifications_of(
    actor: Actor,
    member_ids: Sequence[UUID],
    first: int,
    after: str | None = None,
    sort: NotificationSort = NotificationSort.NEWEST_FIRST,
) -> list[Page[NotificationRow]]:
    """A page of what each member was told, in the order asked for. Counts are the members' own."""
    position = None if after is None else sequence_at(after, "after")
    beyond, order = (">", "asc") if sort is NotificationSort.OLDEST_FIRST else ("<", "desc")
    found = await database.rows(
        f"""select {_COLUMNS} from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              select * from notifications x
              where x.member_id = wanted.member_id
                and ($2::bigint is null or x.sequence {beyond} $2)
              order by x.sequence {order} limit $3) n""",
        *([id for id in member_ids if actor.sees(id)], position, first + 1),
    )
    pages: dict[UUID, list[NotificationRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        pages[row["member_id"]].append(notification_row(row))
    cursors = secrets.cursors()
    return [
        cursors.page(pages[member_id], first, _CURSOR, lambda n: (n.sequence,))
        for member_id in member_ids
    ]


async def notifications(actor: Actor, ids: Sequence[UUID]) -> list[NotificationRow | None]:
    """The notifications with these ids, in their order; None where the actor may not see one."""
    found = await database.rows(
        f"select {_COLUMNS} from notifications n where n.id = any($1)", list(ids)
    )
    rows = {row["id"]: notification_row(row) for row in found if actor.sees(row["member_id"])}
    return [rows.get(wanted) for wanted in ids]


async def beyond(places: Sequence[tuple[UUID, int]], limit: int) -> list[list[NotificationRow]]:
    """The next notifications of each (member, sequence), oldest first."""
    found = await database.rows(
        f"""select wanted.place, {_COLUMNS}
            from unnest($1::uuid[], $2::bigint[]) with ordinality
              as wanted (member_id, sequence, place)
            cross join lateral (
              select * from notifications x
              where x.member_id = wanted.member_id and x.sequence > wanted.sequence
              order by x.sequence limit $3) n
            order by wanted.place, n.sequence""",
        *([member_id for member_id, _ in places], [sequence for _, sequence in places], limit),
    )
    rows: list[list[NotificationRow]] = [[] for _ in places]
    for record in found:
        place, *values = record
        rows[place - 1].append(_row(*values))
    return rows


async def sequences_of(member_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The last sequence of each of these members."""
    found = await database.rows(
        "select id, sequence from members where id = any($1)", list(member_ids)
    )
    return {row["id"]: row["sequence"] for row in found}


async def ahead(places: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    """The last sequence of those members who have been told something beyond this one."""
    found = await database.rows(
        """select m.id, m.sequence from unnest($1::uuid[], $2::bigint[]) as known (id, sequence)
           join members m on m.id = known.id and m.sequence > known.sequence""",
        *([member_id for member_id, _ in places], [sequence for _, sequence in places]),
    )
    return {row["id"]: row["sequence"] for row in found}


async def versions_of(member_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The members' versions, as they are committed."""
    found = await database.rows(
        "select id, version from members where id = any($1)", list(member_ids)
    )
    return {row["id"]: row["version"] for row in found}


async def languages_of(member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The language that each of these members is spoken to in, unless asked otherwise."""
    found = await database.rows(
        "select id, language from members where id = any($1)", list(member_ids)
    )
    return {row["id"]: row["language"] for row in found}


def notification_row(record: Any) -> NotificationRow:
    """A notification out of a row of its columns."""
    return _row(*record)


def _row(id: UUID, member_id: UUID, sequence: int, kind: str, *more: Any) -> NotificationRow:
    return NotificationRow(id, member_id, sequence, NotificationKind(kind), *more)
