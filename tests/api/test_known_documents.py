"""Documents by their ids: who may run which, how more are registered, what travels as bytes."""

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import parse

from api.app import create
from api.known import registering
from api.known.documents import forms
from api.known.registry import Registry
from api.problems import Code, Problem
from api.settings import Refused
from domain import documents
from domain.actor import ANONYMOUS, Actor, ActorKind, Role
from tests.client import Client, heard, say
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.orders import SHOP
from tests.factories.referrals import a_member
from tests.factories.rewards import a_programme
from tests.processes import ROOT, Server, environment
from tests.remembering import KNOWN
from tests.statements import statements
from tests.wallets.alternations import clients_of_all_processes

pytestmark = pytest.mark.usefixtures("database")

STAFF = Actor(ActorKind.STAFF, "team", frozenset({Role.CARE}))
TEXT = "query Mine { me { id number } }"
JOIN = KNOWN["Join"]


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hashed(text)}}


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]


@pytest.fixture
async def clients(served: Server) -> AsyncIterator[list[Client]]:
    await a_programme()
    async with clients_of_all_processes(served) as found:
        yield found[:2]


@pytest.fixture
async def locked(connected: Cleaner) -> AsyncIterator[httpx.AsyncClient]:
    """The locked profile, in this process."""
    await a_programme()
    app = create(replace(connected.settings, profile="locked"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://locked"
    ) as client:
        yield client


async def test_each_way_of_naming_a_document_gives_the_same(clients: list[Client]) -> None:
    token = await token_of(await a_member("Eleni"))
    text = KNOWN["Home"].text
    bodies: list[dict[str, Any]] = [
        {"query": text},
        {"documentId": KNOWN["Home"].id},
        {"documentId": hashed(text)},
        {"extensions": apollo(text)},
        {"query": text, "extensions": apollo(text)},
        {"query": text, "documentId": KNOWN["Home"].id, "operationName": "Home"},
    ]
    told = [(await clients[0].raw(token, json=body)).json()["data"] for body in bodies]
    assert told.count(told[0]) == len(bodies)
    plain, typed = forms(parse(text))
    for form in (plain, typed):
        answer = (await clients[0].raw(token, json={"documentId": hashed(form)})).json()
        assert ("__typename" in answer["data"]["me"]) == (form == typed)


async def test_an_id_that_nobody_knows(clients: list[Client]) -> None:
    for body in ({"documentId": "sha256:" + "0" * 64}, {"extensions": apollo(TEXT)}):
        for response in (
            await clients[0].raw(json=body),
            await clients[0].raw(None, "GET", params=in_url(body)),
        ):
            (error,) = response.json()["errors"]
            assert error["message"] == "PersistedQueryNotFound"
            assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    for strange in ("x" * 10_000, "é", "a\0b", "../x", ""):
        assert "errors" in (await clients[0].raw(json={"documentId": strange})).json()


async def test_a_text_that_is_not_the_ids(clients: list[Client]) -> None:
    for body in (
        {"query": TEXT, "documentId": JOIN.id},
        {"query": TEXT, "extensions": apollo("{ me { id } }")},
        {"query": "{ me { id } }\ud800", "extensions": apollo("")},
    ):
        response = await clients[0].raw(content=json.dumps(body), headers=JSON)
        assert codes(response) == ["BAD_REQUEST"]


async def test_explore_takes_in_what_comes_with_its_hash(clients: list[Client]) -> None:
    first, second = clients
    body = {"query": TEXT, "extensions": apollo(TEXT)}
    assert codes(await second.raw(json={"extensions": apollo(TEXT)}))
    assert not codes(await first.raw(json=body))
    while codes(response := await second.raw(json={"extensions": apollo(TEXT)})):
        pass  # the other process asks again in a second
    assert response.json()["data"] == {"me": None}
    wrong = "{ nothing }"
    assert codes(await first.raw(json={"query": wrong, "extensions": apollo(wrong)}))
    assert [row.text for row in await documents.listed()] == [TEXT]


async def test_locked_runs_known_documents_only(locked: httpx.AsyncClient) -> None:
    async def told(body: dict[str, Any], actor: Actor | None = None) -> list[str]:
        token = await token_of(actor) if actor else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return codes(await locked.post("/graphql", json=body, headers=headers))

    member = await a_member()
    for caller in (None, member, SHOP):
        assert await told({"query": TEXT}, caller) == ["FORBIDDEN"]
        assert await told({"query": TEXT, "extensions": apollo(TEXT)}, caller) == ["FORBIDDEN"]
        assert await told({"extensions": apollo(TEXT)}, caller) == ["PERSISTED_QUERY_NOT_FOUND"]
        assert await told({"query": JOIN.text}, caller) == []
        assert await told({"documentId": JOIN.id}, caller) == []
    assert await told({"query": TEXT}, STAFF) == []
    assert await documents.listed() == []
    assert "extensions" not in (await locked.post("/graphql", json={"query": JOIN.text})).json()


JSON = {"Content-Type": "application/json"}


def in_url(body: dict[str, Any]) -> dict[str, str]:
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in body.items()}


