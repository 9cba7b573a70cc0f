"""What can be read of activities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor
from domain.paging import Page, instant
from domain.programme.accruals import Reason, Why

_COLUMNS = """id, source, reference, member_id, kind, occurred_at, attributes, programme_version,
  transactions, reasons"""


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity. `transaction_ids`: what it earned, by unit; `reasons`: what gave nothing."""

    id: UUID
    source: str
    reference: str
    member_id: UUID
    kind_code: str
    occurred_at: datetime
    attributes: dict[str, str | int | bool]
    programme_version: int
    transaction_ids: tuple[UUID, ...]
    reasons: tuple[Reason, ...]


async def activities(actor: Actor, ids: Sequence[UUID]) -> list[ActivityRow | None]:
    """The activities with these ids, in their order; None where the actor may not see one."""
    found = await database.rows(f"select {_COLUMNS} from activities where id = any($1)", list(ids))
    rows = {row["id"]: _activity(row) for row in found if actor.sees(row["member_id"])}
    return [rows.get(wanted) for wanted in ids]


async def pages_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[ActivityRow]]:
    """A page of each member's activities, newest first."""
    cursors = secrets.cursors()
    at, last = cursors.decode("activities", after) if after else (None, None)
    found = await database.rows(
        f"""select a.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
              select {_COLUMNS} from activities x where x.member_id = wanted.id
                and ($2::timestamptz is null or (x.occurred_at, x.id) < ($2, $3::uuid))
              order by x.occurred_at desc, x.id desc limit $4) a""",
        *([m for m in member_ids if actor.sees(m)], instant(at) if at else None, last, first + 1),
    )
    rows = [_activity(row) for row in found]
    return [
        cursors.page(
            [row for row in rows if row.member_id == member_id],
            first,
            "activities",
            lambda a: (a.occurred_at.isoformat(), str(a.id)),
        )
        for member_id in member_ids
    ]


async def counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many activities each member has."""
    found = await database.rows(
        """select member_id, count(*) as counted from activities
           where member_id = any($1) group by 1""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["member_id"]: row["counted"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


def _activity(row: Any) -> ActivityRow:
    values = dict(row)
    transaction_ids = tuple(map(UUID, values.pop("transactions")))
    reasons = tuple(Reason(each["rule"], Why(each["why"])) for each in values.pop("reasons"))
    return ActivityRow(
        kind_code=values.pop("kind"), transaction_ids=transaction_ids, reasons=reasons, **values
    )
