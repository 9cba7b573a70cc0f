"""What time does to tiers: down only at a window's end, once, whoever looks and however often."""

import asyncio
import random
from typing import Any

import pytest

from domain import cache, database, schedule
from domain.actor import Actor
from domain.tiers import reviewing
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import a_tier
from tests.factories.tiers import (
    a_holder,
    a_policy,
    earn,
    midnight_after,
    moves,
    pass_days,
    standing,
)

pytestmark = pytest.mark.usefixtures("database")


async def tier_of(member: Actor) -> str:
    return (await standing(member)).tier


async def told(member: Actor) -> list[tuple[str, dict[str, Any]]]:
    found = await database.rows(
        "select kind, args from notifications where member_id = $1 order by sequence",
        member.member_id,
    )
    return [(row["kind"], row["args"]) for row in found]


async def test_down_only_at_the_end_of_the_window_and_never_in_between() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold")
    since = (await standing(member)).tier_since

    for _ in range(31):
        assert await tier_of(member) == "gold"
        await reviewing.review_due()
        await pass_days(1)
    await reviewing.review_due()

    row = await standing(member)
    assert (row.tier, await moves(member)) == ("bronze", [("bronze", "REVIEW")])
    assert await told(member) == [("TIER_DOWN", {"tier": "bronze"})]
    assert midnight_after(since, 30) <= row.tier_since


async def test_until_is_noted_and_stays_what_it_was_announced_as() -> None:
    await a_policy(downgrade="ONE_STEP", graceDays=7)
    member = await a_holder("gold")

    assert await reviewing.review_due() == 1
    row = await standing(member)

    assert row.tier_until == midnight_after(row.tier_since, 37)
    assert row.tier_review_at == midnight_after(row.tier_since, 30)
    assert row.version == 1  # nothing that anybody could see has changed


async def test_who_has_earned_it_again_keeps_it_for_another_window() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold", since_days=31, earned=300, earned_days_ago=5)
    since = (await standing(member)).tier_since

    await reviewing.review_due()

    row = await standing(member)
    assert (row.tier, row.tier_since, await moves(member)) == ("gold", since, [])
    assert row.tier_until == midnight_after(since, 60)


async def test_what_brought_the_tier_does_not_keep_it_too() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold", since_days=31, earned=300, earned_days_ago=31)

    await reviewing.review_due()

    assert await tier_of(member) == "bronze"


async def test_one_step_a_window() -> None:
    await a_policy(downgrade="ONE_STEP")
    member = await a_holder("gold", since_days=31)

    await reviewing.review_due()
    assert await tier_of(member) == "silver"
    await pass_days(30)
    await reviewing.review_due()

    assert await moves(member) == [("silver", "REVIEW"), ("bronze", "REVIEW")]


async def test_grace_lets_a_member_earn_it_again_and_begins_a_new_window() -> None:
    await a_policy(downgrade="TO_EARNED", graceDays=10)
    saved, lost = await a_holder("silver", since_days=32), await a_holder("silver", since_days=32)
    await reviewing.review_due()
    assert [await tier_of(saved), await tier_of(lost)] == ["silver", "silver"]

    assert saved.member_id
    await earn(saved.member_id, 100)
    await pass_days(10)
    await reviewing.review_due()

    assert [await tier_of(saved), await tier_of(lost)] == ["silver", "bronze"]
    row = await standing(saved)
    assert row.tier_until == midnight_after(row.tier_since, 40 + 40)


async def test_a_tier_that_never_downgrades_and_a_programme_that_never_does() -> None:
    kept = a_tier("gold", 3, 300, 15_000) | {"neverDowngrades": True}
    tiers = [a_tier("bronze", 1, 0, 10_000), a_tier("silver", 2, 100, 12_500), kept]
    await a_policy(downgrade="TO_EARNED", tiers=tiers)
    gold, silver = await a_holder("gold", since_days=400), await a_holder("silver", since_days=31)

    await reviewing.review_due()

    assert [await tier_of(gold), await tier_of(silver)] == ["gold", "bronze"]
    assert (await standing(gold)).tier_until is None


async def test_a_rise_that_waits_comes_at_the_periods_end() -> None:
    await a_policy(upgrade="AT_PERIOD_END")
    member = await a_holder("bronze")
    await reviewing.review_due()
    await pass_days(1)
    now = await database.now()
    await reported(an_order(a_line(30_000), member=member.member_id, occurred_at=now))
    assert await tier_of(member) == "bronze"

    await pass_days(30)
    await reviewing.review_due()

    assert await moves(member) == [("gold", "REVIEW")]
    assert ("TIER_UP", {"tier": "gold"}) in await told(member)


async def test_a_rise_at_once_begins_a_window_of_its_own() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("bronze")
    await reviewing.review_due()
    await pass_days(20)
    now = await database.now()

    await reported(an_order(a_line(10_000), member=member.member_id, occurred_at=now))
    await pass_days(25)  # the window of bronze is over
    await reviewing.review_due()

    assert await moves(member) == [("silver", "EARNED")]
    assert (await standing(member)).tier_until == midnight_after(now, 30)