@pytest.mark.parametrize("is_member", [True, False], ids=["member", "nobody"])
async def test_a_get_has_a_tag_and_is_answered_without_a_body(
    clients: list[Client], is_member: bool
) -> None:
    token = await token_of(await a_member()) if is_member else None
    tags = set()
    for _ in range(3):
        for client in clients:
            for named in (JOIN.id, KNOWN["Join"].text):
                where = {"documentId" if named == JOIN.id else "query": named}
                response = await client.raw(token, "GET", params=where)
                assert response.status_code == 200
                assert response.headers["cache-control"] == "private, no-cache"
                assert "Authorization" in response.headers["vary"]
                tags.add(response.headers["etag"])
    (tag,) = tags
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        response = await client.raw(token, "GET", headers={"If-None-Match": sent}, params=where)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == tag
    response = await client.raw(token, "GET", headers={"If-None-Match": '"x"'}, params=where)
    assert response.status_code == 200


async def test_a_get_of_what_is_not_kept_is_not_stored_anywhere(clients: list[Client]) -> None:
    asked = {"documentId": KNOWN["ReferralPreview"].id, "variables": '{"code": "X"}'}
    response = await clients[0].raw(None, "GET", params=asked)
    assert response.json()["data"]["referralPreview"]["valid"] is False
    assert response.headers["cache-control"] == "no-store"
    response = await clients[0].raw(None, "GET", params={"documentId": KNOWN["SessionEnd"].id})
    assert response.status_code in (400, 405, 422)


async def test_a_remembered_answer_has_the_headers_of_every_answer(clients: list[Client]) -> None:
    token = await token_of(await a_member())
    body = {"documentId": KNOWN["Home"].id}
    seen = [await clients[0].raw(token, json=body) for _ in range(3)]
    assert [each.json()["extensions"]["cache"] for each in seen][1:] == ["hit", "hit"]
    names = [{name for name in each.headers if name != "date"} for each in seen]
    assert names[0] == names[2]
    same = names[0] - {"x-request-id", "content-length"}
    assert {n: seen[0].headers[n] for n in same} == {n: seen[2].headers[n] for n in same}


