"""Who is told of what happens in a pool: who is asked, who leads it, who is in it no more."""

from uuid import UUID

from domain import database
from domain.events import PoolInvited, PoolJoined, PoolLeft
from domain.members.queries import is_told
from domain.pools.kinds import PlaceState
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting


async def invited(event: PoolInvited) -> None:
    """Tell somebody that he is asked."""
    await _tell(event.member_id, Notice("POOL_INVITED", {"pool": str(event.pool_id)}))


async def joined(event: PoolJoined) -> None:
    """Tell the owner who has come."""
    owner = await _owner(event.pool_id)
    if owner not in (None, event.member_id):
        await _tell(owner, Notice("POOL_JOINED", {"pool": str(event.pool_id)}))


async def left(event: PoolLeft) -> None:
    """Tell the owner who has gone; and who did not go by his own wish, that he is out of it."""
    if event.state == PlaceState.LEFT:
        owner = await _owner(event.pool_id)
        await _tell(owner, Notice("POOL_LEFT", {"pool": str(event.pool_id)}))
    else:
        await _tell(event.member_id, Notice("POOL_ENDED", {"pool": str(event.pool_id)}))


async def _tell(member_id: UUID | None, notice: Notice) -> None:
    if member_id is not None and await is_told(member_id):
        await wallets.tell(Posting(member_id, notices=(notice,)))


async def _owner(pool_id: UUID) -> UUID | None:
    found: UUID | None = await database.value(
        """select member_id from pool_places
           where pool_id = $1 and role = 'OWNER' and state = 'JOINED'""",
        pool_id,
    )
    return found
