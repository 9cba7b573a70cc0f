"""Who goes takes along what the pool declared; and a pool that closes shares all that it has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, idempotency, outbox
from domain.actor import Actor, Role
from domain.errors import NotAllowed, NotFound
from domain.events import PoolLeft
from domain.members.kinds import MemberState
from domain.pools import places, sharing
from domain.pools.commands import ClosePool, LeavePool, RemoveFromPool
from domain.pools.kinds import PlaceState, PoolRole
from domain.pools.locking import joined, locked, locked_with
from domain.pools.sharing import Points
from domain.programme.terms.pools import LeavingRule
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

_UNDONE = """
select exists (select from vouchers where member_id = $1 and state = 'ISSUED'
    and expires_at > pistis_now())
  or exists (select from holds where member_id = $1 and state = 'OPEN'
    and expires_at > pistis_now())
  or exists (select from pending_points where member_id = $1 and remaining > 0
    and coalesce(least(releases_at, cancels_at) > pistis_now(), true))"""


@dataclass(frozen=True, slots=True)
class Gone:
    """A place that ended, or a pool. `returned`: the points that went with it, by unit."""

    id: UUID
    returned: Points
    replayed: bool


async def leave(actor: Actor, command: LeavePool) -> Gone:
    """The caller leaves, with what the pool's rule lets him take.

    Raises NotFound, and NotAllowed for the owner, who hands it over or closes it.
    """
    actor.require(Role.MEMBER)
    claim = idempotency.claim(actor, "poolLeave", command.idempotency_key, command)
    member_id = actor.member_id
    assert member_id is not None

    async def effect() -> idempotency.Result:
        pool = await locked_with(command.pool_id, member_id)
        place_id = await places.place_of(member_id, command.pool_id)
        if place_id is None:
            raise NotFound("You are in no such pool.", ("poolId",))
        return await _ended(pool, await _place(place_id), PlaceState.LEFT)

    return _gone(*await idempotency.once(claim, effect))


async def remove(actor: Actor, command: RemoveFromPool) -> Gone:
    """Somebody's place ends by the owner's wish, or the team's; he takes what a leaver takes.

    Raises NotFound, NotAllowed.
    """
    claim = idempotency.claim(actor, "poolRemove", command.idempotency_key, command)

    async def effect() -> idempotency.Result:
        seen = await places.place_led_by(actor, command.place_id)
        pool = await locked_with(seen["pool_id"], seen["member_id"])
        place = await places.place_led_by(actor, command.place_id)
        return await _ended(pool, place, PlaceState.REMOVED)

    return _gone(*await idempotency.once(claim, effect))


async def close(actor: Actor, command: ClosePool) -> Gone:
    """A pool ends: each takes what is unspent of what he gave, its owner what others have left.

    Raises NotFound, and NotAllowed for who does not lead it, or while it has vouchers or holds, or
    points that wait.
    """
    claim = idempotency.claim(actor, "poolClose", command.idempotency_key, command)

    async def members() -> Sequence[UUID]:
        return [place["member_id"] for place in await joined(command.pool_id)]

    async def effect() -> idempotency.Result:
        await places.led_by(actor, command.pool_id)
        await locked(command.pool_id, members)
        await places.led_by(actor, command.pool_id)
        if await database.value(_UNDONE, command.pool_id):
            raise NotAllowed(
                "The pool has vouchers, or points that are set aside or wait: use the vouchers or"
                " give them back, and let the points come first.",
                ("poolId",),
            )
        returned = await closed(command.pool_id)
        return {"id": str(command.pool_id), "returned": returned}

    return _gone(*await idempotency.once(claim, effect))


async def closed(pool_id: UUID) -> Points:
    """Share all that the pool has and close it, in the transaction in progress, which has locked
    it and its people: what went back, by unit.
    """
    returned: Counter[str] = Counter()
    people = await joined(pool_id)
    for place in people:
        returned.update(await sharing.share_back(pool_id, place["id"], place["member_id"]))
    for place in people:
        if place["role"] == PoolRole.OWNER:
            returned.update(await sharing.hand_over(pool_id, place["id"], place["member_id"]))
    for place in people:
        await end(place, PlaceState.CLOSED)
    await database.rows(
        """update pool_places set state = 'DECLINED', ended_at = pistis_now()
           where pool_id = $1 and state = 'INVITED'""",
        pool_id,
    )
    await database.rows(
        "update pools set closed_at = pistis_now(), title = null where id = $1", pool_id
    )
    await database.rows(
        "update members set state = $2 where id = $1", pool_id, MemberState.OPTED_OUT
    )
    await wallets.tell(Posting(pool_id))
    return dict(returned)


async def end(place: Any, state: PlaceState) -> None:
    """A place ends, in the transaction in progress."""
    await database.rows(
        "update pool_places set state = $2, ended_at = pistis_now() where id = $1",
        *(place["id"], state),
    )
    await outbox.append(PoolLeft(place["member_id"], place["pool_id"], place["id"], state))


async def _ended(pool: Any, place: Any, state: PlaceState) -> idempotency.Result:
    if place["role"] == PoolRole.OWNER:
        raise NotAllowed("An owner makes another one that by poolRoleSet, or closes the pool.")
    returned: Points = {}
    if pool["leaving"] == LeavingRule.SHARE_BACK:
        returned = await sharing.share_back(pool["id"], place["id"], place["member_id"])
    await end(place, state)
    return {"id": str(place["id"]), "returned": returned}


async def _place(place_id: UUID) -> Any:
    return await database.row("select * from pool_places where id = $1", place_id)


def _gone(result: idempotency.Result, replayed: bool) -> Gone:
    return Gone(UUID(result["id"]), result["returned"], replayed)
