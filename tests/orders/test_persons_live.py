"""Rules that look at who a member is and what it has shown; refunds that remember it."""

from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.members.models import Profile
from domain.orders.commands import OrderCommand
from domain.wallets.proof import proof
from tests.factories import referrals
from tests.factories.activities import did
from tests.factories.feedback import a_survey, answered
from tests.factories.orders import a_line, an_order, reported
from tests.factories.purchases import a_campaign, a_programme_asking
from tests.factories.refunds import bought, counted, refunded
from tests.factories.rewards import a_buyer, a_programme

pytestmark = pytest.mark.usefixtures("database")


async def a_member(**profile: Any) -> Actor:
    await a_programme()
    member = await a_buyer(0)
    await Profile.create(member_id=member.member_id, **{"interests": [], **profile})
    return member


async def asking(when: dict[str, Any]) -> None:
    await a_programme_asking(a_campaign("theirs", when))


async def points(member: Actor) -> int:
    found: int = (await counted(member.member_id))["points"].get("POINTS", 0)
    return found


async def order_of(member: Actor) -> OrderCommand:
    return await bought(a_line(1000, quantity=2), member_id=member.member_id)


async def test_by_interests_and_sex_of_whom_they_are_known() -> None:
    await asking({"all": [{"memberInterests": {"in": ["tea", "coffee"]}},
                          {"memberSex": {"in": ["FEMALE"]}}]})  # fmt: skip
    known = await a_member(sex="FEMALE", interests=["coffee", "books"])
    others = [
        await a_member(sex="FEMALE", interests=["books"]),
        await a_member(sex="MALE", interests=["coffee"]),
        await a_member(interests=["coffee"]),
        await a_member(sex="FEMALE"),
    ]

    for member in (known, *others):
        await order_of(member)

    assert await points(known) == 20 + 100
    assert [await points(member) for member in others] == [20] * 4


async def test_who_has_told_no_interests_is_not_among_those_without_one() -> None:
    await asking({"not": {"memberInterests": {"in": ["coffee"]}}})
    silent, reader = await a_member(), await a_member(interests=["books"])

    for member in (silent, reader):
        await order_of(member)

    assert (await points(silent), await points(reader)) == (20, 120)


async def test_by_the_last_answer_to_whether_one_would_recommend() -> None:
    member, mute = await a_member(), await a_member()
    first, second = await a_survey(thanks_unit=None, thanks_points=None), await a_survey(
        thanks_unit=None, thanks_points=None
    )  # fmt: skip
    await asking({"memberNps": {"atLeast": 9}})
    await answered(member, first, 10)
    order = await order_of(member)
    await order_of(mute)
    assert (await points(member), await points(mute)) == (120, 20)

    await answered(member, second, 3)
    await order_of(member)
    assert await points(member) == 140

    await refunded(order, (1, 1))  # judged as it was: by the answer of then
    assert await points(member) == 130
    await refunded(order)
    assert await points(member) == 20
    assert (await proof(SYSTEM)).problems == []


async def test_by_what_brought_the_member() -> None:
    await asking({"memberSource": {"in": ["FRIEND"]}})
    host = await a_member()
    friend, _ = await referrals.a_friend(host)
    await asking({"memberSource": {"in": ["FRIEND"]}})

    order = await order_of(friend)
    await order_of(host)
    assert (await points(friend), await points(host)) == (120, 20)
    kept = await database.value(
        "select document #>> '{standing,source}' from orders where reference = $1", order.reference
    )
    assert kept == "FRIEND"

    await refunded(order, (1, 1))
    assert await points(friend) == 110


async def test_activities_are_rewarded_by_what_was_bought_before() -> None:
    rule = {"code": "for-customers", "activity": "review", "unit": "POINTS", "points": 7,
            "name": {"en": "A", "ru": "А", "el": "Α"},
            "when": {"memberOrders": {"atLeast": 1, "sku": ["A"], "withinDays": 30}}}  # fmt: skip
    member = await a_member()
    await a_programme_asking(activityRules=[rule])

    await did(member)
    assert await points(member) == 0
    await reported(an_order(member=member.member_id, occurred_at=await database.now()))
    await did(member)

    assert await points(member) == 10 + 7


async def test_what_nobody_asks_is_not_kept() -> None:
    member = await a_member(sex="FEMALE", interests=["books"])
    await order_of(member)

    standing = await database.value("select document -> 'standing' from orders")

    assert standing.keys() <= {"tier", "used"}
