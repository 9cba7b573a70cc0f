"""The points of two members who become one: with their dates, by transfers that both can read.

All that can be spent goes over, what waits waits there as it did, and what is owed is owed there.
"""

from typing import Any
from uuid import UUID

from domain import database
from domain.errors import NotAllowed
from domain.ids import uuid7
from domain.wallets.kinds import TransactionKind as Kind
from domain.wallets.posting import Move

HOUSE = "transfer"
OUT, IN, DEBT = {"key": "merged_out"}, {"key": "merged_in"}, {"key": "merged_debt"}


async def settle_due(member_ids: list[UUID]) -> None:
    """Write down all that is due of these members, who are locked."""
    await database.rows(
        """select count(pistis_wallet(member_id, unit, pistis_now())) from wallets
           where member_id = any($1) and next_due_at <= pistis_now() and not frozen""",
        member_ids,
    )


async def check_free(gone: UUID, stayer: UUID) -> None:
    """Raise NotAllowed, naming them, for open holds of the one who goes, and for what is frozen."""
    if await database.value(
        "select 1 from wallets where member_id = any($1) and frozen", [gone, stayer]
    ):
        raise NotAllowed(
            "A wallet of these members is frozen, as it does not add up: mend the ledger first."
        )
    held = await database.rows(
        """select unit, points, expires_at from holds where member_id = $1 and state = 'OPEN'
           order by expires_at, id""",
        gone,
    )
    if held:
        named = ", ".join(
            f"{row['points']} {row['unit']} until {row['expires_at']:%Y-%m-%dT%H:%M:%SZ}"
            for row in held
        )
        raise NotAllowed(f"A till holds points of this member: {named}. Have it end that first.")


async def between(gone: UUID) -> tuple[list[Move], list[Move], dict[str, Any]]:
    """What leaves the one, what arrives with the other, and what of it a merge keeps."""
    out: list[Move] = []
    into: list[Move] = []
    moved: dict[str, Any] = {"units": [], "pending": []}
    for row in await database.rows(
        """select unit, available, debt from wallets where member_id = $1
             and (available > 0 or debt > 0) order by unit""",
        gone,
    ):
        kept = {"unit": row["unit"], "points": row["available"], "debt": row["debt"]}
        if row["available"]:
            sent, got = _transfer(row["unit"], row["available"])
            out.append(sent)
            into.append(got)
            kept |= {"out": str(sent.id), "in": str(got.id)}
        if row["debt"]:
            paid, owed = _debt(row["unit"], row["debt"])
            out.append(paid)
            into.append(owed)
            kept |= {"owed": str(owed.id)}
        moved["units"].append(kept)
    for row in await _pending(gone):
        ended, begun = _waits(row, row["remaining"])
        out.append(ended)
        into.append(begun)
        moved["pending"].append([str(row["id"]), str(begun.id)])
    return out, into, moved


async def let_rest(gone: UUID) -> None:
    """Nothing falls due any more of the one who went: nothing is left there."""
    await database.rows(
        """update wallets set next_due_at = pistis_next_due(member_id, unit)
           where member_id = $1 and next_due_at is not null""",
        gone,
    )


async def back(
    merge_id: UUID, gone: UUID, stayer: UUID, moved: Any
) -> tuple[list[Move], list[Move]]:
    """What leaves the stayer when it is undone, and what arrives with the one who went.

    Of the points that were brought those that are left, in lots with their dates: those that were
    released meanwhile too, what was given back of what the one who went had spent, gifts from and
    for him that were on their way, and what a pool gave back of what he had given.
    """
    out: list[Move] = []
    into: list[Move] = []
    for row in await _left(merge_id, gone, stayer, moved):
        sent, got = _transfer(row["unit"], row["points"], row["lots"])
        out.append(sent)
        into.append(got)
    begun = [UUID(new) for _, new in moved["pending"]]
    for row in await _pending(stayer, begun):
        ended, again = _waits(row, row["remaining"])
        out.append(ended)
        into.append(again)
    for kept in moved["units"]:
        if kept["debt"]:
            # What the stayer paid with or owes for it is his again; the other owes as before.
            paid, owed = _debt(kept["unit"], kept["debt"])
            out += await _repaid(stayer, kept, paid)
            into.append(owed)
    return out, into


