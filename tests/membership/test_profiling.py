"""Members are asked one thing at a time, and thanked for each once, for ever."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InvalidInput, NotAllowed
from domain.members import queries
from domain.members.commands import Place, UpdateMember
from domain.members.kinds import Sex
from domain.members.queries import MemberRef
from domain.membership import asking, states, telling
from domain.membership.states import Leave
from domain.membership.telling import SetProfile
from domain.programme import operations as programmes
from domain.programme import queries as versions
from domain.programme.attributes import AttributeValue
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.factories.clock import later
from tests.factories.members import a_member
from tests.factories.merges import merged, unmerged
from tests.factories.orders import SHOP
from tests.factories.persons import a_question, what_is_asked
from tests.factories.rewards import held

pytestmark = pytest.mark.usefixtures("database")

QUESTIONS = [a_question("sex", 5), a_question("diet", 10), a_question("children"),
             a_question("place", 3)]  # fmt: skip


@pytest.fixture(autouse=True)
async def programme(database: None) -> None:
    asked = {**contents("cafe"), **what_is_asked(), "profileQuestions": QUESTIONS, "welcome": None}
    await programmes.publish(SYSTEM, asked, datetime(2020, 1, 1, tzinfo=UTC))


async def points(member: Actor) -> int:
    return (await held(member.member_id))[0]


async def asked(member: Actor) -> asking.Asked | None:
    assert member.member_id
    (row,) = await queries.members_of(member, [member.member_id])
    assert row
    now, version = await versions.present()
    assert version
    return (await asking.next_of(member, row, version.programme, now)).question


def diet(value: Any = "vegan") -> UpdateMember:
    return UpdateMember(attributes=(AttributeValue("diet", value),))


async def told(member: Actor, command: UpdateMember) -> int:
    _, thanks = await telling.update(member, command)
    return sum(each.points for each in thanks)


async def test_one_thing_is_asked_at_a_time_until_all_is_known() -> None:
    member = await a_member()
    names = []
    answers = {
        "sex": UpdateMember(sex=Sex.FEMALE),
        "diet": diet(),
        "children": UpdateMember(attributes=(AttributeValue("children", 2),)),
        "place": UpdateMember(place=Place(postcode="105 58")),
    }
    while (question := await asked(member)) is not None:
        names.append((question.name, question.thanks.points if question.thanks else 0))
        assert await told(member, answers[question.name]) == names[-1][1]
    assert names == [("sex", 5), ("diet", 10), ("children", 0), ("place", 3)]
    assert await points(member) == 18


async def test_a_question_says_why_it_is_asked_and_what_can_be_answered() -> None:
    member = await a_member()
    await told(member, UpdateMember(sex=Sex.MALE))
    question = await asked(member)
    assert question and question.purpose
    assert question.purpose["en"] == "We ask for diet to know you better."
    assert question.kind is asking.AskedFor.CHOICE
    assert [choice.code for choice in question.choices] == ["vegan", "any"]


async def test_thanks_come_once_also_after_clearing_and_telling_again() -> None:
    member = await a_member()
    assert await told(member, diet()) == 10
    assert await told(member, diet("any")) == 0
    assert await told(member, UpdateMember(clear_attributes=("diet",))) == 0
    question = await asked(member)
    assert question and question.name == "sex"
    await told(member, UpdateMember(sex=Sex.OTHER))
    again = await asked(member)
    assert again and (again.name, again.thanks) == ("diet", None)
    assert await told(member, diet()) == 0
    assert await points(member) == 15
    assert (await proof(SYSTEM)).problems == []


async def test_twenty_at_once_are_thanked_once() -> None:
    member = await a_member()
    given = await asyncio.gather(*(told(member, diet()) for _ in range(20)))
    assert sorted(given) == [0] * 19 + [10]
    assert await points(member) == 10
    assert (await proof(SYSTEM)).problems == []


async def test_what_is_cleared_or_refused_is_not_thanked_for() -> None:
    member = await a_member()
    assert await told(member, UpdateMember(sex=None, place=Place(country=None))) == 0
    with pytest.raises(InvalidInput):
        await told(member, UpdateMember(sex=Sex.MALE, income_band="none"))
    assert await points(member) == 0


async def test_after_a_merge_thanks_of_both_count_and_after_an_unmerge_too() -> None:
    stayer, gone = await a_member(), await a_member()
    assert await told(gone, diet()) == 10
    merge = await merged(stayer, gone)
    assert await told(stayer, diet()) == 0
    assert await told(stayer, UpdateMember(sex=Sex.MALE)) == 5
    await unmerged(merge)
    assert await told(gone, diet()) == 0
    assert await told(stayer, UpdateMember(sex=Sex.MALE)) == 0
    assert (await proof(SYSTEM)).problems == []


async def test_who_takes_no_part_is_not_thanked_until_it_does_again() -> None:
    member = await a_member()
    await states.opt_out(member, Leave("out"))
    assert await told(member, diet()) == 0
    await states.opt_in(member, Leave("in"))
    assert await told(member, diet()) == 10


async def test_not_now_is_for_two_weeks() -> None:
    member = await a_member()
    await telling.skip(member, "sex")
    question = await asked(member)
    assert question and question.name == "diet"
    for name in ("diet", "children", "place"):
        await telling.skip(member, name)
    assert await asked(member) is None
    with pytest.raises(InvalidInput) as refused:
        await telling.skip(member, "shoe")
    assert refused.value.path == ("name",)
    await later(days=14)
    question = await asked(member)
    assert question and question.name == "sex"


async def test_what_a_shop_writes_is_kept_with_its_name_and_thanks_nobody() -> None:
    member = await a_member()
    assert member.member_id
    said = UpdateMember(sex=Sex.FEMALE, attributes=(AttributeValue("hasDog", True),))
    await telling.set_for(SHOP, SetProfile(MemberRef(id=member.member_id), said))
    assert await points(member) == 0
    question = await asked(member)
    assert question and question.name == "diet"
    row = await database.row("select names, actor from profile_changes")
    assert row and (row["names"], row["actor"]) == (["attributes", "sex"], "service:shop")
    with pytest.raises(NotAllowed):
        await telling.set_for(member, SetProfile(MemberRef(id=member.member_id), said))
    nothing = SetProfile(MemberRef(id=member.member_id), UpdateMember())
    with pytest.raises(InvalidInput):
        await telling.set_for(SHOP, nothing)


async def test_nobody_else_is_asked_for_a_member() -> None:
    member = await a_member()
    assert member.member_id
    (row,) = await queries.members_of(SHOP, [member.member_id])
    version = await versions.in_force()
    assert row
    assert (await asking.next_of(SHOP, row, version.programme, await database.now())) == (
        asking.Next(None)
    )
