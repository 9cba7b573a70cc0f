"""What the team did for members: a lost card, who is blocked or has left, two who became one."""

from api.demo.people import Person
from domain.actor import Actor
from domain.members.card_replacing import ReplaceCard, replace
from domain.members.kinds import CardReason
from domain.members.queries import MemberRef
from domain.membership import merging, states
from domain.membership.merging import MergeMembers
from domain.membership.states import BlockMember, Leave


async def given(staff: Actor, eleni: Person, members: list[Person]) -> None:
    """Eleni lost her card; two others take no part for now, one is back, two were one person."""
    await replace(eleni.actor, ReplaceCard(CardReason.LOST, "demo card"))
    blocked, back = (MemberRef(id=person.id) for person in members[9:11])
    reason = "Three refunds in a week; see the case."
    await states.block(staff, BlockMember(blocked, reason, "demo block"))
    await states.block(staff, BlockMember(back, "Card reported stolen.", "demo block 2"))
    await states.unblock(staff, BlockMember(back, "Card found.", "demo unblock"))
    await states.opt_out(members[11].actor, Leave("demo leave"))
    stays, goes = (
        MemberRef(external_id=person.external_id) for person in (members[14], members[13])
    )
    reason = "Joined again at another till; the telephone is the same."
    await merging.merge(staff, MergeMembers(stays, goes, reason, "demo merge"))
