"""Who is shown or may touch what by its id: every place that takes one, every caller, no leak.

"Not yours" and "does not exist" are the same bytes. A field that takes an id, or a type that has
one, fails here until the table (matrix.py) says what it answers.
"""

import base64
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLInterfaceType, GraphQLSchema, build_schema

from domain import database
from tests.access.matrix import CLASSES, DONE, NODES, NOT_FOUND, PLACES, places, roles_of
from tests.access.scene import CALLERS, OWNERS, Scene, a_scene, missing
from tests.counts import count, seed
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

SDL = build_schema((Path(__file__).parents[2] / "schema/schema.graphql").read_text())
MALFORMED = "bm90aGluZw=="
NODE_PLACES = {"Query.node.id", "Query.nodes.ids"}
# Asked with whatever else may be asked of a version: tests/programme/test_version_changes.py.
VERSION_PLACES = {"ProgrammeVersion.changes.against", "ProgrammeVersion.impact.against"}
TABLES = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  and not relispartition and relname not in (
    'idempotency_keys', 'access_keys', 'sessions', 'refresh_tokens', 'challenges', 'throttles')
"""


@pytest.fixture
async def scene(served: Server) -> AsyncIterator[Scene]:
    async with served.client() as client:
        yield await a_scene(client)


def test_every_place_that_takes_an_id_has_its_row() -> None:
    assert set(places(SDL)) == PLACES.keys() | NODE_PLACES | VERSION_PLACES


def test_every_type_that_has_an_id_has_its_row() -> None:
    node = SDL.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {each.name for each in SDL.get_possible_types(node)} == NODES.keys()


def test_a_new_field_that_takes_an_id_would_be_missed() -> None:
    more = "type Query { thing(of: OfInput!): Int } input OfInput { deep: [DeepInput!] }"
    asked: GraphQLSchema = build_schema(f"{more} input DeepInput {{ thingIds: [ID!]! }}")
    assert list(places(asked)) == ["Query.thing.of.deep.thingIds"]


async def state() -> dict[str, Any]:
    """All that is kept, digested; less what a refused attempt leaves on purpose."""
    tables = [row["relname"] for row in await database.rows(TABLES)]
    digests = " union all ".join(
        f"select '{name}' as name, count(*) || ' ' || coalesce(sum(hashtext(t::text)), 0) as digest"
        f" from {name} t"
        for name in tables
    )
    return {row["name"]: row["digest"] for row in await database.rows(digests)}


def ids(scene: Scene, kind: str) -> dict[str, str]:
    """An id of each class."""
    known = {who: scene.ids[who].get(kind, who) for who in OWNERS}
    return {**known, "missing": missing(kind), "malformed": MALFORMED}


async def test_nodes_are_shown_to_whom_they_concern(scene: Scene) -> None:
    before = await state()
    wanted = [(kind, of, id_) for kind in NODES for of, id_ in ids(scene, kind).items()]
    together = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"
    alone = "query($id: ID!) { node(id: $id) { __typename } }"
    cells = 0
    for caller in CALLERS:
        token = scene.tokens[caller]
        shown = []
        for at in range(0, len(wanted), 100):
            some = [id_ for *_, id_ in wanted[at : at + 100]]
            shown += (await scene.client.ask(together, token, ids=some))["nodes"]
        answers: dict[tuple[str, str], bytes] = {}
        for (kind, of, id_), row in zip(wanted, shown, strict=True):
            expected = of in OWNERS and NODES[kind](caller, of)
            assert (row is not None) is expected, (kind, caller, of)
            answer = await scene.client.raw(token, json={"query": alone, "variables": {"id": id_}})
            assert (answer.json()["data"]["node"] is not None) is expected, (kind, caller, of)
            answers[kind, of] = answer.content
            cells += 2
            if not expected:
                assert answer.content == answers.get((kind, "missing"), answer.content)
                assert (
                    answer.content == b'{"data":{"node":null}}' or b'"extensions"' in answer.content
                )
    assert cells == 2 * len(CALLERS) * len(NODES) * len(CLASSES)
    assert await state() == before


def sent(path: str, given: Any) -> dict[str, Any]:
    """The request that puts this in."""
    root, name, argument, *_ = path.split(".")
    type_ = SDL.type_map[root].fields[name].args[argument].type  # type: ignore[attr-defined]
    payload = "userErrors { code } " + (
        "results { userErrors { code } }" if "Batch" in name else ""
    )
    selection = payload if root == "Mutation" else "__typename"
    kind = root.lower()
    text = f"{kind}($given: {type_}) {{ {name}({argument}: $given) {{ {selection} }} }}"
    return {"query": text, "variables": {"given": given}}


def outcome(answer: dict[str, Any]) -> str:
    """One word for it."""
    if answer.get("errors"):
        return str(answer["errors"][0]["extensions"]["code"])
    (payload,) = answer["data"].values()
    if payload is None:
        return NOT_FOUND
    results = [*payload.get("userErrors", []), *(
        error for one in payload.get("results", []) for error in one["userErrors"]
    )]  # fmt: skip
    return str(results[0]["code"]) if results else DONE


@pytest.mark.parametrize("path", PLACES)
async def test_ids_in_arguments(path: str, scene: Scene) -> None:
    place = PLACES[path]
    root, name, *_ = path.split(".")
    roles = roles_of(SDL.type_map[root].fields[name])  # type: ignore[attr-defined]
    wrong = []
    for is_allowed in (False, True):
        before = await state()
        for caller in CALLERS:
            bodies: dict[str, bytes] = {}
            for of, id_ in ids(scene, place.type).items():
                expected = place.expected(roles, caller, of)
                if (expected in (DONE, place.done)) is not is_allowed:
                    continue
                given = await place.input(scene, caller, id_)
                answer = await scene.client.raw(scene.tokens[caller], json=sent(path, given))
                assert answer.status_code < 500, (caller, of, answer.text)
                if outcome(answer.json()) != expected:
                    wrong.append((caller, of, expected, answer.text))
                bodies[of] = answer.content
            unseen = [bodies[of] for of in OWNERS if of in bodies and "missing" in bodies]
            if not is_allowed and "Query" not in path:
                wrong += [(caller, "bytes", str(body), str(bodies["missing"])) for body in unseen
                          if _bare(body) != _bare(bodies["missing"])]  # fmt: skip
        if not is_allowed:
            assert await state() == before
    assert wrong == [], wrong


def _bare(body: bytes) -> bytes:
    # What is refused at the top has a number of its own.
    head, found, tail = body.partition(b'"requestId":"')
    return head + tail.partition(b'"')[2] if found else body


def forged(chance: random.Random, scene: Scene) -> str:
    """An id that nobody was given: a part, a mixture or a writing of the other member's."""
    kind, id_ = chance.choice(list(scene.ids["other"].items()))
    key = base64.b64decode(id_).decode().partition(":")[2]
    other_kind = chance.choice([*NODES, "Query", "", "User", "member", "__Type", "Challenge"])
    uuid = key.partition(":")[0]
    texts = [
        f"{other_kind}:{key}", f"{kind}: {key}", f"{kind}:{key.upper()}", f"{kind}:{{{uuid}}}",
        f"{kind}:urn:uuid:{uuid}", f"{kind}:{uuid.replace('-', '')}", f"{kind}:{key}\0",
        f"{kind}:{key}:POINTS", f"{kind}:{key}' or true --", f"{kind}:{10**chance.randint(1, 60)}",
        f"{kind}:-1", f"{kind}:{uuid4()}", f"{kind}:{'9' * 600}", f"{kind}:1e400:x", f"{kind}:",
        f":{key}", key, f"{kind}:{key}\n", f"{kind}::{key}", f"{kind}:%00", f"{kind}:\ud800",
        f"{kind}:{chance.randint(-(2**70), 2**70)}:{uuid}", f"{kind}:１:x", f"{kind}:{uuid}:{uuid}",
    ]  # fmt: skip
    text = chance.choice(texts).encode("utf-8", "surrogatepass")
    made = base64.b64encode(text).decode()
    # No raw NUL among them: the wire refuses a text with one.
    plain = text.decode("utf-8", "replace").replace("\0", "")
    writings = [made, made, made, made, made.rstrip("="), f" {made}", made[:-4], made.swapcase(),
                base64.b32encode(text).decode(), base64.urlsafe_b64encode(text).decode(),
                id_[::-1], f"{id_}{id_}", id_.replace("=", "%3D"), plain]  # fmt: skip
    return chance.choice(writings)


@pytest.mark.counted
async def test_forged_ids_show_nothing_of_others(scene: Scene) -> None:
    number = seed()
    chance = random.Random(number)
    public = {kind for kind, sees in NODES.items() if sees("anonymous", "other")} | {"Survey"}
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    before, callers = await state(), ("anonymous", "guest", "member")
    for _ in range(count(2, 67)):
        for caller in callers:
            wanted = [forged(chance, scene) for _ in range(100)]
            body = {"query": text, "variables": {"ids": wanted}}
            answer = await scene.client.raw(scene.tokens[caller], json=body)
            assert answer.status_code == 200, (number, caller, answer.text[:300])
            said = answer.json()
            assert "errors" not in said, (number, caller, said["errors"][:1])
            for id_, row in zip(wanted, said["data"]["nodes"], strict=True):
                assert row is None or row["__typename"] in public, (number, caller, id_, row)
    assert await state() == before
