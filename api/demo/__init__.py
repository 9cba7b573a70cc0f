"""A café with a year behind it, so that nothing that one looks at is empty.

Everything comes about by the operations that live requests use. The business clock is set back and
moved on while the year is lived through; it stands at now in the end.
"""

import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from api.demo import (
    care,
    catalogue,
    deeds,
    gifts,
    people,
    pools,
    profiles,
    receipts,
    said,
    segments,
    shaping,
    standings,
    stops,
    visits,
)
from api.identity.tokens import demo_team
from api.running.opening import opened
from api.settings import Settings
from domain import database
from domain.actor import SYSTEM
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets import announcing

SEED = 1821
DAYS = 360


async def seed(settings: Settings) -> None:
    """Fill an installation that has no programme yet; leave any other alone."""
    async with opened(settings):
        if await database.value("select count(*) from programme_versions") == 0:
            started = time.monotonic()
            await live_through_a_year()
            _tell(f"demo: a café with a year behind it, made in {time.monotonic() - started:.1f} s")


async def live_through_a_year() -> None:
    """The café's year, from its programme to yesterday, into an empty installation."""
    chance = random.Random(SEED)
    today = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS)
    async with _clock_that_comes_back():
        await programmes.publish(SYSTEM, _terms(), first - timedelta(days=1))
        _tell("demo: members join")
        members = await people.join(chance, first, today)
        await standings.become_regulars(today)
    await catalogue.fill(today)
    _tell("demo: a year of orders")
    async with _clock_that_comes_back():
        await visits.past(chance, members, today)
    await visits.told_of_last_month(today)
    eleni = members[0]
    await pools.begin(eleni, members)
    await visits.lately(eleni)
    await pools.lately(members)
    await receipts.lately(eleni)
    await deeds.past(eleni, members, today)
    staff = await demo_team()
    await profiles.told(chance, eleni, members)
    await standings.review()
    await standings.give(staff, members[1].external_id)
    await said.surveys(chance, eleni, members)
    await said.cases(staff, eleni, members)
    await segments.told(chance, eleni, members)
    await segments.saved(staff)
    await gifts.sent(eleni, members)
    await care.given(staff, eleni, members)
    await catalogue.offer(today)
    await announcing.announce()
    await shaping.ahead(staff, _terms())
    await stops.declared(staff)


def _terms() -> dict[str, Any]:
    # The template, whose members are also told ahead of points that will expire.
    terms = contents("cafe")
    points, *others = terms["units"]
    expiry = points["expiry"] | {"warnDays": 14}
    return terms | {"units": [points | {"expiry": expiry}, *others]}


@asynccontextmanager
async def _clock_that_comes_back() -> AsyncIterator[None]:
    try:
        yield
    finally:
        await database.rows("update clock set ahead_seconds = 0")


def _tell(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
