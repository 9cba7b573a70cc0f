"""Birthdays and anniversaries: once a year, on their day or soon after, whatever is edited."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.calendar import midnight
from domain.members import operations as members
from domain.members.commands import UpdateMember
from domain.members.fields import Birthday
from domain.programme import operations as programmes
from domain.programme import review
from domain.programme.greetings import Anniversary, due
from domain.programme.terms import Greeting
from domain.wallets import greetings
from tests.factories import clock
from tests.factories.members import a_member
from tests.factories.programme import a_programme, in_three_languages, terms_of

pytestmark = pytest.mark.usefixtures("database")

GIFT = {"unit": "POINTS", "points": 50, "name": in_three_languages("A present")}


async def a_programme_that_greets(**changes: Any) -> None:
    """In force since ever."""
    await programmes.publish(
        SYSTEM, a_programme(**{"birthday": GIFT, **changes}), datetime(2020, 1, 1, tzinfo=UTC)
    )


async def born(in_days: int, **values: Any) -> Actor:
    """A member whose birthday comes in so many days."""
    day = await today() + timedelta(days=in_days)
    return await a_member(birthday=Birthday(day.month, day.day), **values)


async def today() -> date:
    """In Athens."""
    return (await database.now() + timedelta(hours=2)).date()


async def gifts(member: Actor, name: str = "birthday") -> list[Any]:
    """What the member was given, as its statement has it."""
    return await database.rows(
        """select points, title, natural_key, explanation, occurred_at from transactions
           where member_id = $1 and natural_key like $2 || ' %' order by version""",
        *(member.member_id, name),
    )


async def told(member: Actor) -> list[str]:
    found = await database.rows(
        "select kind from notifications where member_id = $1 order by sequence", member.member_id
    )
    return [row["kind"] for row in found]


async def test_a_birthday_brings_its_points_once_though_five_workers_look() -> None:
    await a_programme_that_greets()
    member, other = await born(30), await born(200)
    await clock.later(days=30)
    done = await asyncio.gather(*(greetings.greet(at_once=1) for _ in range(5)))
    assert sum(done) == 1
    assert await greetings.greet() == 0
    (gift,) = await gifts(member)
    assert (gift["points"], gift["title"]) == (50, {"key": "birthday"})
    assert gift["natural_key"] == f"birthday {(await today()).year}"
    assert gift["explanation"] == [
        {"rule": "birthday", "kind": "BIRTHDAY", "points": 50, "inputs": {}}
    ]
    assert await told(member) == ["BIRTHDAY"]
    assert await gifts(other) == []


async def test_every_year_again_and_never_two_at_once() -> None:
    await a_programme_that_greets()
    member = await born(30)
    await clock.lived(days=30 + 3 * 365 + 3)
    assert [gift["points"] for gift in await gifts(member)] == [50] * 4


async def test_after_an_outage_it_is_made_up_for_inside_its_window_alone() -> None:
    await a_programme_that_greets()
    soon, late = await born(20), await born(10)
    day = await today() + timedelta(days=20)
    await clock.later(days=27)
    assert await greetings.greet() == 1
    (gift,) = await gifts(soon)
    assert gift["occurred_at"].date() == day - timedelta(days=1), "midnight in Athens"
    assert await gifts(late) == []


async def test_years_that_were_missed_do_not_stack() -> None:
    await a_programme_that_greets(anniversary=GIFT)
    member = await born(30)
    await clock.later(days=5 * 365 + 31)
    assert await greetings.greet() == 1
    assert len(await gifts(member)) == 1


async def test_whatever_is_edited_there_is_one_gift_a_year() -> None:
    await a_programme_that_greets()
    member = await born(30)
    await clock.lived(days=31)
    assert len(await gifts(member)) == 1
    for _ in range(3):
        day = await today() + timedelta(days=20)
        for month, number in ((None, None), (day.month, day.day)):  # as the team can, at any time
            await database.rows(
                "update profiles set birth_month = $2, birth_day = $3 where member_id = $1",
                *(member.member_id, month, number),
            )
        await clock.lived(days=40)
    given = [gift["occurred_at"] for gift in await gifts(member)]
    assert all(b - a >= timedelta(days=358) for a, b in pairwise(given))
    assert len({(at + timedelta(hours=2)).year for at in given}) == len(given) <= 2


@pytest.mark.parametrize(("days", "count"), [(6, 0), (7, 1)])
async def test_the_date_must_be_set_a_window_before(days: int, count: int) -> None:
    await a_programme_that_greets()
    member = await born(days)
    await clock.lived(days=days + 2)
    assert len(await gifts(member)) == count


async def test_days_before_and_without_points() -> None:
    await a_programme_that_greets(
        birthday={"name": in_three_languages("Soon"), "daysBefore": 5, "windowDays": 3}
    )
    member = await born(20)
    await clock.later(days=14)
    assert await greetings.greet() == 0
    await clock.later(days=1)
    assert await greetings.greet() == 1
    assert await gifts(member) == []
    assert await told(member) == ["BIRTHDAY"]
    (row,) = await notifications_of(member)
    assert row == {"transaction": None, "unit": None, "points": 0}


async def test_an_anniversary_counts_the_years() -> None:
    await a_programme_that_greets(birthday=None, anniversary=GIFT)
    member = await a_member()
    await clock.lived(days=2 * 365 + 2)
    assert [gift["title"] for gift in await gifts(member, "anniversary")] == [
        {"key": "anniversary", "years": 1},
        {"key": "anniversary", "years": 2},
    ]


async def test_a_birthday_goes_by_the_members_own_clock() -> None:
    await a_programme_that_greets()
    member = await born(30)
    await members.update(member, UpdateMember(time_zone="Pacific/Auckland"))
    day = await today() + timedelta(days=30)
    begins = midnight(day, ZoneInfo("Pacific/Auckland"))
    await clock.at(begins - timedelta(minutes=1))
    assert await greetings.greet() == 0
    await clock.at(begins + timedelta(minutes=1))
    assert await greetings.greet() == 1
    (gift,) = await gifts(member)
    assert gift["occurred_at"] == begins


async def test_who_left_or_is_blocked_is_not_greeted() -> None:
    await a_programme_that_greets()
    member = await born(30)
    await database.rows("update members set state = 'BLOCKED' where id = $1", member.member_id)
    await clock.later(days=30)
    assert await greetings.greet() == 0


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2027, 2, 27), None),
        (date(2027, 2, 28), date(2027, 2, 28)),
        (date(2027, 3, 7), date(2027, 2, 28)),
        (date(2027, 3, 8), None),
        (date(2028, 2, 28), None),
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_29_february_is_kept_on_the_28th_where_there_is_none(today: date, day: date | None) -> None:
    known = Anniversary(2, 29, date(2026, 1, 1))
    assert due(Greeting(name={}), known, today) == day


@pytest.mark.parametrize(
    ("today", "day"),
    [(date(2026, 12, 26), None), (date(2026, 12, 27), date(2027, 1, 3)),
     (date(2027, 1, 3), date(2027, 1, 3)), (date(2027, 1, 4), None)],
)  # fmt: skip
def test_days_before_reach_over_the_end_of_the_year(today: date, day: date | None) -> None:
    known = Anniversary(1, 3, date(2026, 1, 1))
    assert due(Greeting(name={}, days_before=7), known, today) == day


def test_a_date_that_was_changed_counts_from_the_next_year_on() -> None:
    known = Anniversary(6, 1, date(2026, 3, 1), changed_on=date(2026, 3, 1))
    assert due(Greeting(name={}), known, date(2026, 6, 1)) is None
    assert due(Greeting(name={}), known, date(2027, 6, 1)) == date(2027, 6, 1)


@pytest.mark.parametrize(
    ("greeting", "path"),
    [
        ({**GIFT, "unit": "MILES"}, ("birthday", "unit")),
        ({**GIFT, "points": 0}, ("birthday", "points")),
        ({"name": GIFT["name"], "points": 5}, ("birthday", "points")),
        ({**GIFT, "daysBefore": 61}, ("birthday", "daysBefore")),
        ({**GIFT, "windowDays": 0}, ("birthday", "windowDays")),
        ({**GIFT, "name": {"en": "A present"}}, ("birthday", "name", "ru")),
    ],
)
def test_terms_that_cannot_be_are_named(greeting: dict[str, Any], path: tuple[str, ...]) -> None:
    assert path in [each.path for each in review.errors(terms_of(birthday=greeting))]


async def notifications_of(member: Actor) -> list[dict[str, Any]]:
    found = await database.rows(
        "select args from notifications where member_id = $1", member.member_id
    )
    return [row["args"] for row in found]


async def test_who_had_this_years_long_ago_stops_nobody() -> None:
    await a_programme_that_greets()
    anna, bert = await born(40), await born(40)
    day = await today() + timedelta(days=40)
    # As of a birthday in the first days of the year, of somebody who has become one with her.
    await database.rows(
        """insert into greetings (id, member_id, occasion, year, given_on)
           values (uuidv7(), $1, 'BIRTHDAY', $2, $3)""",
        *(anna.member_id, day.year, day - timedelta(days=360)),
    )
    await database.rows("update clock set ahead_seconds = ahead_seconds + 40 * 86400")
    assert await greetings.greet() == 1
    assert [len(await gifts(each)) for each in (anna, bert)] == [0, 1]
