"""Points that a till has set aside, and balances put right by hand."""

from uuid import UUID, uuid4

from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.queries import MemberRef
from domain.wallets import adjusting, holds
from domain.wallets.adjusting import AdjustWallet
from domain.wallets.holds import HoldPoints
from tests.factories.rewards import TILL, a_programme


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
