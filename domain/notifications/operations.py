"""What is done with notifications: a member reads them; some are told because of a fact."""

from domain import cache, database
from domain.actor import Actor, Role
from domain.events import CardReplaced, PointsExpired, PointsReleased, SessionCompromised
from domain.members import merged
from domain.members.queries import is_told
from domain.notifications import queries
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting


async def read(actor: Actor, up_to: str) -> int:
    """Mark everything up to this cursor as read, never back; how many are unread then.

    Raises InvalidInput for what is no cursor.
    """
    actor.require(Role.MEMBER)
    sequence = queries.sequence_at(up_to, "upTo")
    member_id = actor.member_id
    assert member_id is not None, "the role MEMBER belongs to members alone"
    async with database.transaction():
        moved = await database.row(
            """update members set read_sequence = least($2, sequence), version = version + 1
               where id = $1 and read_sequence < least($2, sequence)
               returning old.read_sequence as before, read_sequence as now, version""",
            *(member_id, sequence),
        )
        if moved:
            await database.rows(
                """update notifications set read_at = pistis_now()
                   where member_id = $1 and sequence > $2 and sequence <= $3""",
                *(member_id, moved["before"], moved["now"]),
            )
            versions = {member_id: moved["version"]}
            await database.after_commit(lambda: cache.raise_versions(versions))
        unread: int = await database.value(
            "select sequence - read_sequence from members where id = $1", member_id
        )
    return unread


async def tell_expired(event: PointsExpired) -> None:
    """Tell the member what has expired."""
    notice = Notice(
        "POINTS_EXPIRED",
        {"transaction": str(event.transaction_id), "unit": event.unit, "points": event.points},
    )
    if await is_told(event.member_id):
        await wallets.tell(Posting(event.member_id, notices=(notice,)))


async def tell_replaced(event: CardReplaced) -> None:
    """Tell the member that it has another number: it may not have been the one who asked."""
    if await merged.current(event.member_id) == event.member_id:
        await wallets.tell(Posting(event.member_id, notices=(Notice("CARD_REPLACED", {}),)))


async def tell_released(event: PointsReleased) -> None:
    """Tell the member what can be spent from now on."""
    if event.points == 0:  # all of it paid a debt
        return
    notice = Notice(
        "POINTS_RELEASED",
        {"transaction": str(event.transaction_id), "unit": event.unit, "points": event.points},
    )
    if await is_told(event.member_id):
        await wallets.tell(Posting(event.member_id, notices=(notice,)))


async def tell_compromised(event: SessionCompromised) -> None:
    """Tell the member that a session was ended, as somebody else had its refresh token."""
    notice = Notice("SESSION_ENDED", {"session": str(event.session_id)})
    member_id = await merged.current(event.member_id)
    await wallets.tell(Posting(member_id, notices=(notice,)))
