"""Who is about to lose a tier is told while there is still time to keep it."""

from datetime import timedelta
from typing import Any

from domain import database
from domain.programme import queries as programmes
from domain.tiers import rules
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

AT_ONCE = 200

_DUE = """
select m.id, m.tier, m.tier_until, coalesce((
    select sum(q.points) from qualifying_days q
    where q.member_id = m.id and q.day >= m.tier_counted_from), 0)::bigint as counted
from members m
where tier_until > pistis_now() and tier_until <= pistis_now() + $1 and state = 'ACTIVE'
  and tier_fixed_until is null and tier_warned_for is distinct from tier_until
  and tier_reviewed_for is not distinct from tier_since
order by id limit $2 for no key update of m skip locked
"""


async def warn_due(at_once: int = AT_ONCE) -> int:
    """Tell those whose tier ends within the programme's `warn_days` what is missing: how many.

    Each once for an end, `at_once` members at a time; who has enough already hears nothing.
    """
    _, version = await programmes.present()
    if version is None or not version.programme.tier_policy.warn_days:
        return 0
    within = timedelta(days=version.programme.tier_policy.warn_days)
    told = 0
    while True:
        async with database.transaction():
            due = await database.rows(_DUE, within, at_once)
            if not due:
                return told
            postings = []
            for row in due:
                missing = rules.missing_to_keep(version.programme, row["tier"], row["counted"])
                if missing:
                    postings.append(_warning(row, missing))
            await wallets.post(postings)
            await database.rows(
                "update members set tier_warned_for = tier_until where id = any($1)",
                [row["id"] for row in due],
            )
            told += len(postings)


def _warning(row: Any, missing: int) -> Posting:
    notice = Notice("TIER_AT_RISK", {"tier": row["tier"], "missing": missing})
    return Posting(row["id"], notices=(notice,))
