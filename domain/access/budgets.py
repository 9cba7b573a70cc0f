"""How often codes are sent to an address, and tried for it: the same for known and unknown ones.

Counted in PostgreSQL, one at a time for an address, in the transaction that sends or tries; so
neither a restart nor any number of processes at once lets one more through. Real time.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain import database
from domain.access.addresses import Address
from domain.errors import LimitReached

REQUESTS_A_DAY = 10
TRIES_AN_HOUR = 10
TRIES_A_DAY = 30
# After as many that failed in a row there is a pause before each further one, longer every time.
FREE_FAILURES = 10
PAUSE_SECONDS = 30
PAUSE_SECONDS_MAX = 3600

DAY = timedelta(days=1)
REQUESTS = ((5, timedelta(hours=1)), (REQUESTS_A_DAY, DAY))


async def one_at_a_time(address: Address) -> None:
    """Wait for whoever counts for this address, in the transaction in progress."""
    await database.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", address.text)


async def request(address: Address) -> datetime:
    """Allow one more code: from when another will be. LimitReached (path address) if it is not."""
    now: datetime = await database.value("select now()")
    found = await database.rows(
        """select created_at from challenges
           where address = $1 and created_at > now() - interval '1 day'
           order by created_at desc limit $2""",
        *(address.text, REQUESTS_A_DAY),
    )
    sent = [row["created_at"] for row in found]
    free_at, limit = max((_free_at(sent, *limit), limit) for limit in REQUESTS)
    if free_at > now:
        many = f"{limit[0]} codes {'a day' if limit[1] == DAY else 'an hour'}"
        raise LimitReached(
            f"{many} are sent to one address: use the last one, "
            f"or ask again in {worded(_whole(free_at - now))}.",
            ("address",),
        )
    return max(_free_at([now, *sent], *limit) for limit in REQUESTS)


async def seconds_to_next_try(address: Address) -> int:
    """0 if a code may be tried for this address now, else how long until it may be."""
    # A try is at most five minutes younger than its challenge.
    waits = await database.row(
        """with tried as (
             select tries, created_at, tried_at, used_at from challenges
             where address = $1 and tries > 0
               and created_at > now() - interval '24 hours 5 minutes'
           ), failed as (
             select coalesce(sum(tries), 0)::int as count, max(tried_at) as last from tried
             where created_at > coalesce((select max(created_at) from tried
                                          where used_at is not null), '-infinity')
           )
           select
             (select coalesce(sum(tries), 0) >= $2 from tried) as is_day_full,
             (select coalesce(sum(tries), 0) >= $3 from tried
              where created_at > now() - interval '65 minutes') as is_hour_full,
             (select min(created_at) from tried) + interval '24 hours 5 minutes' - now() as day,
             (select min(created_at) from tried where created_at > now() - interval '65 minutes')
               + interval '65 minutes' - now() as hour,
             failed.count, now() - failed.last as since from failed""",
        *(address.text, TRIES_A_DAY, TRIES_AN_HOUR),
    )
    assert waits is not None
    if waits["is_day_full"]:
        return _whole(waits["day"])
    if waits["is_hour_full"]:
        return _whole(waits["hour"])
    if waits["count"] < FREE_FAILURES:
        return 0
    doublings: int = min(waits["count"] - FREE_FAILURES, 10)
    pause = min(PAUSE_SECONDS << doublings, PAUSE_SECONDS_MAX)
    since: timedelta = waits["since"]
    return max(0, math.ceil(pause - since.total_seconds()))


def worded(seconds: int) -> str:
    """A wait as it is told to people."""
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{math.ceil(seconds / 60)} minutes"


def _free_at(sent: Sequence[datetime], count: int, period: timedelta) -> datetime:
    # `sent`: the newest first.
    return sent[count - 1] + period if len(sent) >= count else datetime.min.replace(tzinfo=UTC)


def _whole(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
