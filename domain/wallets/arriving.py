"""Gifts that arrive: at once, or when who they wait for joins, or takes part again."""

import hmac
from contextlib import suppress
from uuid import UUID

from domain import database, secrets
from domain.access.addresses import Address
from domain.errors import LimitReached
from domain.events import GiftArrived, MemberEnrolled, MemberStateChanged
from domain.members.kinds import MemberState
from domain.wallets import operations
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting

HOUSE = "transfer"


def address_hash(address: Address) -> str:
    """What stands for an address that nobody has yet: without the secret nobody reads it back."""
    text = f"{address.channel} {address.text}"
    return hmac.digest(secrets.key("gifts"), text.encode(), "sha256").hex()


def arrival(gift_id: UUID, receiver_id: UUID, unit: str, points: int) -> Posting:
    """What a gift does to who receives it: the points come with the dates that they had."""
    move = Move(
        unit=unit,
        kind=TransactionKind.TRANSFER_IN,
        points=points,
        house=HOUSE,
        title={"key": "gift_received"},
        natural_key=f"gift:{gift_id}",
        gives_back=gift_id,
    )
    notice = Notice("GIFT_RECEIVED", {"gift": str(gift_id), "unit": unit, "points": points})
    event = GiftArrived(receiver_id, gift_id)
    return Posting(receiver_id, moves=(move,), notices=(notice,), event=event)


async def claim(event: MemberEnrolled) -> None:
    """What waits for an address of the new member is this member's, and arrives."""
    row = await database.row(
        """select m.joined_at, p.email, p.phone from members m
           join profiles p on p.member_id = m.id where m.id = $1 for no key update of m""",
        event.member_id,
    )
    if row is None:
        return
    hashes = [
        address_hash(Address(channel, row[channel]))
        for channel in ("email", "phone")
        if row[channel]
    ]
    found = await database.rows(
        """update gifts set receiver_id = $1, address_hash = null
           where address_hash = any($2) and state = 'WAITING' and sender_id <> $1
             and returns_at > $3 returning id""",
        *(event.member_id, hashes, row["joined_at"]),
    )
    if found:
        await deliver(event.member_id)


async def welcome_back(event: MemberStateChanged) -> None:
    """What has waited for a member while it took no part arrives."""
    await deliver(event.member_id)


async def deliver(member_id: UUID) -> int:
    """All that waits for this member arrives, in the transaction in progress: how many gifts.

    None to who takes no part; a wallet that is frozen takes nothing until it is mended, and one
    that is full until there is room.
    """
    state = await database.value(
        "select state from members where id = $1 for no key update", member_id
    )
    if state != MemberState.ACTIVE:
        return 0
    gifts = await database.rows(
        """select id, unit, points from gifts g where receiver_id = $1 and state = 'WAITING'
             and not exists (select from wallets w
               where w.member_id = g.receiver_id and w.unit = g.unit and w.frozen)
           order by id for update""",
        member_id,
    )
    arrived = 0
    for gift in gifts:
        posting = arrival(gift["id"], member_id, gift["unit"], gift["points"])
        with suppress(LimitReached):
            await operations.post_one(posting)
            await end(gift["id"], "ARRIVED", posting.moves[0].id)
            arrived += 1
    return arrived


async def end(gift_id: UUID, state: str, transaction_id: UUID) -> None:
    """Note how a gift ended, in the transaction in progress, which has it locked."""
    await database.rows(
        "update gifts set state = $2, ended_at = pistis_now(), ended_by = $3 where id = $1",
        *(gift_id, state, transaction_id),
    )
