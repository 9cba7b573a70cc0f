"""An order is judged by who its member is: what it told, what brought it, what it last answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.members import operations as members
from domain.members.commands import Place, UpdateMember
from domain.members.kinds import Sex
from domain.orders.standings import chains_of
from domain.programme import operations as programmes
from domain.programme.attributes import AttributeValue
from domain.programme.facts import Person
from domain.programme.templates import contents
from tests.factories.members import a_member
from tests.factories.orders import MORNING, a_line, an_order, reported
from tests.factories.persons import what_is_asked
from tests.factories.referrals import a_friend
from tests.factories.refunds import refunded
from tests.factories.rewards import held

pytestmark = pytest.mark.usefixtures("database")


async def publish(when: dict[str, Any]) -> None:
    cafe = contents("cafe")
    base = next(rule for rule in cafe["rules"] if rule["effect"]["kind"] == "PER_AMOUNT")
    rule = {**base, "code": "for-these", "when": when, "effect": {"kind": "PER_ORDER", "points": 7}}
    rule["group"] = "CAMPAIGN"
    document = {**cafe, **what_is_asked(), "profileQuestions": [], "welcome": None}
    document["rules"] = [base, rule]
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))


async def person(member: Actor) -> Person:
    assert member.member_id
    found = await chains_of([member.member_id], MORNING.date(), [], MORNING, MORNING)
    return found[member.member_id].person


async def test_a_person_is_what_it_told_and_nothing_more() -> None:
    await publish({"member.hasDog": {"is": True}})
    member = await a_member()
    assert await person(member) == Person(source="ITSELF")
    said = UpdateMember(
        sex=Sex.FEMALE,
        place=Place("GR", "Attica", "105 58"),
        income_band="low",
        interests=("coffee",),
        attributes=(AttributeValue("hasDog", True),),
    )
    await members.update(member, said)
    assert await person(member) == Person(
        "FEMALE", "GR", "Attica", "10558", "low", frozenset({"coffee"}), "ITSELF", None,
        {"hasDog": True},
    )  # fmt: skip


async def test_a_friend_was_brought_and_the_last_answer_counts() -> None:
    await publish({"member.hasDog": {"is": True}})
    friend, _ = await a_friend(await a_member())
    for score, day in ((3, 1), (9, 2)):
        survey = await database.value(
            """insert into surveys (id, code, title, questions, thanks, starts_at)
               values (uuidv7(), $1, '{}', '[]', '{}', pistis_now()) returning id""",
            str(score),
        )
        await database.rows(
            """insert into survey_answers (id, survey_id, member_id, answers, nps, at)
               values (uuidv7(), $1, $2, '[]', $3, $4)""",
            *(survey, friend.member_id, score, datetime(2026, 1, day, tzinfo=UTC)),
        )
    found = await person(friend)
    assert (found.source, found.nps) == ("FRIEND", 9)


async def test_an_order_earns_by_an_attribute_and_its_refund_takes_just_that_back() -> None:
    await publish({"member.hasDog": {"is": True}})
    member = await a_member()
    await reported(an_order(a_line(1000), member=member.member_id))
    assert (await held(member.member_id))[0] == 10
    await members.update(member, UpdateMember(attributes=(AttributeValue("hasDog", True),)))
    order = an_order(a_line(1000), member=member.member_id)
    await reported(order)
    assert (await held(member.member_id))[0] == 27
    await refunded(order)
    assert (await held(member.member_id))[0] == 10
