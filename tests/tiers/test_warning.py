"""Before a tier is lost its member is told, once, and what is missing."""

import asyncio
from typing import Any

import pytest

from domain import database, schedule
from domain.actor import Actor
from domain.tiers import reviewing, warning
from tests.factories.tiers import a_holder, a_policy, earn, pass_days

pytestmark = pytest.mark.usefixtures("database")


async def told(member: Actor) -> list[tuple[str, dict[str, Any]]]:
    found = await database.rows(
        "select kind, args from notifications where member_id = $1 order by sequence",
        member.member_id,
    )
    return [(row["kind"], row["args"]) for row in found]


async def test_who_is_about_to_lose_a_tier_is_told_once_what_is_missing() -> None:
    await a_policy(downgrade="TO_EARNED", warnDays=5)
    member = await a_holder("gold")
    assert member.member_id
    await reviewing.review_due()
    await pass_days(3)
    await earn(member.member_id, 120)
    assert await warning.warn_due() == 0

    await pass_days(23)

    assert sum(await asyncio.gather(warning.warn_due(), warning.warn_due())) == 1
    assert await told(member) == [("TIER_AT_RISK", {"tier": "gold", "missing": 180})]
    await pass_days(2)
    assert await warning.warn_due() == 0


async def test_who_has_enough_to_keep_it_is_not_told() -> None:
    await a_policy(downgrade="TO_EARNED", warnDays=5)
    member = await a_holder("gold")
    assert member.member_id
    await reviewing.review_due()
    await pass_days(27)
    await earn(member.member_id, 300)

    assert await warning.warn_due() == 0
    assert await told(member) == []


async def test_nobody_is_told_where_the_programme_does_not_say_so() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold")
    await reviewing.review_due()
    await pass_days(29)

    assert await warning.warn_due() == 0
    assert await told(member) == []


async def test_time_that_passes_brings_the_warning_before_the_loss() -> None:
    await a_policy(downgrade="TO_EARNED", warnDays=5)
    member = await a_holder("gold")
    async for _ in schedule.pass_time(40 * schedule.STEP):
        pass

    assert [kind for kind, _ in await told(member)] == ["TIER_AT_RISK", "TIER_DOWN"]
