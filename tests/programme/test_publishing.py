"""A draft becomes the next version: once, in turn, with a reason, and never in the past."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.errors import (
    DomainError,
    ForecastRequired,
    InvalidInput,
    KeyReused,
    NotAllowed,
    NotFound,
)
from domain.programme import drafting, publishing, queries
from domain.programme.publishing import HasErrors
from tests.factories.members import a_member
from tests.factories.orders import SHOP
from tests.factories.programme import a_rule, a_tier
from tests.factories.versions import LOYALTY, WHY, drafted, nobody, published, to_publish

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def publish(version_id: UUID, **said: Any) -> tuple[UUID, bool]:
    return await publishing.publish(LOYALTY, to_publish(version_id, **said), nobody)


async def refused(version_id: UUID, **said: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        await publish(version_id, **said)
    return error.value


async def row_of(version_id: UUID) -> Any:
    return await database.row("select * from programme_versions where id = $1", version_id)


async def numbers_at(*instants: datetime) -> list[int]:
    return [version.number for version in await queries.in_force_at(instants)]


async def test_the_first_version_is_drafted_and_published() -> None:
    draft = await drafted()
    assert await publish(draft) == (draft, False)
    assert (await queries.in_force()).id == draft


async def test_it_is_kept_who_published_it_and_why_without_a_forecast() -> None:
    base = await published()
    draft = await drafted(windowDays=30)
    await publish(draft, without_forecast_reason=f"  {WHY} ")
    row = await row_of(draft)
    assert row["based_on"] == base
    assert row["drafted_by"] == row["published_by"] == LOYALTY.key
    assert row["without_forecast_reason"] == WHY
    assert row["published_at"] >= row["drafted_at"]
    assert row["worse_for"] == 0
    assert await database.value(
        "select count(*) from outbox where kind = 'ProgrammePublished' and payload->>'number' = '2'"
    )


async def test_what_follows_can_begin_at_the_very_instant_as_the_api_tells_it() -> None:
    begins = (await database.now() + 40 * DAY).replace(microsecond=271_828)
    await publish(await drafted(), effective_from=begins)
    early = begins.replace(microsecond=270_000)
    error = await refused(await drafted(windowDays=30), effective_from=early)
    assert f"{begins:%Y-%m-%dT%H:%M:%S}.271Z" in str(error)
    await publish(await drafted(windowDays=30), effective_from=begins.replace(microsecond=271_000))
    assert await numbers_at(begins) == [2]


async def test_judged_is_by_what_was_in_force_when_it_happened() -> None:
    now = await database.now()
    await published(now - 10 * DAY)
    await publish(await drafted(windowDays=30), effective_from=now + 40 * DAY)
    assert await numbers_at(now - DAY, now, now + 39 * DAY, now + 40 * DAY) == [1, 1, 1, 2]


async def test_a_reason_is_given_as_long_as_there_are_no_forecasts() -> None:
    draft = await drafted()
    without = await refused(draft, without_forecast_reason=None)
    assert isinstance(without, ForecastRequired)
    assert without.path == ("withoutForecastReason",)
    for reason in ("Because.  ", "x" * 501):
        assert (await refused(draft, without_forecast_reason=reason)).path == without.path
    forecast = await refused(draft, forecast_id="any", without_forecast_reason=None)
    assert (forecast.path, forecast.code) == (("forecastId",), "INVALID_INPUT")
    # None of it used the key up.
    await publish(draft)


async def test_errors_are_refused_each_with_its_path() -> None:
    draft = await drafted(rules=[a_rule(unit="COINS")], windowDays=0)
    error = await refused(draft)
    assert isinstance(error, HasErrors)
    paths = {each.path for each in error.all}
    assert {("versionId", "windowDays"), ("versionId", "rules", "0", "unit")} <= paths


async def test_what_was_is_not_changed() -> None:
    now = await database.now()
    await published(now - 10 * DAY)
    error = await refused(await drafted(windowDays=30), effective_from=now - DAY)
    assert isinstance(error, InvalidInput)
    assert error.path == ("effectiveFrom",)


async def test_what_follows_a_version_begins_no_sooner_than_it() -> None:
    now = await database.now()
    await published(now - DAY)
    await publish(await drafted(windowDays=30), effective_from=now + 9 * DAY)
    better = await drafted(windowDays=60)
    assert (await refused(better)).path == ("effectiveFrom",)
    # At the same instant it takes the other's place, which is never in force.
    await publish(better, effective_from=now + 9 * DAY)
    assert await numbers_at(now, now + 9 * DAY) == [1, 3]


async def test_a_draft_of_what_is_no_longer_the_newest_is_drafted_anew() -> None:
    base = await published()
    late = await drafted(windowDays=30)
    await publish(await drafted(windowDays=60))
    error = await refused(late)
    assert (error.code, error.path) == ("NOT_ALLOWED", ("versionId",))
    assert "Version 3" in error.message
    await publish(await drafted(windowDays=30))
    assert (await queries.in_force()).number == 4
    old = await drafting.draft(LOYALTY, {**(await row_of(base))["document"], "windowDays": 9}, base)
    assert isinstance(await refused(old), NotAllowed)


async def test_of_two_at_once_one_is_published_and_the_other_is_told() -> None:
    await published()
    drafts = [await drafted(windowDays=days) for days in (30, 60, 90)]
    done = await asyncio.gather(*(publish(draft) for draft in drafts), return_exceptions=True)
    assert len([each for each in done if isinstance(each, tuple)]) == 1
    assert len([each for each in done if isinstance(each, NotAllowed)]) == 2


async def test_the_same_key_publishes_once() -> None:
    await published()
    draft, key = await drafted(windowDays=30), uuid4().hex
    done = await asyncio.gather(*(publish(draft, idempotency_key=key) for _ in range(3)))
    assert sorted(done) == [(draft, False), (draft, True), (draft, True)]
    later = await database.now() + DAY
    other = await refused(draft, idempotency_key=key, effective_from=later)
    assert isinstance(other, KeyReused)


async def test_what_is_published_or_discarded_is_not_published_again() -> None:
    draft = await drafted()
    await publish(draft)
    assert isinstance(await refused(draft), NotAllowed)
    gone = await drafted(windowDays=30)
    await drafting.discard(LOYALTY, gone)
    for missing in (gone, uuid4()):
        assert isinstance(await refused(missing), NotFound)


async def test_only_who_shapes_the_programme_publishes() -> None:
    with pytest.raises(NotAllowed):
        await publishing.publish(SHOP, to_publish(await drafted()), nobody)


async def test_no_tier_goes_with_members_in_it() -> None:
    await published()
    members = [await a_member() for _ in range(3)]
    await database.rows(
        "update members set tier = 'silver' where id = any($1)", [each.id for each in members[:2]]
    )
    bronze, gold = a_tier("bronze", 1, 0), a_tier("gold", 3, 300)
    error = await refused(await drafted(tiers=[bronze, gold]))
    assert error.path == ("versionId", "tiers")
    assert "silver" in error.message
    assert "2 members" in error.message

    heir = a_tier("gold", 3, 300, replaces=["silver"])
    await publish(await drafted(tiers=[bronze, heir]), effective_from=await database.now() + DAY)
    # What follows that version goes by the names that it gives, though nobody has them yet.
    await publish(
        await drafted(tiers=[bronze, gold]), effective_from=await database.now() + 2 * DAY
    )
