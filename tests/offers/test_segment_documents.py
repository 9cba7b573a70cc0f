"""Segments over HTTP, as the team asks for them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.actor import Role
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member, as_member
from tests.factories.segments import a_segment, key_of, somebody
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

SAVE = document("staff/campaigns/SegmentSave")
WOMEN = {"memberSex": {"in": ["FEMALE"]}}


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def saved(http: Client, token: str, language: str = "en", **input: Any) -> Any:
    return (await http.ask(SAVE, token, language, input=input))["segmentSave"]


async def test_a_segment_is_saved_counted_and_read_aloud(http: Client) -> None:
    await somebody(sex="FEMALE")
    token = await key_of(Role.LOYALTY)
    where = {"all": [WOMEN, {"memberOrders": {"atMost": 1, "category": ["coffee"]}}]}
    made = await saved(http, token, "ru", name="Women", where=where)
    assert made["userErrors"] == []
    assert made["segment"]["memberCount"] == 1
    assert made["segment"]["text"] == (
        "Участники, о которых верно: пол участника — женский и"
        " прежних заказов с чем-нибудь из категории «coffee» — не больше 1."
    )
    again = await saved(http, token, id=made["segment"]["id"], name="All", where={"not": where})
    assert (again["segment"]["id"], again["segment"]["memberCount"]) == (made["segment"]["id"], 0)


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"all": [WOMEN, {"orderAmount": {"atLeast": 1}}]}, "all.1.orderAmount"),
        ({"memberSegment": {"in": ["women"]}}, "memberSegment"),
        ({"not": {"memberAttribute": {"name": "pet", "in": ["cat"]}}}, "not.memberAttribute.name"),
        ({"memberSex": {"in": ["male"]}}, "memberSex.in.0"),
    ],
)
async def test_a_refusal_leads_to_what_is_wrong(
    http: Client, where: dict[str, Any], path: str
) -> None:
    await a_member()
    refused = await saved(http, await key_of(Role.LOYALTY), name="Wrong", where=where)
    (error,) = refused["userErrors"]
    assert refused["segment"] is None
    assert error["code"] == "INVALID_INPUT"
    assert error["path"] == ["input", "where", *path.split(".")]


async def test_the_team_sees_who_is_in_it_and_who_came(http: Client) -> None:
    she = await somebody(sex="FEMALE")
    await somebody(sex="MALE")
    await a_segment("Women", WOMEN)
    token = await key_of(Role.CARE)
    listed = (await http.ask(document("staff/campaigns/Segments"), token))["segments"]
    (segment,) = listed["nodes"]
    assert (listed["totalCount"], segment["code"], segment["memberCount"]) == (1, "women", 1)
    (movement,) = segment["movements"]["nodes"]
    shown = (await http.ask(document("staff/campaigns/Segment"), token, code="women"))["segment"]
    (member,) = shown["members"]["nodes"]
    assert movement["entered"] is True
    assert movement["member"]["number"] == member["number"]
    assert [each["code"] for each in member["segments"]] == ["women"]
    assert shown["members"]["totalCount"] == 1
    mine = await token_of(as_member(she))
    with pytest.raises(Refused):
        await http.ask("{ me { segments { id } } }", mine)
    with pytest.raises(Refused):
        await saved(http, token, name="Mine", where=WOMEN)