async def test_over_a_socket(served: Server, clients: list[Client]) -> None:
    token = await token_of(await a_member())
    payloads: list[dict[str, Any]] = [
        {"documentId": KNOWN["Home"].id},
        {"extensions": apollo(KNOWN["Home"].text)},
        {"documentId": "sha256:" + "1" * 64},
    ]
    async with clients[0].socket() as socket:
        await say(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        assert (await heard(socket))["type"] == "connection_ack"
        kinds = []
        for number, payload in enumerate(payloads):
            await say(socket, "subscribe", str(number), payload)
            message = await heard(socket)
            kinds.append(message["type"])
            if message["type"] == "next":
                assert message["payload"]["data"]["me"]["id"]
                assert (await heard(socket))["type"] == "complete"
    assert kinds == ["next", "next", "error"]
    assert message["payload"][0]["message"] == "PersistedQueryNotFound"


async def test_files_are_registered_while_processes_run(
    served: Server, clients: list[Client], tmp_path: Path
) -> None:
    (tmp_path / "mine.graphql").write_text(f"# mine\n{TEXT}\n")
    manifest = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [
            {"id": "own-1", "name": "A", "type": "query", "body": "query A { me { id } }"}
        ],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    other = "query B { me { number } }"
    sha1 = hashlib.sha1(other.encode(), usedforsecurity=False).hexdigest()
    (tmp_path / "persisted-documents.json").write_text(json.dumps({sha1: other}))
    names = ("mine.graphql", "manifest.json", "persisted-documents.json")
    files = [str(tmp_path / name) for name in names]
    done = await registered(served, *files)
    assert done.returncode == 0, done.stderr
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    ids = [line["id"] for line in listed]
    assert {"own-1", sha1, hashed(other), hashed("query A { me { id } }")} <= set(ids)
    assert {line["name"] for line in listed} == {"Mine", "A", "B"}
    for client in clients:
        for id_ in ids:
            assert not codes(await client.raw(json={"documentId": id_})), id_
    assert (await registered(served, *files)).returncode == 0  # once more does no harm
    taken = {**manifest, "operations": [{"id": "own-1", "name": "B", "body": other}]}
    (tmp_path / "manifest.json").write_text(json.dumps(taken))
    done = await registered(served, str(tmp_path / "manifest.json"))
    assert done.returncode == 1 and "own-1" in done.stderr


async def registered(served: Server, *files: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "api", "documents", "--add", *files],
        cwd=ROOT,
        env=environment(served.settings),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.graphql", "query {", "Syntax Error"),
        ("a.json", "[1]", "neither"),
        ("a.json", "{", "unexpected end"),
        ("a.json", '{"format": "apollo-persisted-query-manifest"}', "an id, a name and a body"),
        ("a.json", '{"h": "query A { me { nothing } }"}', "Cannot query field 'nothing'"),
        ("a.json", '{"é": "query A { me { id } }"}', "ASCII"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    name: str, text: str, told: str, tmp_path: Path, connected: Cleaner
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Refused) as refused:
        registering.add(connected.settings, [str(tmp_path / name), str(tmp_path / "none.graphql")])
    assert told in str(refused.value)
    assert "none.graphql" in str(refused.value)


async def test_a_flood_of_ids_that_nobody_knows_is_looked_up_together() -> None:
    registry = Registry(locked=True)
    flood = [hashed(str(number)) for number in range(500)]
    async with statements() as seen:
        assert set(await asyncio.gather(*(registry.find(id_) for id_ in flood))) == {None}
        assert len(seen) <= 4
        await asyncio.gather(*(registry.find(id_) for id_ in flood))
        assert len(seen) <= 4
    await documents.add([documents.DocumentRow(flood[0], "", TEXT)])
    while await registry.find(flood[0]) is None:
        pass
    with pytest.raises(Problem) as problem:
        await registry.resolved("{ x }", None, ANONYMOUS)
    assert problem.value.code is Code.FORBIDDEN


async def test_a_body_is_known_again_by_its_bytes_alone(locked: httpx.AsyncClient) -> None:
    body = orjson.dumps({"documentId": JOIN.id, "variables": {"unused": 1}})
    for method, status in (("POST", 200), ("POST", 200), ("PUT", 405), ("DELETE", 405)):
        response = await locked.request(method, "/graphql", content=body, headers=JSON)
        assert response.status_code == status
    for headers in ({"Content-Type": "text/plain"}, {**JSON, "Content-Encoding": "br"}):
        response = await locked.post("/graphql", content=body, headers=headers)
        assert response.status_code == 415
