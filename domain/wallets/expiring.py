"""Points that are due leave their wallets.

They cannot be spent from the instant on that they are due; here it is only written down. That is
a fact, wherever it is written, and members are told because of it (domain/reactions.py).
"""

from domain import cache, database
from domain.failpoints import failpoint

AT_ONCE = 500


async def expire_due(at_once: int = AT_ONCE) -> int:
    """Write all expiries that are due, of `at_once` members at a time: of how many members.

    Any number of callers at once: each takes members whom no other has in hand.
    """
    done = 0
    while True:
        held, due = await _some(at_once)
        done += due
        if not held:
            return done


async def _some(at_most: int) -> tuple[int, int]:
    # How many it had in hand, and for how many of them nobody else had done it meanwhile.
    async with database.transaction():
        held = await database.rows(
            """select id from members where id in (
                 select member_id from wallets where next_due_at <= pistis_now() and not frozen
                 order by next_due_at limit $1)
               order by id for no key update skip locked""",
            at_most,
        )
        settled = await database.rows(
            """select member_id, count(pistis_wallet(member_id, unit, pistis_now())) from wallets
               where member_id = any($1) and next_due_at <= pistis_now() and not frozen
               group by member_id""",
            [row["id"] for row in held],
        )
        member_ids = [row["member_id"] for row in settled]
        failpoint("expiring")
        # Who was merged has nothing left, whatever fell due there once, and moves no more.
        raised = await database.rows(
            """update members set version = version + 1 where id = any($1) and merged_into is null
               returning id, version""",
            member_ids,
        )
        versions = {row["id"]: row["version"] for row in raised}
        await database.after_commit(lambda: cache.raise_versions(versions))
    return len(held), len(member_ids)
