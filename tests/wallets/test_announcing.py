"""Members are told of what will expire: ahead, once for each date, by any number of workers."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.language import LANGUAGES
from domain.notifications import words
from domain.notifications.kinds import NotificationKind
from domain.programme import queries as programmes
from domain.wallets import announcing
from domain.wallets.proof import proof
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer
from tests.wallets.test_inactivity import go, publish

pytestmark = pytest.mark.usefixtures("database")


async def told(member_id: UUID | None) -> list[Any]:
    rows = await database.rows(
        """select args from notifications where member_id = $1 and kind = 'POINTS_EXPIRE_SOON'
           order by sequence""",
        member_id,
    )
    return [row["args"] for row in rows]


async def a_saver() -> UUID:
    member_id = (await a_buyer(0, tier="bronze")).member_id
    assert member_id
    await bought(member_id)
    return member_id


async def bought(member_id: UUID) -> None:
    await reported(an_order(a_line(1000), member=member_id, occurred_at=await database.now()))


async def test_ahead_once_and_again_when_it_was_kept_longer() -> None:
    await publish(days=60, keptBy=["EARNING"], warnDays=30)
    member_id = await a_saver()
    assert await announcing.announce() == 0
    await go(32)
    assert await announcing.announce() == 1
    assert await announcing.announce() == 0
    (first,) = await told(member_id)
    assert (first["unit"], first["points"]) == ("POINTS", 10)

    await bought(member_id)
    assert await announcing.announce() == 0
    await go(32)
    assert await announcing.announce() == 1
    _, second = await told(member_id)
    assert second["points"] == 20
    assert second["day"] > first["day"]
    assert (await proof(SYSTEM)).problems == []


async def test_nobody_is_told_twice_by_workers_at_once() -> None:
    await publish(days=60, warnDays=30)
    members = [await a_saver() for _ in range(6)]
    await go(45)
    counts = await asyncio.gather(*[announcing.announce(at_once=2) for _ in range(4)])
    while more := await announcing.announce():
        counts.append(more)
    assert sum(counts) == len(members)
    assert [len(await told(member_id)) for member_id in members] == [1] * len(members)


async def test_where_the_programme_says_nothing_nobody_is_told() -> None:
    await publish(days=60)
    member_id = await a_saver()
    await go(59)
    assert await announcing.announce() == 0
    assert await told(member_id) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_every_language(language: str) -> None:
    await publish(days=60, warnDays=30)
    programme = (await programmes.in_force()).programme
    args = {"unit": "POINTS", "points": 10, "day": "2026-12-31"}
    title, body = words.notification(programme, NotificationKind.POINTS_EXPIRE_SOON, args, language)
    assert "10" in title
    assert "31" in body


async def test_who_is_not_to_be_told_holds_up_nobody() -> None:
    await publish(days=60, keptBy=["EARNING"], warnDays=30)
    blocked, pool_id = await a_saver(), await a_saver()
    await go(1)
    other = await a_saver()
    await database.rows("update members set state = 'BLOCKED' where id = $1", blocked)
    await database.rows(
        """insert into pools (id, kind, leaving, created_at)
           values ($1, 'HOUSEHOLD', 'FORFEIT', pistis_now())""",
        pool_id,
    )
    await go(35)
    assert await announcing.announce(at_once=1) == 1
    assert [len(await told(each)) for each in (blocked, pool_id, other)] == [0, 0, 1]
