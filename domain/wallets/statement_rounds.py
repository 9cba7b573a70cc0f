"""When a month is over, members are told that their statement of it is there: once each.

A round goes through the members in the order of their ids, and how far it has come is written down
with what it told, so nobody is told twice and nobody is left out, whichever worker goes on. It is
made up for within a week; a statement that is older is no news.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.calendar import Period, add_months, first_day, midnight
from domain.failpoints import failpoint
from domain.members.kinds import MemberState
from domain.programme import queries as programmes
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

AT_ONCE = 500
WINDOW_DAYS = 7

# Of some members those who had movements between two instants, or have something due since. A pool
# is nobody to be told.
_MOVED = """
select distinct m.id from members m join wallets w on w.member_id = m.id
where m.id = any($1) and m.state = any($2)
  and not exists (select from pools p where p.id = m.id)
  and (w.next_due_at <= $4
    or pistis_version_at(w.member_id, w.unit, $3) < pistis_version_at(w.member_id, w.unit, $4))
order by m.id"""
_TOLD = [MemberState.ACTIVE, MemberState.BLOCKED]


async def tell_statements(at_once: int = AT_ONCE) -> int:
    """Tell of last month's statement all who had movements in it: how many were told."""
    now, version = await programmes.present()
    if version is None:
        return 0
    zone = version.rules.zone
    today = now.astimezone(zone).date()
    if today.day > WINDOW_DAYS:
        return 0
    turn = first_day(Period.MONTH, today)
    month = add_months(turn, -1)
    return await tell_of(month, midnight(month, zone), midnight(turn, zone), at_once)


async def tell_of(month: date, begins_at: datetime, ends_at: datetime, at_once: int) -> int:
    """Tell of the statement of the month that begins on this day, `at_once` members at a time."""
    told = 0
    while True:
        async with database.transaction():
            round_ = await _round(month)
            if round_ is None:
                return told
            members = await database.rows(
                "select id from members where $1::uuid is null or id > $1 order by id limit $2",
                *(round_["reached"], at_once),
            )
            told += await _tell([row["id"] for row in members], month, begins_at, ends_at)
            failpoint("telling of statements")
            await database.rows(
                """update statement_rounds set reached = coalesce($2, reached),
                     ended_at = case when $3 then pistis_now() end where month = $1""",
                *(month, members[-1]["id"] if members else None, len(members) < at_once),
            )


async def _round(month: date) -> Any:
    # None: it is over, or another worker has it in hand.
    await database.rows(
        "insert into statement_rounds (month) values ($1) on conflict do nothing", month
    )
    return await database.row(
        """select reached from statement_rounds where month = $1 and ended_at is null
           for no key update skip locked""",
        month,
    )


async def _tell(
    member_ids: Sequence[UUID], month: date, begins_at: datetime, ends_at: datetime
) -> int:
    found = await database.rows(_MOVED, list(member_ids), _TOLD, begins_at, ends_at)
    notices = (Notice("STATEMENT_READY", {"month": month.isoformat()}),)
    await wallets.post([Posting(row["id"], notices=notices) for row in found])
    return len(found)
