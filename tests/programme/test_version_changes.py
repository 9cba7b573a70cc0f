"""What versions change, as the team, members and guests are answered over HTTP."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role, expanded
from domain.programme import drafting, operations
from schema.node import encode
from tests.client import Client, Refused
from tests.factories.access import token_of
from tests.factories.programme import a_programme, a_rule
from tests.factories.tiers import a_holder
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LOYALTY = Actor(ActorKind.STAFF, "loyalty of changes", expanded({Role.LOYALTY}))
# Contract staff/programme/ProgrammeDiff.
DIFF = """query ProgrammeDiff($id: ID!) { node(id: $id) { id ... on ProgrammeVersion {
  number changes { path before after effect text }
  impact { better worse unchanged noticeDays } } } }"""
AGAINST = """query ($id: ID!, $against: ID) { node(id: $id) { ... on ProgrammeVersion {
  changes(against: $against) { text } } } }"""
MINE = """{ me { programmeChanges(first: 1) { totalCount pageInfo { hasNextPage endCursor }
  nodes { number effectiveFrom changes { text effect } } } } }"""
LESS = [a_rule(effect={"kind": "PER_AMOUNT", "points": 1, "eachMinor": 200})]


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def published(ago_days: int = 0, **changes: Any) -> UUID:
    at = await database.now() - timedelta(days=ago_days)
    return await operations.publish(SYSTEM, a_programme(**changes), at)


def node(version_id: UUID) -> str:
    return encode("ProgrammeVersion", version_id)


async def test_the_team_sees_what_a_draft_changes_and_for_how_many(http: Client) -> None:
    await published()
    await a_holder("bronze")
    draft = await drafting.draft(LOYALTY, a_programme(rules=LESS, claimDays=30), None)
    found = (await http.ask(DIFF, await token_of(LOYALTY), id=node(draft)))["node"]
    assert [(each["path"], each["effect"]) for each in found["changes"]] == [
        (["rules", "every-euro", "effect", "eachMinor"], "WORSE"),
        (["claimDays"], "WORSE"),
    ]
    assert [json.loads(found["changes"][0][name]) for name in ("before", "after")] == [100, 200]
    assert found["changes"][1]["before"] is None
    text = "“every euro” — 1 point for each whole €2 instead of 1 point for each whole euro."
    assert found["changes"][0]["text"] == text
    assert found["impact"] == {"better": 0, "worse": 1, "unchanged": 0, "noticeDays": 30}


async def test_guests_read_what_a_published_version_changed_and_no_impact(http: Client) -> None:
    first = await published(20)
    second = await published(10, rules=LESS)
    third = await published(5)
    seen = await http.ask(AGAINST, id=node(second))
    assert len(seen["node"]["changes"]) == 1
    assert (await http.ask(AGAINST, id=node(first)))["node"]["changes"] == []
    same = await http.ask(AGAINST, id=node(third), against=node(first))
    assert same["node"]["changes"] == []
    with pytest.raises(Refused, match=r"FORBIDDEN|UNAUTHENTICATED"):
        await http.ask(DIFF, id=node(second))


async def test_a_version_is_not_held_against_a_draft_by_who_may_not_see_it(http: Client) -> None:
    first = await published()
    draft = await drafting.draft(LOYALTY, a_programme(claimDays=30), first)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await http.ask(AGAINST, id=node(first), against=node(draft))


async def test_a_draft_with_errors_says_what_it_changes_and_counts_nobody(http: Client) -> None:
    await published()
    draft = await drafting.draft(LOYALTY, a_programme(rules=[a_rule(when={"allOf": []})]), None)
    found = (await http.ask(DIFF, await token_of(LOYALTY), id=node(draft)))["node"]
    assert found["impact"] is None
    assert found["changes"][0]["path"] == ["rules", "every-euro", "when"]


async def test_a_member_reads_what_changed_for_itself(http: Client) -> None:
    await published(20)
    member = await a_holder("bronze", since_days=15)
    await published(10, timeZone="Europe/Berlin")
    await published(5, timeZone="Europe/Berlin", rules=LESS)
    token = await token_of(member)
    found = (await http.ask(MINE, token))["me"]["programmeChanges"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, True)
    (version,) = found["nodes"]
    assert version["number"] == 3
    assert [each["effect"] for each in version["changes"]] == ["WORSE"]
    after = MINE.replace("first: 1", f'first: 9, after: "{found["pageInfo"]["endCursor"]}"')
    (older,) = (await http.ask(after, token))["me"]["programmeChanges"]["nodes"]
    assert (older["number"], older["changes"]) == (2, [])


PROBLEMS = """query ($id: ID!) { node(id: $id) { ... on ProgrammeVersion {
  problems { severity message path } } } }"""


async def test_the_team_is_told_what_is_unwise_in_a_draft(http: Client) -> None:
    await published()
    never = {"all": [{"timeHour": {"atLeast": 9}}, {"timeHour": {"below": 8}}]}
    rules = [a_rule("never", when=never), *LESS]
    draft = await drafting.draft(LOYALTY, a_programme(rules=rules), None)
    found = (await http.ask(PROBLEMS, await token_of(LOYALTY), id=node(draft)))["node"]["problems"]
    (error,) = [each for each in found if each["severity"] == "ERROR"]
    assert error["message"] == "Nothing can ever meet this condition."
    assert error["path"][:2] == ["rules", "0"]
    assert [each for each in found if each["message"].startswith("Worse than before")]
