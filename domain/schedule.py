"""What happens when time passes. Any number of processes may do all of it at once."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import clock, database, idempotency, outbox, reactions, throttle
from domain.access import purging, rotation
from domain.notifications import changing
from domain.offers import segment_refreshing
from domain.orders import freeing
from domain.tiers import redesigning, reviewing, warning
from domain.wallets import (
    announcing,
    expiring,
    greetings,
    guard,
    returning,
    sealing,
    statement_rounds,
)

STEP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do every so often; done too often, it finds nothing to do.

    `falls_due`: it goes by the business clock, so whoever moves that does it on the way.
    """

    every_seconds: int
    run: Callable[[], Awaitable[object]]
    falls_due: bool = False


DUTIES: tuple[Duty, ...] = (
    Duty(10, sealing.seal),
    Duty(60, expiring.expire_due, falls_due=True),
    Duty(600, greetings.greet, falls_due=True),
    Duty(60, returning.settle_gifts, falls_due=True),
    Duty(600, freeing.free_due, falls_due=True),
    Duty(600, announcing.announce, falls_due=True),
    Duty(60, changing.tell_changes, falls_due=True),
    Duty(60, redesigning.refresh, falls_due=True),
    Duty(60, reviewing.review_due, falls_due=True),
    Duty(60, segment_refreshing.refresh, falls_due=True),
    Duty(600, statement_rounds.tell_statements, falls_due=True),
    Duty(600, warning.warn_due, falls_due=True),
    Duty(3600, idempotency.prune),
    Duty(3600, outbox.prune),
    Duty(3600, throttle.prune),
    Duty(3600, purging.purge),
    Duty(3600, rotation.rotate_due),
)


def duties(check_seconds: int) -> tuple[Duty, ...]:
    """All of them; the ledger is checked every `check_seconds`."""
    return (*DUTIES, Duty(check_seconds, guard.check))


async def pass_time(by: timedelta) -> AsyncIterator[datetime]:
    """Move the business clock on, a day at a time, and do what falls due: where it stands.

    A day at a time, for what is missed for longer than its window is not made up for. Raises
    InvalidInput before anything is done, for a clock that would go back.
    """
    left = timedelta(seconds=math.ceil(by.total_seconds()))
    while True:
        now = await clock.advance(min(left, STEP))
        await do_what_is_due()
        left -= STEP
        yield now
        if left <= timedelta(0):
            return


async def do_what_is_due() -> None:
    """All that goes by the business clock, and what follows from it."""
    for duty in DUTIES:
        if duty.falls_due:
            await duty.run()
    for relay in reactions.RELAYS:
        while await relay():
            pass


async def moved_since(at: datetime) -> list[tuple[str, str, int, int]]:
    """What was written in the ledger since then: kind, unit, how often, points together."""
    found = await database.rows(
        """select kind, unit, count(*) as count, sum(points)::bigint as points from transactions
           where recorded_at > $1 group by kind, unit order by kind, unit""",
        at,
    )
    return [(row["kind"], row["unit"], row["count"], row["points"]) for row in found]


async def told_since(at: datetime) -> list[tuple[str, int]]:
    """What members were told since then: kind, and how often."""
    found = await database.rows(
        """select kind, count(*) as count from notifications
           where created_at > $1 group by kind order by kind""",
        at,
    )
    return [(row["kind"], row["count"]) for row in found]
