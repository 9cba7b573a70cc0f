"""Segments: saved, counted at once, and kept up to what members do."""

from typing import Any
from uuid import UUID

import pytest

from domain import database, reactions
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.offers import segments
from domain.offers.segment_names import slug
from domain.offers.segments import SaveSegment
from tests.factories import clock
from tests.factories.members import a_member
from tests.factories.segments import a_segment, changed, inside, somebody, told

pytestmark = pytest.mark.usefixtures("database")

WOMEN = {"memberSex": {"in": ["FEMALE"]}}


async def test_a_segment_says_at_once_who_is_in_it() -> None:
    she, he, _ = await somebody(sex="FEMALE"), await somebody(sex="MALE"), await somebody()
    women = await a_segment("Women", WOMEN)
    others = await a_segment("Not women", {"not": WOMEN})
    assert await inside(women) == {she}
    assert await inside(others) == {he}, "who has not told is in neither"
    assert await told(women) == [("SegmentEntered", she)]


async def test_a_change_lets_members_come_and_go_and_keeps_the_code() -> None:
    she, he = await somebody(sex="FEMALE"), await somebody(sex="MALE")
    segment_id = await a_segment("Women", WOMEN)
    again = await a_segment("Men", {"memberSex": {"in": ["MALE"]}}, segment_id)
    assert again == segment_id
    assert await inside(segment_id) == {he}
    assert sorted(await told(segment_id)) == sorted([
        ("SegmentEntered", she),
        ("SegmentLeft", she),
        ("SegmentEntered", he),
    ])  # fmt: skip
    assert await database.value("select code from segments where id = $1", segment_id) == "women"


async def test_saving_the_same_once_more_makes_no_second_one() -> None:
    await a_member()
    assert await a_segment("Women", WOMEN) == await a_segment(" Women ", WOMEN)
    with pytest.raises(InvalidInput) as refused:
        await a_segment("Women", {"memberMonths": {"atLeast": 1}})
    assert refused.value.path == ("name",)


async def test_who_changes_is_looked_at_soon_and_alone() -> None:
    she = await somebody()
    segment_id = await a_segment("Women", WOMEN)
    while await reactions.follow_segments():
        pass
    await database.rows("update profiles set sex = 'FEMALE' where member_id = $1", she)
    assert await inside(segment_id) == set()
    await changed(she)
    assert await inside(segment_id) == {she}
    await database.rows("update members set state = 'ERASED' where id = $1", she)
    await changed(she)
    assert await inside(segment_id) == set()


async def test_what_time_brings_is_looked_at_with_the_clock() -> None:
    member = await a_member()
    segment_id = await a_segment("Half a year", {"memberMonths": {"atLeast": 6}})
    assert await inside(segment_id) == set()
    await clock.lived(days=190)
    assert await inside(segment_id) == {member.member_id}


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"orderAmount": {"atLeast": 1}}, ("where", "orderAmount")),
        ({"all": [WOMEN, {"lineSku": {"in": ["A"]}}]}, ("where", "all", "1", "lineSku")),
        ({"not": {"memberOrderNumber": {"atLeast": 1}}}, ("where", "not", "memberOrderNumber")),
        ({"memberSegment": {"in": ["women"]}}, ("where", "memberSegment")),
        ({"memberSx": {"in": ["MALE"]}}, ("where", "memberSx")),
        ({"memberSex": {"in": ["man"]}}, ("where", "memberSex", "in", "0")),
        ({"memberAge": {"atLeast": "old"}}, ("where", "memberAge", "atLeast")),
    ],
)
async def test_what_no_member_at_rest_can_be_asked_is_refused(
    where: dict[str, Any], path: tuple[str, ...]
) -> None:
    await a_member()
    with pytest.raises(InvalidInput) as refused:
        await a_segment("Wrong", where)
    assert refused.value.path == path


async def test_segments_are_for_who_shapes_the_programme() -> None:
    member = await a_member()
    with pytest.raises(NotAllowed):
        await segments.save(member, SaveSegment("Mine", WOMEN))
    with pytest.raises(NotFound) as unknown:
        await a_segment("Nobody", WOMEN, UUID(int=1))
    assert unknown.value.path == ("id",)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Women over 60", "women-over-60"),
        ("Женщины из Афин", "zhenshchiny-iz-afin"),
        ("Καφές & Γλυκό", "kafes-glyko"),
        ("Élite  *", "elite"),
        ("☕", "segment"),
    ],
)
def test_a_code_is_made_of_the_name(name: str, code: str) -> None:
    assert slug(name) == code


async def test_codes_of_like_names_differ() -> None:
    await a_member()
    await a_segment("Women", WOMEN)
    await a_segment("Women!", WOMEN)
    codes = await database.rows("select code from segments order by code")
    assert [row["code"] for row in codes] == ["women", "women-2"]
