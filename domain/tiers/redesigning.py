"""When other tiers come into force each member finds its place among them; nobody goes down.

Who held a tier that is gone holds the one that replaces it, or else the lowest of no lower rank;
who has earned more by the new thresholds is raised. Once for each version, a few members at a time,
from where the last caller stopped.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.events import TierReviewed
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.programme.terms import Programme, Tier
from domain.tiers import rules, telling
from domain.tiers.kinds import TierCause
from domain.tiers.plans import local_day
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

AT_ONCE = 500
FIRST = UUID(int=0)

_NEXT = """
select id from members
where id > $1 and state not in ('ERASED', 'MERGED') order by id limit $2
"""
# People before what may be their pool, as whoever gives to it locks them.
_HELD = """
select id, tier, joined_at, tier_fixed_until > pistis_now() as is_fixed from members m
where id = any($1) and state not in ('ERASED', 'MERGED')
order by exists (select from pools p where p.id = m.id), id for no key update
"""


async def refresh(at_once: int = AT_ONCE) -> int:
    """Go through all members if the tiers in force are new: how many moved."""
    now, version = await programmes.present()
    if version is None or await _is_done(version.number):
        return 0
    before = await _before(version)
    if before is None or before.tiers == version.programme.tiers:
        await _note(version.number, None)
        return 0
    moved = 0
    while (some := await _some(version, before, now, at_once)) is not None:
        moved += some
    return moved


async def look_again(version: Version, member_ids: Sequence[UUID]) -> None:
    """Let all be gone through once more if one of these has a tier that is no more, for it was not
    among them; in the transaction in progress.
    """
    codes = [tier.code for tier in version.programme.tiers]
    await database.rows(
        """update tier_refreshes set member_id = null, done = false where version = $1
             and exists (select from members where id = any($2) and tier <> all ($3))""",
        *(version.number, list(member_ids), codes),
    )


def place(programme: Programme, before: Programme, code: str, qualifying: int) -> Tier:
    """The tier among those of `programme` for who held `code` `before`, and has earned so much."""
    held, known = programme.tier(code), before.tier(code)
    if held is None:
        rank = known.rank if known is not None else 0
        held = next((tier for tier in programme.tiers if tier.rank >= rank), programme.tiers[-1])
    return rules.raised(programme, held.code, qualifying) or held


async def _some(version: Version, before: Programme, now: datetime, at_most: int) -> int | None:
    # How many of the next members moved; None: all have been looked at.
    async with database.transaction():
        await database.rows(
            "insert into tier_refreshes (version, done) values ($1, false) on conflict do nothing",
            version.number,
        )
        reached = await database.row(
            "select member_id, done from tier_refreshes where version = $1 for update",
            version.number,
        )
        assert reached is not None
        if reached["done"]:
            return None
        found = await database.rows(_NEXT, reached["member_id"] or FIRST, at_most)
        await _note(version.number, found[-1]["id"] if found else None)
        if not found:
            return None
        rows = await database.rows(_HELD, [row["id"] for row in found])
        postings = await _postings(version, before, rows, now)
        for outcome in await wallets.post(postings):
            assert outcome.kind == "POSTED", outcome.kind
        return len(postings)


async def _postings(
    version: Version, before: Programme, rows: Sequence[Any], now: datetime
) -> list[Posting]:
    today, programme = local_day(version, now), version.programme
    firsts = [
        rules.counted_from(programme, local_day(version, row["joined_at"]), today) for row in rows
    ]
    found = await database.rows(
        """select q.member_id, sum(q.points)::bigint as points
           from unnest($1::uuid[], $2::date[]) as wanted (member_id, first)
           join qualifying_days q on q.member_id = wanted.member_id and q.day between first and $3
           group by q.member_id""",
        *([row["id"] for row in rows], firsts, today),
    )
    earned = {row["member_id"]: row["points"] for row in found}
    postings = []
    for row in rows:
        counts = 0 if row["is_fixed"] else earned.get(row["id"], 0)
        tier = place(programme, before, row["tier"], counts)
        if tier.code != row["tier"]:
            postings.append(_moved(row, tier, programme))
    return postings


def _moved(row: Any, tier: Tier, programme: Programme) -> Posting:
    # Who only finds the tier under another name is told nothing.
    held = programme.tier(row["tier"])
    is_risen = held is not None and tier.rank > held.rank
    return Posting(
        row["id"],
        tier=tier.code,
        tier_cause=TierCause.REDESIGN,
        notices=(telling.risen_to(tier),) if is_risen else (),
        event=TierReviewed(row["id"]),
    )


async def _before(version: Version) -> Programme | None:
    # The programme that was in force until this one.
    if version.effective_from is None:
        return None
    number = await database.value(
        """select number from programme_versions
           where effective_from < $1 order by effective_from desc, number desc limit 1""",
        version.effective_from,
    )
    return (await programmes.version(number)).programme if number is not None else None


async def _is_done(number: int) -> bool:
    done = await database.value("select done from tier_refreshes where version = $1", number)
    return bool(done)


async def _note(number: int, member_id: UUID | None) -> None:
    await database.rows(
        """insert into tier_refreshes (version, member_id, done) values ($1, $2, $3)
           on conflict (version) do update set member_id = $2, done = $3""",
        *(number, member_id, member_id is None),
    )
