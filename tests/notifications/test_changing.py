"""Members are told once of a version that is worse for some of them, as soon as it is published."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import Actor
from domain.notifications import changing
from domain.programme import drafting, publishing
from domain.programme.templates import contents
from domain.programme.terms import Programme
from tests.factories.access import token_of
from tests.factories.pools import a_pool
from tests.factories.rewards import a_buyer
from tests.factories.tiers import a_holder
from tests.factories.versions import LOYALTY, Counted, drafted, nobody, published, to_publish
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DAYS = timedelta(days=40)
TOLD = """{ me { notifications(first: 3) { nodes { kind title body
  ... on ProgrammeNotification { firstDay version { number state effectiveFrom } } } } } }"""


async def somebody(_before: Programme, _after: Programme) -> Counted:
    return Counted(1)


async def publish(count: Any = somebody, **changes: Any) -> UUID:
    begins = await database.now() + DAYS
    command = to_publish(await drafted(**changes), effective_from=begins)
    return (await publishing.publish(LOYALTY, command, count))[0]


async def told() -> list[tuple[UUID, int]]:
    found = await database.rows(
        """select member_id, args from notifications where kind = 'PROGRAMME_CHANGES'
           order by member_id, sequence"""
    )
    return [(row["member_id"], row["args"]["version"]) for row in found]


async def some(count: int) -> list[UUID]:
    members = [await a_holder() for _ in range(count)]
    return sorted(member.member_id for member in members if member.member_id)


async def in_state(state: str) -> None:
    member = await a_holder()
    await database.rows("update members set state = $2 where id = $1", member.member_id, state)


async def test_all_are_told_once_of_what_gets_worse_for_some() -> None:
    await published()
    members = await some(5)
    assert await changing.tell_changes() == 0
    await publish(windowDays=30)
    assert await changing.tell_changes(at_once=2) == 5
    assert await changing.tell_changes() == 0
    await publish(windowDays=20)
    assert await changing.tell_changes() == 5
    assert await told() == [(member, number) for member in members for number in (2, 3)]


async def test_of_what_is_worse_for_nobody_nobody_is_told() -> None:
    await published()
    await some(1)
    await publish(nobody, windowDays=30)
    assert await changing.tell_changes() == 0


async def test_who_wants_to_hear_nothing_or_is_no_more_is_not_told() -> None:
    await published()
    for state in ("OPTED_OUT", "ERASED", "MERGED"):
        await in_state(state)
    await in_state("BLOCKED")
    await publish(windowDays=30)
    assert await changing.tell_changes() == 1


async def test_a_pool_is_nobody_to_be_told() -> None:
    owner = await a_buyer(0)
    await a_pool(owner)
    cafe = contents("cafe")
    draft = await drafting.draft(LOYALTY, {**cafe, "windowDays": cafe["windowDays"] + 1}, None)
    later = to_publish(draft, effective_from=await database.now() + DAYS)
    await publishing.publish(LOYALTY, later, somebody)
    assert await changing.tell_changes() == 1
    assert await told() == [(owner.member_id, 2)]


async def test_several_who_tell_leave_nobody_out_and_tell_nobody_twice() -> None:
    await published()
    members = await some(20)
    await publish(windowDays=30)
    counts = await asyncio.gather(*(changing.tell_changes(at_once=3) for _ in range(4)))
    # Who found it in other hands went away: the next duty goes on.
    await changing.tell_changes(at_once=3)
    assert sum(counts) <= 20
    assert await told() == [(member, 2) for member in members]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "The programme changes on"),
        ("ru", "Программа изменится:"),
        ("el", "Το πρόγραμμα αλλάζει στις"),
    ],
)
async def test_it_says_from_when_and_leads_to_what_it_will_be(
    served: Server, language: str, title: str
) -> None:
    await published()
    member: Actor = await a_holder()
    await publish(windowDays=30)
    await changing.tell_changes()
    async with served.client() as client:
        answer = await client.ask(TOLD, await token_of(member), language)
    (node,) = answer["me"]["notifications"]["nodes"]
    assert node["title"].startswith(title)
    assert node["body"].endswith(".")
    assert node["version"]["number"] == 2
    assert node["version"]["state"] == "PUBLISHED"
    assert abs((await database.now() + DAYS).date().toordinal() - _day(node["firstDay"])) <= 1


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()
