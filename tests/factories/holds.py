"""Points that a till has set aside or that end, and balances put right by hand."""

from datetime import timedelta
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.queries import MemberRef
from domain.wallets import adjusting, expiring, holds
from domain.wallets import operations as wallets
from domain.wallets.adjusting import AdjustWallet
from domain.wallets.holds import HoldPoints
from domain.wallets.posting import Posting
from tests.factories.rewards import TILL, a_move, a_programme


async def a_hold(member: Actor, points: int = 1, seconds: int = 600) -> UUID:
    """An open hold of the member's points: its id."""
    await a_programme()
    ref = MemberRef(id=member.member_id)
    made = await holds.hold(TILL, HoldPoints(ref, "POINTS", points, seconds, uuid4().hex))
    return made.hold_id


CARE = Actor(ActorKind.STAFF, "care of the tests", expanded({Role.CARE}))


async def an_adjustment(member: Actor, points: int) -> UUID:
    """Points by hand, of somebody who may give 500 alone: its id."""
    await a_programme()
    ref = MemberRef(id=member.member_id)
    asked = AdjustWallet(ref, "POINTS", points, "A wrong till", uuid4().hex)
    return (await adjusting.adjust(CARE, asked)).adjustment_id


async def a_dated_lot(member: Actor, points: int, days: int = 30) -> UUID:
    """Points that last so many days from now: the movement that they came by."""
    move = a_move(points, await database.now() + timedelta(days=days))
    assert member.member_id
    await wallets.post_one(Posting(member.member_id, moves=(move,)))
    return move.id


async def an_expiry(member: Actor, points: int) -> UUID:
    """Points that have just expired: by which movement."""
    await a_dated_lot(member, points, days=-1)
    await expiring.expire_due()
    found: UUID = await database.value(
        """select id from transactions where member_id = $1 and kind = 'EXPIRE'
           order by id desc limit 1""",
        member.member_id,
    )
    return found
