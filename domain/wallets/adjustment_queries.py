"""What can be read of adjustments: who asked for what and why, and who agreed. For the team."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.paging import Page
from domain.rows import Row
from domain.together import shared
from domain.wallets.kinds import AdjustmentAct, AdjustmentState

_COLUMNS = """id, member_id, unit, points, reason, reverses, asked_by, asked_at, state, decided_by,
  decided_at, act, until"""


class AdjustmentRow(Row, frozen=True):
    """An adjustment. Its id is that of its transaction, once it is POSTED.

    `points`: of what is extended or brought back, how many.
    """

    id: UUID
    member_id: UUID
    unit_code: str
    points: int
    reason: str
    reverses: UUID | None
    asked_by: str
    asked_at: datetime
    state: AdjustmentState
    decided_by: str | None
    decided_at: datetime | None
    act: AdjustmentAct = AdjustmentAct.ADJUST
    until: datetime | None = None


async def adjustments(actor: Actor, ids: Sequence[UUID]) -> list[AdjustmentRow | None]:
    """The adjustments with these ids, in their order; None for who is not of the team."""
    if not actor.has(Role.CARE, Role.LOYALTY):
        return [None] * len(ids)
    return await _by_id(ids)


@shared
async def _by_id(ids: Sequence[UUID]) -> list[AdjustmentRow | None]:
    found = await database.rows(f"select {_COLUMNS} from adjustments where id = any($1)", list(ids))
    rows = {row["id"]: _row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def page(
    actor: Actor, state: AdjustmentState | None, first: int, after: str | None = None
) -> Page[AdjustmentRow]:
    """Adjustments, newest first; in one state, or in any."""
    actor.require(Role.CARE, Role.LOYALTY)
    cursors = secrets.cursors()
    below = cursors.decode("adjustments", after)[0] if after else None
    found = await database.rows(
        f"""select {_COLUMNS} from adjustments
            where ($1::text is null or state = $1) and ($2::uuid is null or id < $2::uuid)
            order by id desc limit $3""",
        *(state, below, first + 1),
    )
    rows = [_row(row) for row in found]
    return cursors.page(rows, first, "adjustments", lambda row: (str(row.id),))


async def count(actor: Actor, state: AdjustmentState | None) -> int:
    """How many adjustments there are in that state, or in any."""
    actor.require(Role.CARE, Role.LOYALTY)
    counted: int = await database.value(
        "select count(*) from adjustments where $1::text is null or state = $1", state
    )
    return counted


def _row(row: Any) -> AdjustmentRow:
    id_, member_id, unit, points, reason, reverses, by, at, state, decided_by, decided_at = row[:11]
    return AdjustmentRow(
        id_, member_id, unit, points, reason, reverses, by, at, AdjustmentState(state), decided_by,
        decided_at, AdjustmentAct(row[11]), row[12],
    )  # fmt: skip
