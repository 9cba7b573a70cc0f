"""Gifts that nobody came for go back into the lots that they came from, once."""

from typing import Any
from uuid import UUID

from domain import database
from domain.errors import LimitReached
from domain.events import GiftReturned
from domain.failpoints import failpoint
from domain.members.kinds import MemberState
from domain.wallets import arriving, giving_up, operations
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting

AT_ONCE = 200

_LATE = """
select distinct g.receiver_id from gifts g join members m on m.id = g.receiver_id
left join wallets w on w.member_id = g.receiver_id and w.unit = g.unit
where g.state = 'WAITING' and m.state = 'ACTIVE' and w.frozen is not true"""
# Points go back to whoever their sender is now. A frozen wallet takes nothing until it is mended.
_DUE = """
gifts g join members s on s.id = g.sender_id
where g.state = 'WAITING' and g.returns_at <= pistis_now() and not exists (select from wallets w
  where w.member_id = coalesce(s.merged_into, s.id) and w.unit = g.unit and w.frozen)"""


async def settle_gifts(at_once: int = AT_ONCE) -> int:
    """End the gifts that can arrive or have to go back: how many.

    Any number of callers at once: each takes senders whom no other has in hand, and a gift ends
    once, whether somebody claims it at this instant or not.
    """
    done = 0
    for row in await database.rows(_LATE):
        async with database.transaction():
            done += await arriving.deliver(row["receiver_id"])
    full: list[UUID] = []
    while True:
        returned, refused = await _some(full, at_once)
        done += returned
        full += refused
        if not returned and not refused:
            return done


async def _some(full: list[UUID], at_once: int) -> tuple[int, list[UUID]]:
    # How many came back, and whose wallet has no room: they hold up nobody else.
    # Members before gifts, as whoever sends, claims or erases does it.
    refused: list[UUID] = []
    async with database.transaction():
        members = await database.rows(
            f"""select id from members where id in (
                  select coalesce(s.merged_into, s.id) from {_DUE}
                    and coalesce(s.merged_into, s.id) <> all ($2) order by g.returns_at limit $1)
                order by id for no key update skip locked""",
            *(at_once, full),
        )
        gifts = await database.rows(
            f"""select g.id, coalesce(s.merged_into, s.id) as member_id, s.state, g.unit, g.points,
                  g.returns_at
                from {_DUE} and coalesce(s.merged_into, s.id) = any($1)
                order by member_id, g.returns_at, g.id for update of g skip locked""",
            [row["id"] for row in members],
        )
        for gift in gifts:
            try:
                await _return(gift)
            except LimitReached:
                refused.append(gift["member_id"])
        failpoint("returning")
    return len(gifts) - len(refused), refused


async def _return(gift: Any) -> None:
    member_id, unit, points = gift["member_id"], gift["unit"], gift["points"]
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
    is_told = gift["state"] in (MemberState.ACTIVE, MemberState.BLOCKED)
    await operations.post_one(
        Posting(
            member_id,
            moves=(move,),
            notices=(notice,) if is_told else (),
            event=GiftReturned(member_id, gift["id"]),
        )
    )
    await arriving.end(gift["id"], "RETURNED", move.id)
    await giving_up.give_up(member_id)
