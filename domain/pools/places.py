"""Who has which say in a pool: its owner leads it, the team may, and some may redeem."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.pools.commands import SetRole
from domain.pools.kinds import PoolRole
from domain.pools.locking import locked_with

_ACTING = """
select p.id, p.closed_at, x.id as place_id, x.may_redeem, x.role, m.state
from pools p join pool_places x on x.pool_id = p.id and x.state = 'JOINED'
join members m on m.id = x.member_id
where p.id = $1 and x.member_id = $2"""


async def led_by(actor: Actor, pool_id: UUID) -> Any:
    """The pool's row, for who leads it: its owner, or the team.

    Raises NotFound for who is not in it or one that is closed, NotAllowed for who does not lead it.
    """
    pool = await database.row("select * from pools where id = $1", pool_id)
    role = await _role(actor, pool_id)
    if pool is None or pool["closed_at"] is not None or role is None:
        raise NotFound("There is no such pool, or it is closed.", ("poolId",))
    if role is not PoolRole.OWNER:
        raise NotAllowed("This is for the pool's owner.", ("poolId",))
    return pool


async def place_led_by(actor: Actor, place_id: UUID) -> Any:
    """A place's row, of somebody who is in a pool, for who leads it. Raises what `led_by` does."""
    place = await database.row(
        "select * from pool_places where id = $1 and state = 'JOINED'", place_id
    )
    role = await _role(actor, place["pool_id"]) if place else None
    if place is None or role is None:
        raise NotFound("There is no such place in a pool.", ("placeId",))
    if role is not PoolRole.OWNER:
        raise NotAllowed("This is for the pool's owner.", ("placeId",))
    return place


async def _role(actor: Actor, pool_id: UUID) -> PoolRole | None:
    if actor.has(Role.CARE, Role.LOYALTY):
        return PoolRole.OWNER
    found = await database.value(
        """select role from pool_places
           where pool_id = $1 and member_id = $2 and state = 'JOINED'""",
        *(pool_id, actor.member_id),
    )
    return PoolRole(found) if found else None


async def set_role(actor: Actor, command: SetRole) -> UUID:
    """Say what somebody is in a pool: the place's id. Another owner follows the one before.

    Raises NotFound, NotAllowed, InvalidInput.
    """
    seen = await place_led_by(actor, command.place_id)
    async with database.transaction():
        await locked_with(seen["pool_id"])
        place = await place_led_by(actor, command.place_id)
        role = command.role or PoolRole(place["role"])
        may_redeem = command.may_redeem
        if place["role"] == PoolRole.OWNER and role is not PoolRole.OWNER:
            raise InvalidInput("A pool has an owner: make another one that.", ("role",))
        if role is PoolRole.OWNER:
            if may_redeem is False:
                raise InvalidInput("An owner may always redeem.", ("mayRedeem",))
            may_redeem = True
            await database.rows(
                """update pool_places set role = 'MEMBER'
                   where pool_id = $1 and role = 'OWNER' and state = 'JOINED' and id <> $2""",
                *(place["pool_id"], place["id"]),
            )
        await database.rows(
            """update pool_places set role = $2, may_redeem = coalesce($3, may_redeem)
               where id = $1""",
            *(place["id"], role, may_redeem),
        )
    return command.place_id


async def refusal(member_id: UUID, pool_id: UUID) -> DomainError | None:
    """Why a member cannot redeem points of a pool; None when he can."""
    return _refusal(await database.row(_ACTING, pool_id, member_id))


@asynccontextmanager
async def redeeming(member_id: UUID, pool_id: UUID) -> AsyncIterator[UUID]:
    """A transaction in which a member redeems points of a pool, and keeps the right to do so: his
    place there.

    Raises NotFound, NotAllowed.
    """
    async with database.transaction():
        await database.rows("select 1 from pools where id = $1 for share", pool_id)
        acting = await database.row(_ACTING, pool_id, member_id)
        if error := _refusal(acting):
            raise error
        assert acting
        yield acting["place_id"]


async def place_of(member_id: UUID, pool_id: UUID) -> UUID | None:
    """The place of a member who is in the pool."""
    found = await database.row(_ACTING, pool_id, member_id)
    return found["place_id"] if found else None


async def pools_of(actor: Actor, *, redeems: bool = False) -> Sequence[UUID]:
    """The pools that the actor is in; with `redeems`, those whose points he may redeem."""
    if actor.member_id is None:
        return []
    found = await database.rows(
        """select pool_id from pool_places
           where member_id = $1 and state = 'JOINED' and (may_redeem or not $2)""",
        *(actor.member_id, redeems),
    )
    return [row["pool_id"] for row in found]


def _refusal(acting: Any) -> DomainError | None:
    if acting is None or acting["closed_at"] is not None:
        return NotFound("You are in no such pool.", ("poolId",))
    if not acting["may_redeem"]:
        return NotAllowed("You may not redeem for this pool; its owner can let you.", ("poolId",))
    if acting["state"] != "ACTIVE":
        return NotAllowed("Only an active member can redeem; the programme's team can help.")
    return None
