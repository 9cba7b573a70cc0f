"""Who is invited says yes, or no; and how much of what he earns he then gives."""

from typing import Any
from uuid import UUID

from domain import database, outbox
from domain.actor import Actor, Role
from domain.errors import InvalidInput, LimitReached, NotAllowed, NotFound
from domain.events import PoolJoined
from domain.members.kinds import MemberState
from domain.money import WHOLE_BASIS_POINTS
from domain.pools.commands import JoinPool
from domain.pools.locking import locked_with
from domain.programme import queries as programmes
from domain.programme.terms.pools import PoolTerms

_PATH = ("invitationId",)


async def join(actor: Actor, command: JoinPool) -> UUID:
    """Take the place that one is invited to: its id; once more changes nothing.

    Raises NotFound (also for an invitation that is over), InvalidInput, NotAllowed, LimitReached.
    """
    place = await _invitation(actor, command.invitation_id)
    async with database.transaction():
        pool = await locked_with(place["pool_id"], place["member_id"])
        place = await _invitation(actor, command.invitation_id)
        if place["state"] == "JOINED":
            return command.invitation_id
        terms = await _room(pool, place["member_id"])
        contribution = await share(place["member_id"], command.contribution, terms)
        await database.rows(
            """update pool_places set state = 'JOINED', joined_at = pistis_now(),
                 contribution = $2 where id = $1""",
            *(place["id"], contribution),
        )
        await outbox.append(PoolJoined(place["member_id"], place["pool_id"], place["id"]))
    return command.invitation_id


async def decline(actor: Actor, invitation_id: UUID) -> UUID:
    """Say no; nobody is told. Raises NotFound."""
    place = await _invitation(actor, invitation_id)
    if place["state"] == "INVITED":
        await database.rows(
            """update pool_places set state = 'DECLINED', ended_at = pistis_now()
               where id = $1 and state = 'INVITED'""",
            invitation_id,
        )
    return invitation_id


async def share(member_id: UUID, wanted: int | None, terms: PoolTerms) -> int:
    """How much of what the member earns goes to one more pool, or another part than before.

    Raises InvalidInput, at `contribution`, for what the programme or the other pool excludes.
    """
    others = await _others(member_id, None)
    return fitting(wanted, others, terms)


def fitting(wanted: int | None, others: int, terms: PoolTerms) -> int:
    """`wanted`, or the usual part, beside what goes to other pools; in basis points."""
    if wanted is None:
        return min(terms.contribution, WHOLE_BASIS_POINTS - others)
    if not terms.contribution_min <= wanted <= terms.contribution_max:
        raise InvalidInput(
            f"This is {terms.contribution_min} to {terms.contribution_max} basis points here.",
            ("contributionBasisPoints",),
        )
    if wanted + others > WHOLE_BASIS_POINTS:
        raise InvalidInput(
            f"{others} basis points go to another pool already; more than all cannot be given.",
            ("contributionBasisPoints",),
        )
    return wanted


async def _others(member_id: UUID, but: UUID | None) -> int:
    given: int = await database.value(
        """select coalesce(sum(contribution), 0)::int from pool_places
           where member_id = $1 and state = 'JOINED' and id is distinct from $2""",
        *(member_id, but),
    )
    return given


async def contribute(actor: Actor, place_id: UUID, contribution: int) -> UUID:
    """Say how much of what one earns goes to the pool from now on: the place's id.

    Raises NotFound, InvalidInput.
    """
    actor.require(Role.MEMBER)
    terms = (await programmes.in_force()).programme.pools or PoolTerms()
    async with database.transaction():
        row = await database.row(
            """select * from pool_places where id = $1 and member_id = $2 and state = 'JOINED'""",
            *(place_id, actor.member_id),
        )
        if row is None:
            raise NotFound("You have no such place in a pool.", ("placeId",))
        await locked_with(row["pool_id"], row["member_id"])
        others = await _others(row["member_id"], place_id)
        await database.rows(
            "update pool_places set contribution = $2 where id = $1",
            *(place_id, fitting(contribution, others, terms)),
        )
    return place_id


async def _invitation(actor: Actor, invitation_id: UUID) -> Any:
    actor.require(Role.MEMBER)
    row = await database.row(
        """select * from pool_places where id = $1 and member_id = $2
             and (state = 'JOINED' or state = 'INVITED' and expires_at > pistis_now())""",
        *(invitation_id, actor.member_id),
    )
    if row is None:
        raise NotFound("There is no such invitation, or it is over; ask for a new one.", _PATH)
    return row


async def _room(pool: Any, member_id: UUID) -> PoolTerms:
    terms = (await programmes.in_force()).programme.pools
    if pool["closed_at"] is not None or terms is None:
        raise NotFound("This pool is closed.", _PATH)
    state = await database.value("select state from members where id = $1", member_id)
    if state != MemberState.ACTIVE:
        raise NotAllowed("Only an active member can join a pool.")
    counted = await database.row(
        """select count(*) filter (where pool_id = $1) as people,
             count(*) filter (where member_id = $2 and kind = $3) as mine
           from pool_places where state = 'JOINED' and (pool_id = $1 or member_id = $2)""",
        *(pool["id"], member_id, pool["kind"]),
    )
    assert counted
    if counted["mine"]:
        raise LimitReached("One pool of a kind is all; leave the other one first.", _PATH)
    if counted["people"] >= terms.people_max:
        raise LimitReached(f"This pool is full: {terms.people_max} people at most.", _PATH)
    return terms
