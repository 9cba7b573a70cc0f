"""The one function that moves points: what it guards, and what it is against a simple model."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from domain import database
from domain.actor import SYSTEM
from domain.idempotency import claim
from domain.ids import uuid7
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post
from domain.wallets.posting import Move, Notice, Posting
from domain.wallets.proof import proof
from tests.databases import Cleaner
from tests.factories.rewards import a_buyer, held
from tests.wallets.model import ACTIONS, Saver, act

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def owner(connected: Cleaner) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the database, with its triggers on."""
    connection = await asyncpg.connect(connected.settings.database_url)
    yield connection
    await connection.close()


async def a_member(points: int = 0) -> UUID:
    member_id = (await a_buyer(points)).member_id
    assert member_id
    return member_id


def moving(points: int, kind: TransactionKind | None = None) -> Move:
    credits = points > 0
    kind = kind or (TransactionKind.EARN if credits else TransactionKind.REDEEM)
    return Move("POINTS", kind, points, "issuance" if credits else "redemption", {"key": "x"})


@pytest.mark.parametrize("table", ["transactions", "transfers"])
@pytest.mark.parametrize("deed", ["update {} set points = 1", "delete from {}", "truncate {}"])
async def test_the_ledger_is_append_only(owner: asyncpg.Connection, table: str, deed: str) -> None:
    await a_member(10)
    sql = deed.format(table) + (" cascade" if deed.startswith("truncate") else "")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.rows(sql)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await owner.execute(sql)

    assert await database.value(f"select count(*) from {table}") == 1


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("update wallets set available = -1", "wallet_never_negative"),
        ("update wallets set available = 1000000000000001", "wallet_never_negative"),
        ("update wallets set debt = -1", "wallet_parts_never_negative"),
        ("update lots set remaining = 11", "lot_spent_at_most_once"),
        ("update lots set remaining = -1", "lot_spent_at_most_once"),
        (
            """insert into transfers (transaction_id, member_id, unit, debit, credit, points)
               select transaction_id, member_id, unit, debit, credit, points from transfers""",
            "available_points_lie_in_lots",
        ),
        (
            """insert into transfers (transaction_id, member_id, unit, debit, credit, points)
               select transaction_id, member_id, unit, 'held', 'held', 1 from transfers""",
            "transfer_between_two_accounts",
        ),
        (
            """insert into transfers (transaction_id, member_id, unit, debit, credit, points)
               select transaction_id, member_id, unit, 'held', 'pending', 0 from transfers""",
            "transfer_moves_points",
        ),
        (
            """insert into transactions select (x).* from (
                 select jsonb_populate_record(t, jsonb_build_object('id', uuidv7())) as x
                 from transactions t) again""",
            "statement_without_gaps",
        ),
    ],
)
async def test_tables_refuse_what_cannot_be(
    owner: asyncpg.Connection, sql: str, constraint: str
) -> None:
    await a_member(10)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await owner.execute(sql)
    assert refused.value.constraint_name == constraint


async def test_one_refused_posting_of_a_batch_falls_alone() -> None:
    members = [await a_member(10) for _ in range(3)]
    spend = [moving(-10), moving(-11), moving(-10)]

    outcomes = await post(
        [Posting(each, moves=(move,)) for each, move in zip(members, spend, strict=True)]
    )

    assert [outcome.kind for outcome in outcomes] == ["POSTED", "REFUSED", "POSTED"]
    assert [(await held(each))[0] for each in members] == [0, 10, 0]


async def test_debits_of_one_posting_are_covered_together() -> None:
    member_id = await a_member(10)

    (both,) = await post([Posting(member_id, moves=(moving(-6), moving(-6)))])
    (out_of_what_it_gives,) = await post([Posting(member_id, moves=(moving(5), moving(-12)))])

    assert [both.kind, out_of_what_it_gives.kind] == ["REFUSED", "REFUSED"]
    assert both.result["refused"] == {
        "code": "INSUFFICIENT_POINTS",
        "balance": 10,
        "required": 12,
    }
    assert (await held(member_id))[0] == 10


async def test_a_member_who_is_not_there_is_not_posted_to() -> None:
    with pytest.raises(asyncpg.NoDataFoundError):
        await post([Posting(uuid7(), moves=(moving(5),))])


async def test_twins_in_one_batch_are_one() -> None:
    member_id = await a_member()
    made = claim(SYSTEM, "trial", "key", {"n": 1})
    twin = Posting(member_id, claim=made, moves=(moving(5),), result={"n": 1})
    other = replace(twin, claim=replace(made, fingerprint="another"), result={"n": 2})

    for _ in range(2):
        outcomes = await post([twin, other, twin])
        assert {outcome.fingerprint or made.fingerprint for outcome in outcomes} == {
            made.fingerprint
        }
        assert [outcome.result for outcome in outcomes] == [{"n": 1}] * 3

    assert (await held(member_id))[0] == 5


async def test_sequence_and_version_have_no_gaps_whoever_posts_at_once() -> None:
    member_id = await a_member()
    notices = (Notice("POINTS_EARNED", {"points": 1}),) * 2

    async def undone() -> None:
        async with database.transaction():
            await post([Posting(member_id, moves=(moving(1),), notices=notices)])
            raise ZeroDivisionError

    async def tried() -> None:
        with suppress(ZeroDivisionError):
            await undone()

    def some() -> list[Posting]:
        return [Posting(member_id, moves=(moving(1),), notices=notices) for _ in range(3)]

    await asyncio.gather(*[post(some()) for _ in range(6)], *[tried() for _ in range(6)])

    versions = await database.rows("select version from transactions order by version")
    sequences = await database.rows("select sequence from notifications order by sequence")
    member = await database.row("select version, sequence from members where id = $1", member_id)
    assert [row["version"] for row in versions] == list(range(1, 19))
    assert [row["sequence"] for row in sequences] == list(range(1, 37))
    assert member
    assert tuple(member) == (1 + 18, 36)
    assert (await proof(SYSTEM)).problems == []


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
async def test_whatever_happens_a_wallet_is_what_the_model_says(
    actions: list[tuple[str, int, int]],
) -> None:
    start: datetime = await database.now()
    saver = Saver(await a_member(), start)
    for action in actions:
        await act(saver, *action)
        assert await saver.as_written() == saver.as_modelled(), action
    assert (await proof(SYSTEM)).problems == []
    await database.rows("update clock set ahead_seconds = 0")
