"""What can be read of pools: by their people and the team; an invitation by who is invited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.paging import Page, instant
from domain.pools.kinds import PlaceState, PoolRole
from domain.programme.terms.pools import LeavingRule, PoolKind
from domain.rows import Row


class PoolRow(Row, frozen=True):
    """A pool. `number` is that of the member that it is."""

    id: UUID
    kind: PoolKind
    title: str | None
    number: str
    leaving: LeavingRule
    created_at: datetime
    closed_at: datetime | None


class PlaceRow(Row, frozen=True):
    """Somebody's place in a pool; `contribution` in basis points of what he earns."""

    id: UUID
    pool_id: UUID
    member_id: UUID
    first_name: str | None
    role: PoolRole
    may_redeem: bool
    contribution: int
    state: PlaceState
    joined_at: datetime | None
    ended_at: datetime | None


class InvitationRow(Row, frozen=True):
    """A place that somebody may take. `id` is the place's; `inviter` the first name."""

    id: UUID
    kind: PoolKind
    title: str | None
    leaving: LeavingRule
    contribution: int
    inviter: str | None
    expires_at: datetime


class ShareRow(Row, frozen=True):
    """What a place has given of a unit, and what of it is not spent yet."""

    unit_code: str
    given: int
    unspent: int


_POOLS = """
select p.id, p.kind, p.title, m.number, p.leaving, p.created_at, p.closed_at
from pools p join members m on m.id = p.id"""
_PLACES = """
select x.id, x.pool_id, x.member_id, f.first_name, x.role, x.may_redeem, x.contribution, x.state,
  x.joined_at, x.ended_at
from pool_places x left join profiles f on f.member_id = x.member_id"""
# Whether who asks is in the pool, or serves it.
_IN_IT = """exists (select from pool_places y
  where y.pool_id = x.pool_id and y.member_id = $2 and y.state = 'JOINED')"""


