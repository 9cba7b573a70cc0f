"""What a version is held against: the one that it changes; and what came of it for a member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database, secrets
from domain.actor import Actor
from domain.errors import NotFound
from domain.paging import Page
from domain.programme import queries
from domain.programme.changes import Change, changes
from domain.programme.changes.touching import touches
from domain.programme.places import COLUMNS, LOOKED_BACK, place_of
from domain.programme.queries import IN_FORCE, Edition

# Of a draft the version that it is based on; of a published one that which it came after.
_EARLIER = f"""
select v.id, case when v.effective_from is null
    then coalesce(v.based_on, {IN_FORCE.format(at="pistis_now()")})
    else (select p.id from programme_versions p
      where (p.effective_from, p.number) < (v.effective_from, v.number)
      order by p.effective_from desc, p.number desc limit 1) end as earlier
from programme_versions v where v.id = any($1)
"""
# By number, since what was published later was meant to be the later one.
_PUBLISHED = """
select v.id, v.number, v.effective_from, p.id as earlier from programme_versions v
cross join lateral (select p.id from programme_versions p
  where (p.effective_from, p.number) < (v.effective_from, v.number)
  order by p.effective_from desc, p.number desc limit 1) as p
where v.effective_from > $1 and ($2::int is null or v.number < $2)
order by v.number desc limit $3
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change between two versions."""

    change: Change
    before: Edition
    after: Edition


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What a version changed for a member, or will, from an instant on."""

    number: int
    effective_from: datetime
    changes: tuple[Changed, ...]


async def earlier_of(
    actor: Actor, ids: Sequence[UUID], against: UUID | None = None
) -> list[Edition | None]:
    """What each version is held against, unless `against` says; None: it came after no other.

    Raises NotFound for a version `against` that the actor may not see.
    """
    if against is not None:
        page = await queries.version_rows(actor, 1, ids=[against])
        if not page.rows:
            raise NotFound("There is no such version.", ("against",))
        return [page.rows[0].version] * len(ids)
    found = await database.rows(_EARLIER, list(ids))
    wanted = {row["id"]: row["earlier"] for row in found}
    editions = await _editions([earlier for earlier in wanted.values() if earlier is not None])
    return [editions.get(wanted.get(version_id)) for version_id in ids]


def changed(before: Edition | None, after: Edition, now: datetime) -> list[Changed]:
    """What is other in the later one, of a draft as of `now`; nothing without an earlier."""
    if before is None or before.id == after.id:
        return []
    try:
        on = (after.effective_from or now).astimezone(ZoneInfo(before.programme.time_zone)).date()
    except (KeyError, ValueError, OSError):  # a draft may name a zone that there is not
        on = None
    found = changes(before.programme, after.programme, on)
    return [Changed(each, before, after) for each in found]


async def member_changes_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[MemberChange]]:
    """What published versions changed for each member since it joined, or will: newest first.

    Of each version what makes something better or worse for who has the member's tier and units;
    of rules for orders, all.
    """
    nothing: Page[MemberChange] = Page([], str, has_next=False)
    pages = {
        member_id: await _member_changes(member_id, first, after)
        for member_id in member_ids
        if actor.sees(member_id)
    }
    return [pages.get(member_id, nothing) for member_id in member_ids]


async def member_change_counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many versions came after each member joined, or will."""
    found = await database.rows(
        """select m.id, count(v.id) as versions from members m
           left join programme_versions v on v.effective_from > m.joined_at and exists (
             select from programme_versions p
             where (p.effective_from, p.number) < (v.effective_from, v.number))
           where m.id = any($1) group by m.id""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["id"]: row["versions"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


async def _member_changes(member_id: UUID, first: int, after: str | None) -> Page[MemberChange]:
    cursors = secrets.cursors()
    below = cursors.decode("programme changes", after)[0] if after else None
    now = await database.now()
    since = now - LOOKED_BACK
    row = await database.row(
        f"select m.joined_at, {COLUMNS} from members m where m.id = $2", since, member_id
    )
    assert row is not None, "a member never goes away"
    found = await database.rows(_PUBLISHED, row["joined_at"], below, first + 1)
    editions = await _editions([each[name] for each in found for name in ("id", "earlier")])
    rows = []
    for each in found:
        version, before = editions[each["id"]], editions[each["earlier"]]
        mine = tuple(
            one
            for one in changed(before, version, now)
            if touches(one.change, place_of(row), before.programme, version.programme)
        )
        rows.append(MemberChange(each["number"], each["effective_from"], mine))
    return cursors.page(rows, first, "programme changes", lambda v: (v.number,))


async def _editions(ids: Sequence[UUID]) -> dict[UUID | None, Edition]:
    wanted = list(dict.fromkeys(ids))
    found = await database.rows(
        "select id, number from programme_versions where id = any($1)", wanted
    )
    return {row["id"]: await queries.edition(row["number"]) for row in found}
