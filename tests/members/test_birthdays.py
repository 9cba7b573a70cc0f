"""A birthday is given freely, and changed once a year."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import database
from domain.actor import Actor
from domain.errors import TooSoon
from domain.members import operations
from domain.members.commands import UpdateMember
from domain.members.fields import Birthday
from tests.client import Client
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

UPDATE = """mutation ($input: MemberUpdateInput!) { memberUpdate(input: $input) {
  member { birthday { month day year } }
  userErrors { code path ... on TooSoonError { availableAgainAt } } } }"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture(autouse=True)
async def clock(database: None) -> AsyncIterator[None]:
    yield
    await ahead(0)


async def ahead(days: float) -> None:
    await database.rows("update clock set ahead_seconds = $1", int(days * 86400))


async def update(http: Client, token: str, birthday: Any) -> Any:
    answer = await http.ask(UPDATE, token, input={"birthday": birthday})
    return answer["memberUpdate"]


async def test_it_is_given_freely_and_changed_once_a_year(http: Client) -> None:
    token = await token_of(await a_member())
    given, changed = {"month": 2, "day": 29, "year": None}, {"month": 3, "day": 1, "year": None}
    for day in (given, changed, changed):
        assert (await update(http, token, day))["member"]["birthday"] == day
    refused = await update(http, token, given)
    (error,) = refused["userErrors"]
    assert (error["code"], error["path"]) == ("LIMIT_REACHED", ["input", "birthday"])
    again = datetime.fromisoformat(error["availableAgainAt"])
    in_days = (again - await database.now()) / timedelta(days=1)
    assert 364.9 < in_days < 366.1

    await ahead(in_days - 0.01)
    assert (await update(http, token, given))["userErrors"][0]["code"] == "LIMIT_REACHED"
    await ahead(in_days + 0.01)
    assert (await update(http, token, given))["member"]["birthday"] == given


async def test_taking_it_back_is_no_way_round(http: Client) -> None:
    token = await token_of(await a_member(birthday=Birthday(5, 21)))
    assert (await update(http, token, None))["userErrors"] == []
    assert (await update(http, token, {"month": 6, "day": 1}))["userErrors"] == []
    assert (await update(http, token, None))["userErrors"] == []
    (error,) = (await update(http, token, {"month": 7, "day": 1}))["userErrors"]
    assert error["availableAgainAt"]


async def test_the_rest_of_a_refused_update_is_not_done(http: Client) -> None:
    member = await a_member(birthday=Birthday(5, 21), first_name="Anna")
    token = await token_of(member)
    await update(http, token, {"month": 6, "day": 1})
    both = {"birthday": {"month": 7, "day": 1}, "firstName": "Olga"}
    answer = (await http.ask(UPDATE, token, input=both))["memberUpdate"]
    assert answer["member"] is None
    assert (await http.ask("{ me { firstName } }", token))["me"]["firstName"] == "Anna"


WISHES = st.lists(
    st.tuples(st.integers(0, 500), st.one_of(st.none(), st.integers(1, 12))),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=WISHES)
async def test_whatever_is_wished_no_year_sees_two_changes(
    wishes: list[tuple[int, int | None]],
) -> None:
    member = await a_member()
    days, changes, known, was_given = 0, [], None, False
    for later, month in wishes:
        days += later
        await ahead(days)
        wanted = Birthday(month, 1) if month else None
        is_change = was_given and wanted is not None and wanted != known
        try:
            await operations.update(member, UpdateMember(birthday=wanted))
        except TooSoon:
            assert is_change
            continue
        known, was_given = wanted, was_given or wanted is not None
        if is_change:
            changes.append(days)
    assert all(later - earlier >= 365 for earlier, later in pairwise(changes))
    assert await birthday_of(member) == (known.month if known else None)
    await ahead(0)


async def birthday_of(member: Actor) -> int | None:
    found: int | None = await database.value(
        "select birth_month from profiles where member_id = $1", member.member_id
    )
    return found
