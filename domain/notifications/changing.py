"""Members are told of a version that is worse for some of them, as soon as it is published.

Once each, a few at a time; how far it has come is written down with what was told, so nobody is
told twice and nobody is left out, whoever goes on.
"""

from typing import Any

from domain import database
from domain.failpoints import failpoint
from domain.programme import queries as programmes
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

AT_ONCE = 500

_ROUNDS = """
insert into programme_tellings (version, done)
select number, false from programme_versions v where worse_for > 0
  and not exists (select from programme_tellings t where t.version = v.number)
on conflict do nothing
"""
_ROUND = """
select version, member_id from programme_tellings where not done order by version limit 1
for no key update skip locked
"""
_NEXT = """
select id, state in ('ACTIVE', 'BLOCKED')
  and not exists (select from pools p where p.id = m.id) as is_told
from members m where $1::uuid is null or id > $1 order by id limit $2
"""


async def tell_changes(at_once: int = AT_ONCE) -> int:
    """Tell of what is published and not told of yet, `at_once` members at a time: how many."""
    await database.rows(_ROUNDS)
    told = 0
    while (some := await _some(at_once)) is not None:
        told += some
    return told


async def _some(at_once: int) -> int | None:
    # How many were told; None: it is over, or another worker has it in hand.
    async with database.transaction():
        reached = await database.row(_ROUND)
        if reached is None:
            return None
        version = await programmes.version(reached["version"])
        members = await database.rows(_NEXT, reached["member_id"], at_once)
        notices = (_notice(version),)
        postings = [Posting(row["id"], notices=notices) for row in members if row["is_told"]]
        await wallets.post(postings)
        failpoint("telling of changes")
        await database.rows(
            """update programme_tellings set member_id = coalesce($2, member_id), done = $3
               where version = $1""",
            *(version.number, members[-1]["id"] if members else None, len(members) < at_once),
        )
    return len(postings)


def _notice(version: programmes.Version) -> Notice:
    begins: Any = version.effective_from
    day = begins.astimezone(version.rules.zone).date().isoformat()
    return Notice("PROGRAMME_CHANGES", {"version": version.number, "day": day})
