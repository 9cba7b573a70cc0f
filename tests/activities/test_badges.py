"""A badge is given once, by what happened, and the member is told."""

import asyncio
from datetime import timedelta

import pytest

from domain import database, reactions
from domain.activities.badges import deeds_of, page_of
from domain.activities.rules import Done, Progress, progress
from domain.actor import SYSTEM, Actor
from domain.programme import queries as programmes
from tests.factories.activities import a_badge, a_kind, did
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import terms_of
from tests.factories.rewards import a_buyer, a_programme
from tests.test_reactions import read_all, told

pytestmark = pytest.mark.usefixtures("database")


async def award_all() -> None:
    await read_all(reactions.award_badges, "badges")


async def badges_of(member: Actor) -> list[tuple[str, bool, int, int]]:
    assert member.member_id
    (deeds,) = await deeds_of(SYSTEM, [member.member_id])
    assert deeds
    programme = (await programmes.in_force()).programme
    return [
        (row.badge.code, row.earned_at is not None, row.progress.done, row.progress.target)
        for row in page_of(programme, deeds, 10).rows
    ]


async def test_the_third_review_brings_a_badge_once() -> None:
    await a_programme()
    member = await a_buyer(0)
    for months in range(2):
        await did(member, ago=timedelta(days=40 * months))
    await award_all()
    before = await badges_of(member)
    await did(member)
    await did(member)
    await asyncio.gather(*(award_all() for _ in range(3)))
    await database.rows("update outbox_readers set xid = 0, event_id = 0 where name = 'badges'")
    await award_all()

    assert before[0] == ("critic", False, 2, 3)
    assert (await badges_of(member))[0] == ("critic", True, 3, 3)
    assert await told(member.member_id, "BADGE_EARNED") == 1


async def test_an_order_that_leads_to_a_tier_brings_its_badge() -> None:
    await a_programme()
    member, other = await a_buyer(0), await a_buyer(0)
    await reported(an_order(a_line(45_000), member=member.member_id))
    await reported(an_order(a_line(1000), member=other.member_id))
    await award_all()

    assert (await badges_of(member))[0] == ("one-of-us", True, 1, 1)
    assert await told(other.member_id, "BADGE_EARNED") == 0


async def test_who_takes_no_part_is_given_none() -> None:
    await a_programme()
    member = await a_buyer(0)
    await reported(an_order(a_line(45_000), member=member.member_id))
    await database.rows("update members set state = 'BLOCKED' where id = $1", member.member_id)
    await award_all()

    assert await told(member.member_id, "BADGE_EARNED") == 0


@pytest.mark.parametrize(
    ("badge", "done", "expected"),
    [
        (a_badge(), Done("bronze", 9, {"review": 2, "visit": 5}), Progress(2, 3)),
        (a_badge(), Done("bronze", 9, {"review": 20}), Progress(3, 3)),
        (a_badge(givenFor="ORDERS", count=10), Done("bronze", 9), Progress(9, 10)),
        (a_badge(givenFor="TIER", tier="silver", count=1), Done("bronze"), Progress(0, 1)),
        (a_badge(givenFor="TIER", tier="silver", count=1), Done("gold"), Progress(1, 1)),
    ],
)
def test_progress(badge: dict[str, object], done: Done, expected: Progress) -> None:
    programme = terms_of(activities=[a_kind()], badges=[badge])

    assert progress(programme, programme.badges[0], done) == expected
