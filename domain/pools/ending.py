"""A member is no more: its places in pools end, and a pool without an owner gets another one."""

from typing import Any

from domain import database
from domain.events import MemberStateChanged
from domain.members.kinds import MemberState
from domain.pools import leaving, sharing
from domain.pools.kinds import PlaceState, PoolRole
from domain.pools.locking import joined, locked_with
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

ENDS = frozenset({MemberState.ERASED, MemberState.MERGED})


async def end(event: MemberStateChanged) -> None:
    """End the member's places, in the transaction in progress: what it gave stays with the others.

    The one who is in the pool for longest owns it then; with nobody left its points are given up.
    """
    await database.rows(
        """update pool_places set state = 'DECLINED', ended_at = pistis_now()
           where member_id = $1 and state = 'INVITED'""",
        event.member_id,
    )
    places = await database.rows(
        "select * from pool_places where member_id = $1 and state = 'JOINED' order by id",
        event.member_id,
    )
    for place in places:
        await locked_with(place["pool_id"], place["member_id"])
        await leaving.end(place, PlaceState.LEFT)
        if place["role"] == PoolRole.OWNER:
            await _succeed(place)


async def _succeed(place: Any) -> None:
    others = await joined(place["pool_id"])
    if others:
        await database.rows(
            "update pool_places set role = 'OWNER', may_redeem = true where id = $1",
            others[0]["id"],
        )
        return
    await database.rows("select 1 from members where id = $1 for no key update", place["pool_id"])
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
