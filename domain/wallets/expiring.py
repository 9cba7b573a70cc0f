"""Points that are due leave their wallets, and their members are told.

They cannot be spent from the instant on that they are due; here it is only written down.
"""

from uuid import UUID

from domain import database
from domain.wallets.operations import post
from domain.wallets.posting import Notice, Posting

BATCH = 200


async def expire_due() -> int:
    """Write all expiries that are due: how many wallets had some."""
    done = 0
    while found := await _some():
        done += found
    return done


async def _some() -> int:
    async with database.transaction():
        at = await database.now()
        due = await database.rows(
            """select id from members where id in (
                 select member_id from wallets where next_expiry_at <= $1 limit $2)
               order by id for no key update skip locked""",
            *(at, BATCH),
        )
        members = [row["id"] for row in due]
        expired = await database.rows(
            """select w.member_id, t.id, t.unit, t.points from wallets w
               cross join lateral pistis_wallet(w.member_id, w.unit, $2) as expired
               join transactions t on t.member_id = expired.member_id and t.unit = expired.unit
                 and t.version > w.version
               where w.member_id = any($1) and w.next_expiry_at <= $2
               order by w.member_id, t.unit, t.version""",
            *(members, at),
        )
        told: dict[UUID, list[Notice]] = {member_id: [] for member_id in members}
        for row in expired:
            args = {"transaction": str(row["id"]), "unit": row["unit"], "points": row["points"]}
            told[row["member_id"]].append(Notice("POINTS_EXPIRED", args))
        await post([Posting(member_id, notices=tuple(told[member_id])) for member_id in members])
    return len(members)
