"""What the team did for members: cards, blocked, left, balances put right, two who became one."""

from api.demo.people import Person
from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.card_replacing import ReplaceCard, replace
from domain.members.kinds import CardReason
from domain.members.queries import MemberRef
from domain.membership import merging, states
from domain.membership.merging import MergeMembers
from domain.membership.states import BlockMember, Leave
from domain.wallets import adjusting
from domain.wallets.adjusting import AdjustWallet

CARE = Actor(ActorKind.STAFF, "demo care", expanded({Role.CARE}))


async def given(staff: Actor, eleni: Person, members: list[Person]) -> None:
    """Eleni lost her card; two others take no part for now, one is back, two were one person."""
    await replace(eleni.actor, ReplaceCard(CardReason.LOST, "demo card"))
    blocked, back = (MemberRef(id=person.id) for person in members[9:11])
    reason = "Three refunds in a week; see the case."
    await states.block(staff, BlockMember(blocked, reason, "demo block"))
    await states.block(staff, BlockMember(back, "Card reported stolen.", "demo block 2"))
    await states.unblock(staff, BlockMember(back, "Card found.", "demo unblock"))
    await states.opt_out(members[11].actor, Leave("demo leave"))
    # Of these the first is within what somebody in care may give alone.
    for points, why in ((40, "Waited half an hour"), (900, "A party that we had to call off")):
        ref = MemberRef(id=members[6].id)
        await adjusting.adjust(CARE, AdjustWallet(ref, "POINTS", points, why, f"demo {points}"))
    stays, goes = (
        MemberRef(external_id=person.external_id) for person in (members[14], members[13])
    )
    reason = "Joined again at another till; the telephone is the same."
    await merging.merge(staff, MergeMembers(stays, goes, reason, "demo merge"))
