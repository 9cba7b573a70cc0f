"""Statements: each adds up, opens as the one before it closed, and is what the wallet was then."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import database
from domain.actor import SYSTEM
from domain.errors import DomainError
from domain.wallets import expiring, statements
from domain.wallets.kinds import StatementPeriod, TransactionKind
from domain.wallets.statements import TOTALS, StatementRow
from tests.client import Client
from tests.counts import count
from tests.factories import clock
from tests.factories.access import token_of
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.processes import Server
from tests.wallets.test_past import ACTS, at, do, put_off, read

pytestmark = pytest.mark.usefixtures("database")

ATHENS = ZoneInfo("Europe/Athens")
NAMES = sorted({*TOTALS.values(), "spent"})
STATEMENTS = """
query Statements($by: StatementPeriod! = MONTH, $first: Int! = 20, $after: String) {
  me { wallet(unit: "POINTS") { statements(by: $by, first: $first, after: $after) {
    nodes {
      firstDay beginsAt endsAt isFinal opening { balance } closing { balance }
      earned released spent setAside expired givenBack takenBack adjusted transferred donated
      movementCount transactions(first: 5) { nodes { kind points } totalCount }
    }
    totalCount pageInfo { hasNextPage endCursor }
  } } }
}
"""
MONTH = """
query Month($day: Date!) {
  me { wallet(unit: "POINTS") { statement(day: $day) { firstDay closing { balance } } } }
}
"""


def sum_of(row: StatementRow) -> int:
    return sum(row.total(name) for name in NAMES)


async def all_of(member_id: UUID, period: StatementPeriod) -> list[StatementRow]:
    key = (member_id, "POINTS")
    found: list[StatementRow] = []
    after: str | None = None
    while True:
        (page,) = await statements.pages_of(SYSTEM, [key], period, ATHENS, 3, after)
        found += page.rows
        if not page.has_next:
            assert await statements.counts_of(SYSTEM, [key], period, ATHENS) == [len(found)]
            return found
        after = page.cursors[-1]


def test_each_kind_of_movement_has_its_place() -> None:
    assert TOTALS.keys() == set(TransactionKind)


@pytest.mark.counted
@given(ACTS, st.sampled_from(StatementPeriod))
@settings(
    max_examples=count(25, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_they_add_up_and_chain(
    acts: list[tuple[str, int, int]], period: StatementPeriod
) -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    for what, number, days in acts:
        if what == "pass":
            await put_off(number * 86_400)
        with suppress(DomainError):
            await do(member_id, what, number, days)

    found = await all_of(member_id, period)
    _, now = await read(member_id)
    assert [found[0].closing] == [now] if found else now.balance == 0
    for later, earlier in pairwise(found):
        assert later.begins_at == earlier.ends_at
        assert later.opening == earlier.closing
    for row in found:
        assert row.opening.balance + sum_of(row) == row.closing.balance
        assert row.opening == await at(member_id, row.begins_at)
        assert row.is_final == (row is not found[0])
    await expiring.expire_due()
    assert await all_of(member_id, period) == found


async def test_points_that_expire_with_the_last_day_are_of_the_month_that_ends() -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    turn = await _turn_of_the_month()
    await credit(member_id, 5, expires_at=turn)
    await credit(member_id, 7, expires_at=turn + timedelta(seconds=1))
    await clock.at(turn + timedelta(days=2))

    newest, before = (await all_of(member_id, StatementPeriod.MONTH))[:2]
    assert (before.total("earned"), before.total("expired")) == (12, -5)
    assert before.closing.balance == newest.opening.balance == 7
    assert (newest.total("expired"), newest.closing.balance) == (-7, 0)


async def test_what_was_told_of_a_month_that_is_over_never_changes() -> None:
    member_id = (await a_buyer(8)).member_id
    assert member_id
    turn = await _turn_of_the_month()
    await clock.at(turn + timedelta(days=1))
    told = (await all_of(member_id, StatementPeriod.MONTH))[1:]

    await do(member_id, "late", 9, 1)  # of something that happened before the turn
    await do(member_id, "claw", 5, 1)

    assert (await all_of(member_id, StatementPeriod.MONTH))[1:] == told


async def test_they_are_asked_for_over_http(served: Server) -> None:
    await a_programme()
    member = await a_buyer(10)
    async with served.client() as client:
        turn = await _turn_of_the_month()
        await clock.at(turn + timedelta(days=3))
        assert member.member_id
        await credit(member.member_id, 5)
        token = await token_of(member)
        newest, before = await _asked(client, token)
        assert (newest["opening"], newest["closing"]) == ({"balance": 10}, {"balance": 15})
        assert (newest["isFinal"], before["isFinal"]) == (False, True)
        assert (before["opening"], before["closing"]) == ({"balance": 0}, {"balance": 10})
        assert before["endsAt"] == newest["beginsAt"]
        assert newest["transactions"] == {
            "nodes": [{"kind": "EARN", "points": 5}],
            "totalCount": 1,
        }
        first, second = await _pages(client, token)
        assert [first, second] == [newest["firstDay"], before["firstDay"]]
        for day, expected in ((newest["firstDay"], 15), (before["firstDay"], 10)):
            month = (await client.ask(MONTH, token, day=day))["me"]["wallet"]["statement"]
            assert month == {"firstDay": day, "closing": {"balance": expected}}
        for day in ("2020-01-31", "2999-01-01"):
            answer = await client.ask(MONTH, token, day=day)
            assert answer["me"]["wallet"]["statement"] is None


async def test_the_statement_is_read_from_either_end(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    for points in range(1, 8):
        await credit(member.member_id, points)
    async with served.client() as client:
        token = await token_of(member)
        oldest = await _ends(client, token, last=3)
        newer = await _ends(client, token, last=3, before=oldest["edges"][0]["cursor"])
        newest = await _ends(client, token, first=3)
        too_many = await client.raw(token, json={"query": ENDS, "variables": {"last": 101}})

    shown = [[edge["node"]["points"] for edge in page["edges"]] for page in (oldest, newer)]
    assert shown == [[3, 2, 1], [6, 5, 4]]
    assert oldest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert newer["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}
    assert newest["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert "`last` is 101" in too_many.json()["errors"][0]["message"]


ENDS = """
query Ends($first: Int! = 20, $last: Int, $before: String) {
  me { wallet(unit: "POINTS") { transactions(first: $first, last: $last, before: $before) {
    edges { cursor node { points } } pageInfo { hasNextPage hasPreviousPage }
  } } }
}
"""


async def _ends(client: Client, token: str, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await client.ask(ENDS, token, **asked))["me"]["wallet"]
    page: dict[str, Any] = found["transactions"]
    return page


async def _asked(client: Client, token: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.ask(STATEMENTS, token, **asked)
    found: list[dict[str, Any]] = answer["me"]["wallet"]["statements"]["nodes"]
    return found


async def _pages(client: Client, token: str) -> list[str]:
    days, after = [], None
    for _ in range(2):
        answer = await client.ask(STATEMENTS, token, first=1, after=after)
        page = answer["me"]["wallet"]["statements"]
        (node,) = page["nodes"]
        days.append(node["firstDay"])
        after = page["pageInfo"]["endCursor"]
    assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (False, 2)
    return days


async def _turn_of_the_month() -> datetime:
    today = (await database.now()).astimezone(ATHENS).date()
    year, month = divmod(today.year * 12 + today.month, 12)
    return datetime(year, month + 1, 1, tzinfo=ATHENS).astimezone(UTC)
