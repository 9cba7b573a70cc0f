"""Drafts and versions: what is kept of them, who sees them, and that nothing of it ever changes."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain import database
from domain.actor import ANONYMOUS, SYSTEM, Actor
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.programme import drafting, operations, queries
from domain.programme.queries import VersionState
from tests.databases import Cleaner
from tests.factories.orders import SHOP
from tests.factories.programme import a_programme, a_rule
from tests.factories.versions import LOYALTY, drafted, published

pytestmark = pytest.mark.usefixtures("database")

WRONG = a_rule(unit="COINS", when={"allOf": []}, name={})


async def seen(actor: Actor) -> list[tuple[int, VersionState]]:
    page = await queries.version_rows(actor, 10)
    assert await queries.version_count(actor) == len(page.rows)
    return [(row.number, row.state) for row in page.rows]


async def test_a_draft_is_seen_by_the_team_alone_and_judges_nothing() -> None:
    first = await published()
    await drafted(windowDays=30)

    published_first = (1, VersionState.PUBLISHED)
    assert await seen(LOYALTY) == [(2, VersionState.DRAFT), published_first]
    assert await seen(SHOP) == await seen(ANONYMOUS) == [published_first]
    assert (await queries.in_force()).id == first
    with pytest.raises(NotFound):
        await queries.version(2)


async def test_a_draft_with_errors_is_kept_and_has_no_rules() -> None:
    await published()
    draft = await drafted(rules=[WRONG])
    (row,) = (await queries.version_rows(LOYALTY, 1, ids=[draft])).rows
    assert row.version.rules is None
    assert row.version.programme.rules[0].unit == "COINS"


async def test_the_same_document_on_the_same_version_is_the_same_draft() -> None:
    assert await drafted() == await drafted()
    base = await published()
    again = await drafted(claimDays=None)
    assert again == await drafting.draft(LOYALTY, a_programme(), base)
    assert again != await drafted(windowDays=30)


async def test_what_is_no_document_is_refused_with_its_path() -> None:
    with pytest.raises(InvalidInput) as refused:
        await drafted(rules=[a_rule(units="POINTS")])
    assert refused.value.path == ("rules", "0", "units")
    assert "unit" in refused.value.message


async def test_a_draft_is_based_on_what_is_published() -> None:
    await published()
    draft = await drafted(windowDays=30)
    with pytest.raises(NotFound):
        await drafting.draft(LOYALTY, a_programme(), draft)


async def test_only_who_shapes_the_programme_drafts() -> None:
    with pytest.raises(NotAllowed):
        await drafting.draft(SHOP, a_programme(), None)
    with pytest.raises(NotAllowed):
        await drafting.discard(SHOP, UUID(int=1))


async def test_a_discarded_draft_is_gone_from_sight_and_can_be_drafted_anew() -> None:
    await published()
    draft = await drafted(windowDays=30)
    assert await drafting.discard(LOYALTY, draft) == await drafting.discard(LOYALTY, draft)
    assert await seen(LOYALTY) == [(1, VersionState.PUBLISHED)]
    assert await drafted(windowDays=30) != draft


async def test_a_published_version_is_not_discarded() -> None:
    with pytest.raises(NotAllowed):
        await drafting.discard(LOYALTY, await published())
    with pytest.raises(NotFound):
        await drafting.discard(LOYALTY, UUID(int=1))


@pytest.mark.parametrize(
    "change",
    [
        "update programme_versions set document = '{}'",
        "update programme_versions set document_hash = ''",
        "update programme_versions set number = number + 10",
        "update programme_versions set based_on = id",
        "update programme_versions set drafted_by = 'somebody else'",
        "delete from programme_versions",
        "truncate programme_versions",
    ],
)
async def test_the_database_lets_neither_drafts_nor_versions_change(
    connected: Cleaner, change: str
) -> None:
    await published()
    draft = await drafted(windowDays=30)
    for id_ in (draft, (await queries.in_force()).id):
        statement = f"{change} where id = '{id_}'" if "truncate" not in change else change
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.rows(statement)
        await as_owner(connected, statement)


async def test_the_database_lets_a_published_version_begin_at_no_other_time(
    connected: Cleaner,
) -> None:
    await published()
    for change in ("effective_from = now() + interval '1 day'", "published_at = now()",
                   "published_at = null, effective_from = null", "published_by = 'me'",
                   "discarded_at = now(), discarded_by = 'me'"):  # fmt: skip
        statement = f"update programme_versions set {change}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.rows(statement)
        await as_owner(connected, statement)


async def test_the_database_publishes_no_draft_that_was_discarded() -> None:
    await drafting.discard(LOYALTY, await drafted())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.rows(
            "update programme_versions set published_at = now(), effective_from = now(),"
            " discarded_at = null, discarded_by = null"
        )


async def test_a_version_that_comes_is_published_and_the_one_before_it_is_in_force() -> None:
    await published()
    later = await database.now() + timedelta(days=40)
    await operations.publish(SYSTEM, a_programme(windowDays=30), later)
    assert await seen(ANONYMOUS) == [(2, VersionState.PUBLISHED), (1, VersionState.PUBLISHED)]
    assert [each.number for each in await queries.in_force_at([later])] == [2]


async def as_owner(connected: Cleaner, statement: str) -> None:
    # Not even the owner of the tables, as long as their triggers work.
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connected.execute(
            f"set session_replication_role = origin; begin; {statement}; commit"
        )
    await connected.execute("rollback; set session_replication_role = replica")
