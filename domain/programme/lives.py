"""The life of versions: who drafted and published them, of what, and until when they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import database
from domain.actor import Actor

# A version holds until the next one in the order in which they come into force.
LIVES = """
select v.id, v.based_on, v.drafted_at, v.drafted_by, v.published_at, v.published_by,
  v.without_forecast_reason, v.worse_for, (
    select min(n.effective_from) from programme_versions n
    where (n.effective_from, n.number) > (v.effective_from, v.number)) as effective_until
from programme_versions v where v.id = any($1)
"""


@dataclass(frozen=True, slots=True)
class LifeRow:
    """What is known of a version beside what it says. `worse_for`: members, when published."""

    based_on: UUID | None
    drafted_at: datetime | None
    drafted_by: str | None
    published_at: datetime | None
    published_by: str | None
    without_forecast_reason: str | None
    worse_for: int | None
    effective_until: datetime | None


async def lives_of(_actor: Actor, ids: Sequence[UUID]) -> list[LifeRow]:
    """Of each of these versions."""
    found = {row["id"]: row for row in await database.rows(LIVES, list(ids))}
    return [
        LifeRow(
            **{name: found[wanted][name] for name in LifeRow.__slots__},
        )
        for wanted in ids
    ]
