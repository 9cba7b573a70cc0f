"""A tier by hand holds until its date, whatever is bought or reviewed; then it is as earned."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.errors import InvalidInput, KeyReused, NotAllowed, NotFound
from domain.members.queries import MemberRef
from domain.tiers import operations, reviewing
from domain.tiers.commands import SetTier
from tests.factories.orders import a_line, an_order, reported
from tests.factories.tiers import DAY, a_holder, a_policy, earn, moves, pass_days, standing

pytestmark = pytest.mark.usefixtures("database")

CARE = Actor(ActorKind.STAFF, "care", expanded({Role.CARE}))


async def given(member: Actor, tier: str = "gold", days: int = 10, **values: Any) -> bool:
    """The tier is set by hand; whether that was done before."""
    until = values.pop("until", None) or await database.now() + days * DAY
    command = SetTier(
        MemberRef(id=member.member_id),
        tier,
        until,
        values.pop("reason", "A kind word for a long wait."),
        values.pop("key", uuid4().hex),
    )
    return (await operations.set_tier(values.pop("actor", CARE), command)).replayed


async def test_it_is_kept_until_its_date_and_then_it_is_as_earned() -> None:
    await a_policy(downgrade="TO_EARNED", graceDays=5)
    member = await a_holder("bronze")
    await given(member, "gold", 45)
    row = await standing(member)
    assert (row.tier, row.tier_until, row.tier_fixed_until) == ("gold",) + (row.tier_until,) * 2

    for _ in range(44):
        await pass_days(1)
        await reviewing.review_due()
    assert (await standing(member)).tier == "gold"
    assert member.member_id
    await earn(member.member_id, 120)
    await pass_days(2)
    await reviewing.review_due()

    row = await standing(member)
    assert (row.tier, row.tier_fixed_until) == ("silver", None)
    assert await moves(member) == [("gold", "BY_HAND"), ("silver", "REVIEW")]


async def test_where_nothing_is_lost_it_goes_back_to_what_it_was() -> None:
    await a_policy(downgrade="NEVER")
    member = await a_holder("bronze")
    await reported(an_order(a_line(10_000), member=member.member_id))
    await given(member, "gold", 10)

    await pass_days(11)
    await reviewing.review_due()

    assert [tier for tier, _ in await moves(member)] == ["silver", "gold", "silver"]


@pytest.mark.parametrize("tier", ["bronze", "silver"])
async def test_orders_do_not_move_it(tier: str) -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("silver")
    await given(member, tier, 10)
    now = await database.now()

    await reported(an_order(a_line(50_000), member=member.member_id, occurred_at=now))
    assert (await standing(member)).tier == tier

    # What was bought meanwhile counts as soon as the time by hand is over.
    await pass_days(11)
    await reviewing.review_due()
    assert (await standing(member)).tier == "gold"


async def test_the_tier_that_a_member_has_can_be_kept_by_hand_too() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold")
    since = (await standing(member)).tier_since

    await given(member, "gold", 100)

    row = await standing(member)
    assert (row.tier_since, row.version) == (since, 2)
    assert await moves(member) == [("gold", "BY_HAND")]
    assert await database.value("select count(*) from notifications") == 0


@pytest.mark.parametrize(("tier", "kind"), [("bronze", "TIER_DOWN"), ("gold", "TIER_UP")])
async def test_a_member_is_told_and_the_team_reads_why(tier: str, kind: str) -> None:
    await a_policy()
    member = await a_holder("silver")

    await given(member, tier, reason="  Moved from another town. ")

    told = await database.row("select kind, args from notifications")
    assert told and (told["kind"], told["args"]) == (kind, {"tier": tier})
    assert await database.value("select reason from tier_moves") == "Moved from another town."


async def test_one_key_sets_it_once() -> None:
    await a_policy()
    member = await a_holder("silver")
    until = await database.now() + DAY

    assert not await given(member, "gold", until=until, key="k")
    assert await given(member, "gold", until=until, key="k")
    with pytest.raises(KeyReused):
        await given(member, "bronze", until=until, key="k")

    assert await moves(member) == [("gold", "BY_HAND")]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"tier": "platinum"}, ("tier",)),
        ({"reason": "  "}, ("reason",)),
        ({"reason": "x" * 201}, ("reason",)),
        ({"days": -1}, ("until",)),
        ({"days": 4000}, ("until",)),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_path(
    values: dict[str, Any], path: tuple[str, ...]
) -> None:
    await a_policy()
    member = await a_holder("silver")

    with pytest.raises(InvalidInput) as refused:
        await given(member, **values)

    assert refused.value.path == path
    assert await moves(member) == []


async def test_it_is_for_the_team_alone_and_for_members_that_there_are() -> None:
    await a_policy()
    member = await a_holder("silver")
    stranger = Actor(ActorKind.MEMBER, "x", frozenset({Role.MEMBER}), uuid4())

    with pytest.raises(NotAllowed):
        await given(member, actor=member)
    with pytest.raises(NotFound) as missing:
        await given(stranger)
    assert missing.value.path == ("member",)


async def test_a_second_word_replaces_the_first() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("bronze")
    await given(member, "gold", 100)
    await given(member, "silver", 10)

    await pass_days(11)
    await reviewing.review_due()

    assert [tier for tier, _ in await moves(member)] == ["gold", "silver", "bronze"]
    row = await standing(member)
    assert row.tier_review_at and row.tier_review_at - await database.now() > timedelta(days=20)
