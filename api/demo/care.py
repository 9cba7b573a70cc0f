"""What the team did for members: a lost card, somebody who is blocked, somebody who has left."""

from api.demo.people import Person
from domain.actor import Actor
from domain.members.card_replacing import ReplaceCard, replace
from domain.members.kinds import CardReason
from domain.members.queries import MemberRef
from domain.membership import states
from domain.membership.states import BlockMember, Leave


async def given(staff: Actor, eleni: Person, members: list[Person]) -> None:
    """Eleni lost her card; two others take no part for now, and one is back."""
    await replace(eleni.actor, ReplaceCard(CardReason.LOST, "demo card"))
    blocked, back = (MemberRef(id=person.id) for person in members[9:11])
    reason = "Three refunds in a week; see the case."
    await states.block(staff, BlockMember(blocked, reason, "demo block"))
    await states.block(staff, BlockMember(back, "Card reported stolen.", "demo block 2"))
    await states.unblock(staff, BlockMember(back, "Card found.", "demo unblock"))
    await states.opt_out(members[11].actor, Leave("demo leave"))