async def pools(actor: Actor, ids: Sequence[UUID]) -> list[PoolRow | None]:
    """The pools with these ids, in their order; None for those that the actor is not in."""
    found = await database.rows(
        f"""{_POOLS} where p.id = any($1) and ($3 or exists (select from pool_places y
              where y.pool_id = p.id and y.member_id = $2 and y.state = 'JOINED'))""",
        *(list(ids), actor.member_id, _leads(actor)),
    )
    rows = {row["id"]: _pool(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def places(actor: Actor, ids: Sequence[UUID]) -> list[PlaceRow | None]:
    """The places with these ids, in their order; None where the actor may not see the pool."""
    found = await database.rows(
        f"{_PLACES} where x.id = any($1) and x.joined_at is not null and ($3 or {_IN_IT})",
        *(list(ids), actor.member_id, _leads(actor)),
    )
    rows = {row["id"]: _place(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def places_of(actor: Actor, member_ids: Sequence[UUID]) -> list[list[PlaceRow]]:
    """Each member's places in pools: at most one for each kind."""
    found = await database.rows(
        f"{_PLACES} where x.member_id = any($1) and x.state = 'JOINED' order by x.joined_at, x.id",
        [each for each in member_ids if each == actor.member_id or _leads(actor)],
    )
    rows = [_place(row) for row in found]
    return [[row for row in rows if row.member_id == member_id] for member_id in member_ids]


async def invitations(actor: Actor, ids: Sequence[UUID]) -> list[InvitationRow | None]:
    """The caller's invitations with these ids, in their order; None for all others."""
    mine = [actor.member_id] if actor.member_id else []
    found = {row.id: row for rows in await invitations_of(actor, mine) for row in rows}
    return [found.get(wanted) for wanted in ids]


async def invitations_of(actor: Actor, member_ids: Sequence[UUID]) -> list[list[InvitationRow]]:
    """The caller's invitations that are still good, the newest first; at most twenty."""
    found = await database.rows(
        """select x.member_id, x.id, p.kind, p.title, p.leaving, x.contribution,
             f.first_name as inviter, x.expires_at
           from unnest($1::uuid[]) as wanted (member_id)
           cross join lateral (
             select * from pool_places y
             where y.member_id = wanted.member_id and y.state = 'INVITED'
               and y.expires_at > pistis_now() order by y.id desc limit 20) x
           join pools p on p.id = x.pool_id left join profiles f on f.member_id = x.invited_by
           order by x.id desc""",
        [each for each in member_ids if each == actor.member_id],
    )
    rows: dict[UUID, list[InvitationRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        values = dict(row)
        member_id = values.pop("member_id")
        values |= {"kind": PoolKind(row["kind"]), "leaving": LeavingRule(row["leaving"])}
        rows[member_id].append(InvitationRow(**values))
    return [rows[member_id] for member_id in member_ids]


async def people_of(
    actor: Actor, pool_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[PlaceRow]]:
    """A page of each pool's people, who joined first first."""
    cursors = secrets.cursors()
    at, beyond = cursors.decode("people", after) if after else (None, None)
    found = await database.rows(
        f"""select x.* from unnest($1::uuid[]) as wanted (pool_id)
            cross join lateral (
              {_PLACES} where x.pool_id = wanted.pool_id and x.state = 'JOINED'
                and ($3 or {_IN_IT})
                and ($4::timestamptz is null or (x.joined_at, x.id) > ($4, $5::text::uuid))
              order by x.joined_at, x.id limit $6) x""",
        *(list(pool_ids), actor.member_id, _leads(actor), instant(at) if at else None),
        *(beyond, first + 1),
    )
    rows: dict[UUID, list[PlaceRow]] = {pool_id: [] for pool_id in pool_ids}
    for row in found:
        rows[row["pool_id"]].append(_place(row))
    return [
        cursors.page(
            rows[pool_id],
            first,
            "people",
            lambda x: (x.joined_at.isoformat() if x.joined_at else None, str(x.id)),
        )
        for pool_id in pool_ids
    ]


async def people_counts(actor: Actor, pool_ids: Sequence[UUID]) -> list[int]:
    """How many people are in each pool."""
    found = await database.rows(
        f"""select x.pool_id, count(*) as people from pool_places x
            where x.pool_id = any($1) and x.state = 'JOINED' and ($3 or {_IN_IT})
            group by x.pool_id""",
        *(list(pool_ids), actor.member_id, _leads(actor)),
    )
    counts = {row["pool_id"]: row["people"] for row in found}
    return [counts.get(pool_id, 0) for pool_id in pool_ids]


async def shares_of(actor: Actor, place_ids: Sequence[UUID]) -> list[list[ShareRow]]:
    """By unit, what each place has given, and what a leaver would take if all is shared back."""
    found = await database.rows(
        f"""select c.place_id, c.unit as unit_code, sum(c.points - c.returned)::bigint as given,
              coalesce(sum(left_of.points), 0)::bigint as unspent
            from pool_contributions c join pool_places x on x.id = c.place_id
            left join lateral (
              select sum(l.remaining) as points from lots l
              where l.brought_by = c.arrived_id
                and (l.expires_at is null or l.expires_at > pistis_now())) left_of on true
            where c.place_id = any($1) and ($3 or {_IN_IT})
            group by c.place_id, c.unit order by c.unit""",
        *(list(place_ids), actor.member_id, _leads(actor)),
    )
    rows: dict[UUID, list[ShareRow]] = {place_id: [] for place_id in place_ids}
    for row in found:
        rows[row["place_id"]].append(ShareRow(row["unit_code"], row["given"], row["unspent"]))
    return [rows[place_id] for place_id in place_ids]


def _leads(actor: Actor) -> bool:
    # Who serves at a till has no business with who collects with whom.
    return actor.has(Role.CARE, Role.LOYALTY)


def _pool(row: Any) -> PoolRow:
    values = dict(row)
    values |= {"kind": PoolKind(row["kind"]), "leaving": LeavingRule(row["leaving"])}
    return PoolRow(**values)


def _place(row: Any) -> PlaceRow:
    values = dict(row)
    values |= {"role": PoolRole(row["role"]), "state": PlaceState(row["state"])}
    return PlaceRow(**values)
