"""A member is no more: its places in pools end, and a pool without an owner gets another one."""

from typing import Any
from uuid import UUID

from domain import database
from domain.events import MembersMerged, MemberStateChanged
from domain.members import merged
from domain.members.locking import lock
from domain.pools import leaving, sharing
from domain.pools.kinds import PlaceState, PoolRole
from domain.pools.locking import joined, locked_with
from domain.programme.terms.pools import LeavingRule
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting


async def end(event: MemberStateChanged) -> None:
    """End the member's places, in the transaction in progress: what it gave stays with the others.

    The one who is in the pool for longest owns it then; with nobody left its points are given up.
    """
    for place in await _places(event.member_id):
        await locked_with(place["pool_id"], place["member_id"])
        await leaving.end(place, PlaceState.LEFT)
        if place["role"] == PoolRole.OWNER:
            await _succeed(place, None)


async def end_of_gone(event: MembersMerged) -> None:
    """End the places that could not go over to whom a member lives on in, who takes along what a
    leaver takes, or all if nobody else is left; in the transaction in progress.

    Where both were in the pool and the one who went owned it, the other does.
    """
    await merged.lock([event.gone_id])
    heir = await merged.current(event.gone_id)
    if heir == event.gone_id:  # it was undone meanwhile
        return
    for place in await _places(event.gone_id):
        pool = await locked_with(place["pool_id"], heir, event.gone_id)
        if pool["leaving"] == LeavingRule.SHARE_BACK:
            await sharing.share_back(place["pool_id"], place["id"], heir)
        await leaving.end(place, PlaceState.LEFT)
        if place["role"] == PoolRole.OWNER:
            await _succeed(place, heir)


async def _places(member_id: UUID) -> list[Any]:
    # Those that are to end; what it was only asked to is over.
    await database.rows(
        """update pool_places set state = 'DECLINED', ended_at = pistis_now()
           where member_id = $1 and state = 'INVITED'""",
        member_id,
    )
    return await database.rows(
        "select * from pool_places where member_id = $1 and state = 'JOINED' order by id",
        member_id,
    )


async def _succeed(place: Any, heir: UUID | None) -> None:
    others = await joined(place["pool_id"])
    if others:
        owner = min(others, key=lambda other: other["member_id"] != heir)
        await database.rows(
            "update pool_places set role = 'OWNER', may_redeem = true where id = $1",
            owner["id"],
        )
        return
    if heir is not None:
        await sharing.hand_over(place["pool_id"], place["id"], heir)
    await lock([place["pool_id"]])
    await sharing.settle(place["pool_id"])
    left = await database.rows(
        "select unit, available from wallets where member_id = $1 and available > 0 and not frozen",
        place["pool_id"],
    )
    moves = tuple(
        Move(
            unit=row["unit"],
            kind=TransactionKind.ADJUST,
            points=-row["available"],
            house="breakage",
            title={"key": "erased"},
        )
        for row in left
    )
    if moves:
        await wallets.post_one(Posting(place["pool_id"], moves=moves))
    await leaving.closed(place["pool_id"])
