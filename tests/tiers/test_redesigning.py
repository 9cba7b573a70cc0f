"""Other tiers come into force: everybody finds a place among them, and nobody goes down."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.programme import operations as programmes
from domain.programme import review
from domain.tiers import redesigning
from tests.factories.merges import merged, unmerged
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import a_programme, a_tier, terms_of
from tests.factories.tiers import a_holder, a_policy, earn, moves, pass_days, standing

pytestmark = pytest.mark.usefixtures("database")

NEW = [a_tier("guest", 1, 0), a_tier("friend", 2, 50, replaces=["silver"]), a_tier("vip", 3, 900)]


async def publish(tiers: list[dict[str, Any]]) -> None:
    now = await database.now()
    await programmes.publish(SYSTEM, a_programme(tiers=tiers, windowDays=30), now)


async def told(member_id: UUID | None) -> list[str]:
    found = await database.rows(
        "select kind from notifications where member_id = $1 order by sequence", member_id
    )
    return [row["kind"] for row in found]


async def test_a_redesign_of_tiers_takes_nobody_down() -> None:
    await a_policy()
    holders = {tier: await a_holder(tier) for tier in ("bronze", "silver", "gold")}
    await redesigning.refresh()

    await publish(NEW)
    assert await redesigning.refresh(at_once=1) == 3

    placed = {tier: (await standing(holder)).tier for tier, holder in holders.items()}
    assert placed == {"bronze": "guest", "silver": "friend", "gold": "vip"}
    assert [await moves(holder) for holder in holders.values()] == [
        [("guest", "REDESIGN")], [("friend", "REDESIGN")], [("vip", "REDESIGN")]
    ]  # fmt: skip
    assert [await told(holder.member_id) for holder in holders.values()] == [[], [], []]
    assert await redesigning.refresh() == 0


async def test_who_has_earned_more_by_the_new_thresholds_is_raised_and_told() -> None:
    await a_policy()
    member = await a_holder("bronze", since_days=3, earned=60)
    await redesigning.refresh()

    await publish([a_tier("bronze", 1, 0), a_tier("silver", 2, 50)])
    await redesigning.refresh()

    assert (await standing(member)).tier == "silver"
    assert await told(member.member_id) == ["TIER_UP"]


async def test_until_members_are_looked_at_they_have_what_the_tier_that_replaces_theirs_gives() -> (
    None
):
    await a_policy()
    member = await a_holder("silver", since_days=3)
    await publish([NEW[0], {**NEW[1], "multiplierBasisPoints": 20_000}, NEW[2]])
    await pass_days(1)

    order = an_order(a_line(1000), member=member.member_id, occurred_at=await database.now())
    await reported(order)

    earned = await database.value(
        "select sum(points)::bigint from transactions where member_id = $1", member.member_id
    )
    assert earned == 20


async def test_two_workers_and_a_new_version_of_the_same_tiers_move_nobody_twice() -> None:
    await a_policy()
    members = [await a_holder("gold") for _ in range(5)]
    await redesigning.refresh()
    await publish(NEW)

    moved = await asyncio.gather(*(redesigning.refresh(at_once=2) for _ in range(3)))

    assert sum(moved) == 5
    assert [len(await moves(member)) for member in members] == [1] * 5
    await publish(NEW)
    assert await redesigning.refresh() == 0


async def test_a_tier_by_hand_is_only_renamed() -> None:
    await a_policy()
    member = await a_holder("silver", since_days=3)
    assert member.member_id
    await earn(member.member_id, 5000)
    await database.rows(
        "update members set tier_fixed_until = pistis_now() + interval '9 days' where id = $1",
        member.member_id,
    )
    await redesigning.refresh()
    await publish(NEW)
    await redesigning.refresh()

    assert (await standing(member)).tier == "friend"


@pytest.mark.parametrize(
    "tiers",
    [
        [a_tier("a", 1, 0, replaces=["b"]), a_tier("b", 2, 9)],
        [a_tier("a", 1, 0, replaces=["x"]), a_tier("b", 2, 9, replaces=["x"])],
        [a_tier("a", 1, 0, replaces=["a"])],
    ],
)
def test_a_tier_replaces_only_what_is_gone(tiers: list[dict[str, Any]]) -> None:
    problems = review.errors(terms_of(tiers=tiers))

    assert any(problem.path[-1] == "replaces" for problem in problems)


async def test_who_was_one_with_another_meanwhile_finds_a_place_too() -> None:
    await a_policy()
    stayer, gone = await a_holder("bronze"), await a_holder("gold")
    other, lower = await a_holder("gold"), await a_holder("bronze")
    await redesigning.refresh()
    merges = [await merged(stayer, gone), await merged(other, lower)]
    await publish([a_tier("guest", 1, 0), a_tier("gold", 2, 900)])
    await redesigning.refresh()
    for merge_id in merges:
        await unmerged(merge_id)
    await redesigning.refresh()
    tiers = [(await standing(each)).tier for each in (stayer, gone, other, lower)]
    assert tiers == ["guest", "gold", "gold", "guest"]
