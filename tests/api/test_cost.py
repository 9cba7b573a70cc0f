"""What an operation costs, and that it is what the database has to do for it."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from statistics import correlation
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from api.bounds.billing import INTROSPECTION_POINTS, POINTS, POINTS_OF_SYSTEMS, Billing
from api.execution import Execution, Request
from api.gate import chosen
from api.known.documents import FOLDER
from api.problems import Code, Problem
from domain import database
from domain.actor import Actor, ActorKind
from schema.context import Context
from schema.root import schema
from tests.counts import count, seed
from tests.databases import Cleaner, Databases
from tests.elsewhere import connected_to, let_go
from tests.factories.members import a_member
from tests.factories.orders import MORNING, an_order, reported

MEMBER = Actor(ActorKind.MEMBER, "m")
SERVICE = Actor(ActorKind.SERVICE, "s")
LARGEST: dict[str, Any] = {"first": 100, "input": {"orders": [{}] * 500}}


def bill(text: str, actor: Actor = MEMBER, **variables: Any) -> Any:
    document = parse(text)
    return Billing(schema._schema, document).bill(chosen(document, None), variables, actor)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.graphql")), ids=lambda path: path.stem)
def test_every_document_of_the_apps_fits_with_its_largest_pages(path: Any) -> None:
    actor = MEMBER if path.parent.parent.name == "app" else SERVICE

    found = bill(path.read_text(encoding="utf-8"), actor, **LARGEST)

    assert found.requested <= found.limit
    assert found.limit == (POINTS if actor is MEMBER else POINTS_OF_SYSTEMS)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{ me { id number } }", 1),
        ("{ __typename }", 0),
        ("{ me { orders(first: 7) { nodes { id } } } }", 1 + 7),
        ("{ me { orders(first: 7) { edges { cursor node { id } } pageInfo { endCursor } } } }", 8),
        ("{ me { orders(first: 7) { pageInfo { endCursor } } } }", 1 + 7),
        ("{ me { orders(first: 7) { nodes { total { amount } } } } }", 1 + 7 * 2),
        ("query ($first: Int! = 4) { rewards(first: $first) { nodes { id } } }", 4),
        ("query ($other: Int!) { rewards(first: $other) { nodes { id } } }", 9),
        ("{ rewards { nodes { id } } }", 20),
        ("{ rewards(first: 2147483647) { nodes { id } } }", 100),
        ("{ me { ...f ...f } } fragment f on Member { wallets { id } }", 1 + 2 * 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", 5),
        ("{ node(id: 1) { ... on Order { total { amount } } ... on Member { id } } }", 1 + 1),
        ("{ a: me { id } b: me { id } }", 2),
        ("mutation { sessionEnd(input: {}) { replayed } }", 10 + 1),
    ],
)
def test_a_point_for_each_object(text: str, points: int) -> None:
    assert bill(text, other=9, ids=["x"] * 5).requested == points + 5


def test_what_costs_more_than_the_limit_is_refused_with_both_numbers() -> None:
    text = "{ me { orders(first: 100) { nodes { earnings { explanation { rule { id } } } } } } }"

    with pytest.raises(Problem) as refused:
        bill(text)

    assert refused.value.code is Code.QUERY_TOO_COSTLY
    assert "costs 1606 points; 1000 are served" in refused.value.entries[0]["message"]
    assert bill(text, SERVICE).told() == {"requested": 1606, "limit": 5000}


def test_a_chain_of_fragments_is_reckoned_at_once() -> None:
    links = " ".join(f"fragment f{n} on Member {{ ...f{n + 1} ...f{n + 1} }}" for n in range(28))
    last = "fragment f28 on Member { orders(first: $first) { nodes { id } } }"

    with pytest.raises(Problem):
        bill(f"query ($first: Int!) {{ me {{ ...f0 }} }} {links} {last}", first=1)


def test_the_schema_costs_nothing_but_is_told_in_bounds() -> None:
    full = bill(get_introspection_query())
    assert (full.requested, full.tells_the_schema) == (5, True)
    assert not bill('{ __type(name: "Query") { fields { name } } me { id } }').tells_the_schema

    asked = "types { fields { args { type { name } } } }"
    twenty = " ".join(f"a{n}: __schema {{ {asked} }}" for n in range(20))
    for text in (
        "{ __schema { types { fields { "
        + " ".join(f"a{n}: type {{ fields {{ args {{ name }} }} }}" for n in range(4))
        + " } } } }",
        "{ __schema { types { name fields { name } } } me { id } }",
        f"{{ {twenty} }}",
    ):
        with pytest.raises(Problem) as refused:
            bill(text)
        assert "document of its own" in refused.value.entries[0]["message"]
    assert INTROSPECTION_POINTS > 80_000


# Lists that a member has more of than a page holds, and a row that each of a list can lead to.
# Left out is what comes with its row: it costs points since it takes time, but no rows.
LISTS = {
    "orders(first: {})": "",
    'wallet(unit: "POINTS") {{ id transactions(first: {})': "order { id }",
    "notifications(first: {})": "",
}


def by_chance(chance: random.Random) -> str:
    """A query with pages of all sizes."""
    parts = []
    for number, name in enumerate(chance.sample(list(LISTS), chance.randint(1, 3))):
        below = f"id {LISTS[name] if chance.random() < 0.3 else ''}"
        head = name.format(chance.randint(1, 100))
        parts.append(f"a{number}: {head} {{ nodes {{ {below} }} }}{' }' * head.count('{')}")
    return f"{{ me {{ {' '.join(parts)} }} }}"


ROWS = """
select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables
"""


async def on_all_connections(statement: str) -> None:
    pool: Any = database._client()._pool
    held = [await pool.acquire() for _ in range(pool.get_max_size())]
    for connection in held:
        await connection.execute(statement)
    for connection in held:
        await pool.release(connection)


async def rows_touched() -> int:
    """Rows that this process's connections have read so far, in all tables."""
    await on_all_connections("select pg_stat_force_next_flush()")
    found: int = await database.value(ROWS)
    return found