def _transfer(unit: str, points: int, lots: list[UUID] | None = None) -> tuple[Move, Move]:
    out_of = tuple(lots) if lots is not None else None
    sent = Move(unit, Kind.TRANSFER_OUT, -points, HOUSE, OUT, out_of=out_of)
    return sent, Move(unit, Kind.TRANSFER_IN, points, HOUSE, IN, gives_back=sent.id)


def _debt(unit: str, points: int) -> tuple[Move, Move]:
    paid = Move(unit, Kind.TRANSFER_IN, points, HOUSE, DEBT)
    return paid, Move(unit, Kind.REVERSE, -points, HOUSE, DEBT)


async def _repaid(stayer: UUID, kept: Any, paid: Move) -> list[Move]:
    # Out of lots: back into these. As a debt: it is paid, or was, and is points then.
    taken = -await database.value(
        "select points from transactions where id = $1", UUID(kept["owed"])
    )
    moves = []
    if taken:
        moves.append(
            Move(kept["unit"], Kind.TRANSFER_IN, taken, HOUSE, DEBT, gives_back=UUID(kept["owed"]))
        )
    if taken < kept["debt"]:
        moves.append(Move(kept["unit"], Kind.TRANSFER_IN, kept["debt"] - taken, HOUSE, DEBT))
    return moves


async def _pending(member_id: UUID, ids: list[UUID] | None = None) -> list[Any]:
    return await database.rows(
        """select p.id, p.unit, p.remaining, p.order_id, p.releases_at, p.cancels_at, p.stage,
             p.expires_at, x.title, x.programme_version
           from pending_points p join transactions x on x.id = p.id
           where p.member_id = $1 and p.remaining > 0 and ($2::uuid[] is null or p.id = any($2))
           order by p.id""",
        *(member_id, ids),
    )


def _waits(row: Any, points: int) -> tuple[Move, Move]:
    ended = Move(row["unit"], Kind.PEND_CANCEL, 0, "issuance", OUT, pending_id=row["id"])
    # What earned them has kept points already; it does not keep those of the other.
    title = {name: value for name, value in row["title"].items() if name != "kept_until"}
    begun = Move(
        row["unit"],
        Kind.PEND,
        points,
        "issuance",
        title,
        id=uuid7(),
        order_id=row["order_id"],
        programme_version=row["programme_version"],
        releases_at=row["releases_at"],
        cancels_at=row["cancels_at"],
        stage=row["stage"],
        expires_at=row["expires_at"],
    )
    return ended, begun


async def _left(merge_id: UUID, gone: UUID, stayer: UUID, moved: Any) -> list[Any]:
    return await database.rows(
        """select l.unit, sum(l.remaining)::bigint as points, array_agg(l.id) as lots
           from lots l join transactions x on x.id = coalesce(l.brought_by, l.id)
           where l.member_id = $1 and l.remaining > 0 and (
             x.title ->> 'key' = 'merged_in' and l.origin in (
               select k.origin from lots k where k.brought_by = any($2))
             or x.natural_key = any($3)
             or x.title ->> 'key' in ('pool_share', 'pool_returned') and l.origin in (
               select c.earning_id from pool_contributions c
               where c.member_id = $4 or c.id in (select r.row_id from merged_rows r
                 where (r.merge_id, r.place) = ($5, 'pool_contributions.member_id')))
             or exists (
               select from gifts g where x.natural_key = 'gift:' || g.id and (
                 g.sender_id = $4 and g.state = 'RETURNED' or g.id in (
                   select r.row_id from merged_rows r where r.merge_id = $5
                     and r.place in ('gifts.sender_id', 'gifts.receiver_id'))))
             or exists (
               select from transactions spent
               where spent.id in (x.gives_back, x.reverses) and spent.member_id in (
                 select $4::uuid union all select id from members where merged_into = $4)
                 and x.kind = 'GIVE_BACK'))
           group by l.unit order by l.unit""",
        stayer,
        [UUID(kept["in"]) for kept in moved["units"] if "in" in kept],
        [f"release:{new}" for _, new in moved["pending"]],
        *(gone, merge_id),
    )
