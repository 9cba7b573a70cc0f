"""Gifts that nobody came for go back into the lots that they came from, once."""

from typing import Any

from domain import database
from domain.events import GiftReturned
from domain.failpoints import failpoint
from domain.members import merged
from domain.members.kinds import MemberState
from domain.wallets import arriving, giving_up, operations
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting

AT_ONCE = 200

_LATE = """
select distinct g.receiver_id from gifts g join members m on m.id = g.receiver_id
left join wallets w on w.member_id = g.receiver_id and w.unit = g.unit
where g.state = 'WAITING' and m.state = 'ACTIVE' and w.frozen is not true"""
# A frozen wallet takes nothing until it is mended.
_DUE = """
state = 'WAITING' and returns_at <= pistis_now() and not exists (select from wallets w
  where w.member_id = g.sender_id and w.unit = g.unit and w.frozen)"""


async def settle_gifts(at_once: int = AT_ONCE) -> int:
    """End the gifts that can arrive or have to go back: how many.

    Any number of callers at once: each takes senders whom no other has in hand, and a gift ends
    once, whether somebody claims it at this instant or not.
    """
    done = 0
    for row in await database.rows(_LATE):
        async with database.transaction():
            done += await arriving.deliver(row["receiver_id"])
    while some := await _some(at_once):
        done += some
    return done


async def _some(at_once: int) -> int:
    # Members before gifts, as whoever sends, claims or erases does it.
    async with database.transaction():
        senders = await database.rows(
            f"""select id, state from members where id in (
                  select sender_id from gifts g where {_DUE} order by returns_at limit $1)
                order by id for no key update skip locked""",
            at_once,
        )
        states = {row["id"]: row["state"] for row in senders}
        gifts = await database.rows(
            f"""select id, sender_id, unit, points, returns_at from gifts g
                where sender_id = any($1) and {_DUE}
                order by sender_id, returns_at, id for update skip locked""",
            list(states),
        )
        for gift in gifts:
            await _return(gift, states[gift["sender_id"]])
        failpoint("returning")
    return len(gifts)


async def _return(gift: Any, state: str) -> None:
    sender_id, unit, points = gift["sender_id"], gift["unit"], gift["points"]
    if state == MemberState.MERGED:
        sender_id = await merged.current(sender_id)
    move = Move(
        unit=unit,
        kind=TransactionKind.TRANSFER_IN,
        points=points,
        house=arriving.HOUSE,
        title={"key": "gift_returned"},
        occurred_at=gift["returns_at"],
        natural_key=f"gift:{gift['id']}",
        gives_back=gift["id"],
    )
    notice = Notice("GIFT_RETURNED", {"gift": str(gift["id"]), "unit": unit, "points": points})
    is_told = state in (MemberState.ACTIVE, MemberState.BLOCKED)
    await operations.post_one(
        Posting(
            sender_id,
            moves=(move,),
            notices=(notice,) if is_told else (),
            event=GiftReturned(sender_id, gift["id"]),
        )
    )
    await arriving.end(gift["id"], "RETURNED", move.id)
    await giving_up.give_up(sender_id)