async def a_regular() -> Actor:
    """A member with more of everything than a page holds, and others beside."""
    members = [await a_member() for _ in range(3)]
    for each in members:
        await asyncio.gather(
            *(
                reported(
                    an_order(member=each.member_id, occurred_at=MORNING - timedelta(minutes=n))
                )
                for n in range(150)
            )
        )
    await database.rows("analyze")
    return members[1]


@pytest.fixture
async def by_index(connected: Cleaner, databases: Databases) -> AsyncIterator[None]:
    """Connected to a database in which nobody else reads, and by index as in large tables."""
    settings = await databases.copy()
    async with (
        let_go(connected),
        connected_to(settings.database_url, settings.redis_url),
    ):
        # What is so small PostgreSQL would rather read and sort whole.
        await on_all_connections("set enable_seqscan = off; set enable_bitmapscan = off")
        yield


@pytest.mark.counted
async def test_cost_goes_with_the_rows_that_are_read(by_index: None) -> None:
    actor = await a_regular()
    number = seed()
    chance, execution = random.Random(number), Execution(schema, locked=False)
    # A process reads the programme first, and what was read before is told late.
    await execution.execute(Request(by_chance(chance)), Context(actor, "el"))
    await rows_touched()
    points: list[int] = []
    rows: list[int] = []
    while len(points) < count(100, 2000):
        request = Request(by_chance(chance))
        points.append(execution.admit(request, actor).bill.requested)
        before = await rows_touched()
        answer = await execution.execute(request, Context(actor, "el"))
        rows.append(await rows_touched() - before)
        assert "errors" not in answer

    worst = max(read / cost for read, cost in zip(rows, points, strict=True))
    alike = correlation(points, rows)
    print(f"correlation {alike:.3f}, at most {worst:.2f} rows a point")
    assert alike >= 0.9 and worst <= 3, f"seed {number}"