async def test_publishing_other_thresholds_downgrades_nobody() -> None:
    await a_policy(downgrade="NEVER")
    member = await a_holder("gold", since_days=400)
    await reviewing.review_due()

    dear = [a_tier(c, r, t, 10_000) for c, r, t in (("bronze", 1, 0), ("silver", 2, 5000),
                                                   ("gold", 3, 9000))]  # fmt: skip
    await a_policy(await database.now(), downgrade="TO_EARNED", tiers=dear)
    await reviewing.review_due()
    assert await tier_of(member) == "gold"

    # Its window ends: nothing was at stake in that one. In the next one it is, and is announced.
    await pass_days(30)
    await reviewing.review_due()
    row = await standing(member)
    assert (row.tier, row.tier_until is not None) == ("gold", True)
    await pass_days(30)
    await reviewing.review_due()
    assert await moves(member) == [("bronze", "REVIEW")]


async def test_a_second_look_finds_nothing_to_do() -> None:
    await a_policy(downgrade="TO_EARNED", graceDays=3)
    for days in (0, 10, 31, 34, 35, 100):
        await a_holder("gold", since_days=days, earned=150, earned_days_ago=2)
    assert await reviewing.review_due() > 0
    before = await everything()

    assert await reviewing.review_due() == 0

    assert await everything() == before


async def test_looking_late_comes_to_the_same_as_looking_every_day() -> None:
    await a_policy(downgrade="ONE_STEP", graceDays=3)
    daily, late = await a_holder("gold"), await a_holder("gold")
    assert daily.member_id and late.member_id
    for days_ahead in (40, 41):
        for member_id in (daily.member_id, late.member_id):
            await earn(member_id, 60, -days_ahead)
    await database.rows("update members set state = 'BLOCKED' where id = $1", late.member_id)
    for _ in range(110):
        await pass_days(1)
        await reviewing.review_due()
    await database.rows("update members set state = 'ACTIVE' where id = $1", late.member_id)

    await reviewing.review_due()

    assert await moves(late) == await moves(daily)
    one, other = await standing(late), await standing(daily)
    assert one.tier_until == other.tier_until
    assert one.tier_counted_from == other.tier_counted_from


async def test_whoever_looks_whenever_the_end_is_the_same() -> None:
    await a_policy(downgrade="ONE_STEP", graceDays=2, graceToMonthEnd=True)
    chance = random.Random(11)
    daily: list[Actor] = []
    seldom: list[Actor] = []
    for _ in range(12):
        tier, earned = chance.choice(("silver", "gold")), chance.choice((0, 60, 120, 310))
        since, day = chance.randrange(25), chance.randrange(70)
        for group in (daily, seldom):
            group.append(await a_holder(tier, since_days=since))
            member_id = group[-1].member_id
            assert member_id
            await earn(member_id, earned, -day)
    await hidden(seldom, "BLOCKED")
    for day in range(75):
        await pass_days(1)
        await reviewing.review_due()
        if day in (20, 21, 50, 74):
            await hidden(seldom, "ACTIVE")
            await asyncio.gather(*(reviewing.review_due(chance.randint(1, 9)) for _ in range(3)))
            await hidden(seldom, "BLOCKED")

    for one, other in zip(daily, seldom, strict=True):
        left, right = await standing(one), await standing(other)
        assert await moves(one) == await moves(other)
        assert (left.tier, left.tier_until) == (right.tier, right.tier_until)
        assert left.tier_counted_from == right.tier_counted_from


async def hidden(members: list[Actor], state: str) -> None:
    """Only ACTIVE members are reviewed."""
    ids = [member.member_id for member in members]
    await database.rows("update members set state = $2 where id = any($1)", ids, state)


async def test_five_workers_move_each_member_once() -> None:
    await a_policy(downgrade="TO_EARNED")
    chance = random.Random(5)
    members = []
    for _ in range(60):
        earned = chance.choice((0, 150, 300))
        members.append(await a_holder("gold", since_days=31, earned=earned, earned_days_ago=3))
    for member in members[:20]:
        await database.rows(
            """update members set tier_reviewed_for = tier_since, tier_review_at = pistis_now(),
                 tier_until = pistis_now(), tier_counted_from = '2020-01-01',
                 tier_counted_to = '2030-01-01' where id = $1""",
            member.member_id,
        )

    done = await asyncio.gather(*(reviewing.review_due(7) for _ in range(5)))
    await reviewing.review_due()

    assert sum(done) >= 60
    for member in members:
        row = await standing(member)
        counted = await database.value(
            "select coalesce(sum(points), 0)::int from qualifying_days where member_id = $1",
            member.member_id,
        )
        tier = {0: "bronze", 150: "silver", 300: "gold"}[counted]
        assert row.tier == tier
        assert await moves(member) == ([] if tier == "gold" else [(tier, "REVIEW")])


async def test_a_move_and_a_longer_until_raise_the_version_that_answers_are_kept_under() -> None:
    await a_policy(downgrade="TO_EARNED")
    lost = await a_holder("gold", since_days=31)
    kept = await a_holder("gold", since_days=31, earned=300, earned_days_ago=3)
    for member in (lost, kept):
        assert member.member_id
        await cache.client().hset(cache.key_of(member.member_id), "v", "1")

    await reviewing.review_due()

    for member in (lost, kept):
        assert member.member_id
        row = await standing(member)
        assert row.version == 2
        assert await cache.client().hget(cache.key_of(member.member_id), "v") == b"2"


async def test_it_is_on_the_schedule() -> None:
    assert reviewing.review_due in [duty.run for duty in schedule.DUTIES]


async def everything() -> list[Any]:
    """All that reviews write."""
    members = await database.rows(
        """select id, tier, tier_since, tier_until, tier_counted_from, tier_counted_to,
             tier_review_at, version from members order by id"""
    )
    return [tuple(row) for row in members] + [
        await database.value(f"select count(*) from {table}")
        for table in ("tier_moves", "notifications", "outbox")
    ]
