"""Members are told of what will expire, so long before as the programme says of the unit.

Once for each date: when what they do makes it a later one, they are told again before that.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain import database
from domain.failpoints import failpoint
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.programme.terms import Unit
from domain.wallets import operations
from domain.wallets.posting import Notice, Posting
from domain.wallets.rules import last_day

AT_ONCE = 200

# Whoever has points that end within the time and has not been told of that yet. A frozen wallet is
# looked at when it is mended. Who is not to be told, or is a pool, takes nobody's place in the few.
_HELD = """
select m.id from members m where m.state = 'ACTIVE' and m.id in (
  select w.member_id from wallets w
  join members a on a.id = w.member_id and a.state = 'ACTIVE'
  left join expiry_warnings told using (member_id, unit)
  where w.unit = $1 and not w.frozen and w.next_due_at < $3
    and not exists (select from pools p where p.id = w.member_id) and exists (
    select from lots l where (l.member_id, l.unit) = (w.member_id, w.unit) and l.remaining > 0
      and l.expires_at > greatest($2, told.warned_until) and l.expires_at < $3)
  order by w.next_due_at limit $4)
order by m.id for no key update skip locked"""
_COMING = """
select l.member_id, min(l.expires_at) as first, max(l.expires_at) as last,
  sum(l.remaining)::bigint as points
from lots l left join expiry_warnings told using (member_id, unit)
where l.member_id = any($4) and l.unit = $1 and l.remaining > 0
  and l.expires_at > greatest($2, told.warned_until) and l.expires_at < $3
group by l.member_id order by l.member_id"""
_TOLD = """
insert into expiry_warnings (id, member_id, unit, warned_until) values (uuidv7(), $1, $2, $3)
on conflict (member_id, unit) do update set warned_until = excluded.warned_until"""


async def announce(at_once: int = AT_ONCE) -> int:
    """Tell of all that ends soon: how many members. Any number of callers at once."""
    now, version = await programmes.present()
    if version is None:
        return 0
    told = 0
    for unit in version.programme.units:
        if unit.expiry is not None and unit.expiry.warn_days:
            while held := await _some(unit, version, now, at_once):
                told += held
    return told


async def _some(unit: Unit, version: Version, now: datetime, at_once: int) -> int:
    assert unit.expiry is not None
    horizon = now + timedelta(days=unit.expiry.warn_days)
    async with database.transaction():
        held = await database.rows(_HELD, unit.code, now, horizon, at_once)
        coming = await database.rows(_COMING, unit.code, now, horizon, [row["id"] for row in held])
        for row in coming:
            await database.rows(_TOLD, row["member_id"], unit.code, row["last"])
        failpoint("announcing")
        zone = version.rules.zone
        await operations.post(
            [Posting(row["member_id"], notices=(_notice(unit, row, zone),)) for row in coming]
        )
    return len(coming)


def _notice(unit: Unit, row: Any, zone: ZoneInfo) -> Notice:
    day = last_day(row["first"], zone).isoformat()
    return Notice("POINTS_EXPIRE_SOON", {"unit": unit.code, "points": row["points"], "day": day})
