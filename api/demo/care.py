"""What the team did for members: cards, blocked, left, balances put right, two who became one."""

from datetime import timedelta

from api.demo.people import Person
from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.card_replacing import ReplaceCard, replace
from domain.members.kinds import CardReason
from domain.members.queries import MemberRef
from domain.membership import merging, states
from domain.membership.merging import MergeMembers
from domain.membership.states import BlockMember, Leave
from domain.wallets import adjusting, expiring, operations
from domain.wallets.adjusting import AdjustWallet
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

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
    await _expired(members[2])


async def _expired(person: Person) -> None:
    # Told late, and over by then: the team may bring it back.
    now = await database.now()
    at, until = now - timedelta(days=375), now - timedelta(days=10)
    move = Move(
        unit="POINTS",
        kind=TransactionKind.EARN,
        points=20,
        house="issuance",
        title={"key": "welcome"},
        occurred_at=at,
        expires_at=until,
    )
    await operations.post_one(Posting(person.id, moves=(move,)))
    await expiring.expire_due()
