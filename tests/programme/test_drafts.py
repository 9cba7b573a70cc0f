"""Programmes that are drafted over HTTP: kept with their problems, refused with paths of what was
sent, and what a version answers of itself is what makes it again.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import operations, templates
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document as contract
from tests.factories.programme import a_programme, a_rule
from tests.factories.sendable import sendable
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DRAFT = contract("staff/programme/ProgrammeDraft")
AS_INPUT = "{ programme { current { id asInput } } }"


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def team() -> str:
    return await access_keys.make(ActorKind.STAFF, "Lia", {Role.LOYALTY})


async def published(contents: dict[str, Any]) -> str:
    version_id = await operations.publish(SYSTEM, contents, await database.now())
    return encode("ProgrammeVersion", version_id)


async def drafted(http: Client, team: str, programme: dict[str, Any], **more: Any) -> Any:
    answer = await http.ask(DRAFT, team, input={"programme": programme, **more})
    return answer["programmeDraft"]


@pytest.mark.parametrize("name", templates.names())
async def test_what_a_version_says_of_itself_makes_the_same_document(
    http: Client, team: str, name: str
) -> None:
    await published(templates.contents(name))

    variables = (await http.ask(AS_INPUT, team))["programme"]["current"]["asInput"]
    answer = (await http.ask(DRAFT, team, **variables))["programmeDraft"]

    assert answer["userErrors"] == []
    assert answer["version"]["state"] == "DRAFT"
    assert [each for each in answer["version"]["problems"] if each["severity"] == "ERROR"] == []
    hashes = await database.rows("select document_hash from programme_versions")
    assert len(hashes) == 2
    assert len({row["document_hash"] for row in hashes}) == 1


async def test_a_draft_is_kept_with_its_problems_and_paths_of_what_was_sent(
    http: Client, team: str
) -> None:
    await published(a_programme())
    programme = sendable(
        rules=[
            a_rule(effect={"kind": "MULTIPLIER", "basisPoints": 1}),
            a_rule("gold", when={"all": [{"memberTier": {"in": ["golf"]}}]}),
            a_rule("depth", name={"en": "Deep", "ru": "Глубоко"}, unit="COINS"),
        ]
    )

    answer = await drafted(http, team, programme)

    assert answer["userErrors"] == []
    assert answer["version"]["state"] == "DRAFT"
    problems = {".".join(each["path"]): each for each in answer["version"]["problems"]}
    assert {
        "rules.0.effect.multiplierBasisPoints",
        "rules.1.when.all.0.memberTier.in.0",
        "rules.2.name.el",
        "rules.2.unit",
    } <= problems.keys()
    assert problems["rules.1.when.all.0.memberTier.in.0"] == {
        "severity": "ERROR",
        "path": ["rules", "1", "when", "all", "0", "memberTier", "in", "0"],
        "message": "There is no tier golf.",
        "hint": "Did you mean gold?",
    }


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": [{"language": "en", "text": "A"}] * 2}, ["name", "1", "language"]),
        ({"languages": ["en"], "name": [{"language": "the", "text": ""}]}, None),
        ({"terms": [{"language": "Greek", "text": "A"}]}, ["terms", "0", "language"]),
    ],
)
async def test_what_cannot_be_kept_is_a_user_error(
    http: Client, team: str, changes: dict[str, Any], path: list[str] | None
) -> None:
    await published(a_programme())

    answer = await drafted(http, team, sendable() | changes)

    if path is None:
        assert answer["userErrors"] == []
        return
    assert answer["version"] is None
    (error,) = answer["userErrors"]
    assert error["code"] == "INVALID_INPUT"
    assert error["path"] == ["input", "programme", *path]


async def test_an_attribute_that_is_a_leaf_s_name_is_refused_where_it_stands(
    http: Client, team: str
) -> None:
    await published(a_programme())
    programme = sendable()
    programme["rules"][0]["when"] = {
        "not": {"activityAttribute": {"name": "memberAge", "atLeast": 1}}
    }

    answer = await drafted(http, team, programme)

    (error,) = answer["userErrors"]
    where = ["rules", "0", "when", "not", "activityAttribute", "name"]
    assert error["path"] == ["input", "programme", *where]


async def test_a_draft_is_based_on_a_version_that_is_published(http: Client, team: str) -> None:
    version_id = await published(a_programme())

    answer = await drafted(http, team, sendable(windowDays=30), basedOn=version_id)
    assert answer["userErrors"] == []

    again = await drafted(http, team, sendable(), basedOn=answer["version"]["id"])
    (error,) = again["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "basedOn"])


async def test_what_a_draft_says_of_itself_makes_it_again(http: Client, team: str) -> None:
    await published(a_programme())
    draft = (await drafted(http, team, sendable(windowDays=30)))["version"]
    asked = "query ($id: ID!) { node(id: $id) { ... on ProgrammeVersion { asInput } } }"

    variables = (await http.ask(asked, team, id=draft["id"]))["node"]["asInput"]

    again = (await http.ask(DRAFT, team, **variables))["programmeDraft"]["version"]
    assert again["id"] == draft["id"]


async def test_drafting_is_for_the_team(http: Client) -> None:
    await published(a_programme())
    till = await access_keys.make(ActorKind.SERVICE, "till", {Role.TILL})

    with pytest.raises(Refused) as refused:
        await drafted(http, till, sendable())
    assert refused.value.codes == ["FORBIDDEN"]
    with pytest.raises(Refused) as refused:
        await http.ask(AS_INPUT, till)
    assert refused.value.codes == ["FORBIDDEN"]


async def test_a_condition_of_a_thousand_levels_is_no_bug(http: Client, team: str) -> None:
    await published(a_programme())
    programme = sendable()
    where: dict[str, Any] = {"memberAge": {"atLeast": 1}}
    for _ in range(8):
        where = {"not": where}
    programme["rules"][0]["when"] = where

    (problem,) = (await drafted(http, team, programme))["version"]["problems"]
    assert "more than 8 levels deep" in problem["message"]
    assert problem["path"] == ["rules", "0", "when", *["not"] * 8]

    for _ in range(150):
        where = {"not": where}
    programme["rules"][0]["when"] = where
    with pytest.raises(Refused) as refused:
        await drafted(http, team, programme)
    assert refused.value.codes == ["BAD_REQUEST"]
