"""Profiles over the API: told, refused with the path, shown to whom they may be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.client import Client
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.factories.persons import a_choice, a_member_attribute, a_question, what_is_asked
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

FIELDS = """sex place { country region postcode } incomeBand { code name }
  attributes { name label purpose text value { text number flag date } }"""
ME = f"{{ me {{ {FIELDS} nextQuestion {{ name kind text purpose least most choices {{ code name }}"
ME += " thanks { points unit { code } } } } }"
UPDATE = f"""mutation ($input: MemberUpdateInput!) {{ memberUpdate(input: $input) {{
  member {{ {FIELDS} }} thanks {{ points unit {{ code }} }}
  userErrors {{ code message path }} }} }}"""
SET = f"""mutation ($input: MemberProfileSetInput!) {{ memberProfileSet(input: $input) {{
  member {{ {FIELDS} }} userErrors {{ code message path }} }} }}"""
SKIP = """mutation ($input: ProfileQuestionSkipInput!) { profileQuestionSkip(input: $input) {
  member { nextQuestion { name } } userErrors { code path } } }"""
SEEN = f"query ($by: MemberRefInput!) {{ member(by: $by) {{ {FIELDS} nextQuestion {{ name }} }} }}"


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    asked = what_is_asked()
    asked["memberAttributes"] += [
        a_member_attribute("grade", "NUMBER", seenBy=["TEAM"], setBy=["TEAM"])
    ]
    asked["interests"] = [a_choice("coffee"), a_choice("tea")]
    asked["profileQuestions"] = [a_question("diet", 5), a_question("children")]
    document = {**contents("cafe"), **asked, "welcome": None}
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))
    async with served.client() as client:
        yield client


async def key(role: Role) -> str:
    kind = ActorKind.STAFF if role is Role.CARE else ActorKind.SERVICE
    return await access_keys.make(kind, role.lower(), {role})


async def told(http: Client, member: Actor, **given: Any) -> Any:
    return (await http.ask(UPDATE, await token_of(member), input=given))["memberUpdate"]


async def test_what_is_told_is_read_again_in_the_callers_language(http: Client) -> None:
    member = await a_member()
    answer = await told(
        http,
        member,
        sex="FEMALE",
        place={"country": "gr", "region": " Attica ", "postcode": "105 58"},
        incomeBand="middle",
        attributes=[
            {"name": "diet", "value": {"text": "vegan"}},
            {"name": "hasDog", "value": {"flag": False}},
            {"name": "children", "value": {"number": 2}},
            {"name": "wedding", "value": {"date": "2019-06-01"}},
        ],
    )
    assert answer["userErrors"] == []
    assert answer["thanks"] == [{"points": 5, "unit": {"code": "POINTS"}}]
    assert answer["member"]["place"] == {"country": "GR", "region": "Attica", "postcode": "10558"}
    assert answer["member"]["incomeBand"] == {"code": "middle", "name": "Middle"}
    values = [(each["name"], each["text"]) for each in answer["member"]["attributes"]]
    assert values == [("diet", "Vegan"), ("hasDog", "no"), ("children", "2"),
                      ("wedding", "1 June 2019")]  # fmt: skip
    assert answer["member"]["attributes"][2]["value"] == {
        "text": None, "number": 2, "flag": None, "date": None
    }  # fmt: skip
    spoken = (await http.ask(ME, await token_of(member), language="el"))["me"]
    assert spoken["attributes"][1]["text"] == "όχι"


async def test_null_clears_and_what_is_absent_stays(http: Client) -> None:
    member = await a_member()
    dog = {"name": "hasDog", "value": {"flag": True}}
    diet = {"name": "diet", "value": {"text": "any"}}
    await told(http, member, place={"country": "GR", "postcode": "1"}, attributes=[dog])
    answer = await told(http, member, place={"country": None}, attributes=[diet])
    assert answer["member"]["place"] == {"country": None, "region": None, "postcode": "1"}
    assert [each["name"] for each in answer["member"]["attributes"]] == ["diet", "hasDog"]
    answer = await told(http, member, clearAttributes=["hasDog"], place=None)
    assert answer["member"]["place"] is None
    assert [each["name"] for each in answer["member"]["attributes"]] == ["diet"]
    answer = await told(http, member, attributes=None)
    assert answer["member"]["attributes"] == []


@pytest.mark.parametrize(
    ("given", "path", "remedy"),
    [
        ({"place": {"country": "EL"}}, ["place", "country"], "GR"),
        ({"place": {"region": "x" * 81}}, ["place", "region"], "80"),
        ({"incomeBand": "midle"}, ["incomeBand"], "middle"),
        ({"interests": ["coffee", "beer"]}, ["interests", "1"], "coffee, tea"),
        ({"attributes": [{"name": "dieta", "value": {"text": "vegan"}}]},
         ["attributes", "0", "name"], "diet"),
        ({"attributes": [{"name": "diet", "value": {"text": "meat"}}]},
         ["attributes", "0", "value"], "any, vegan"),
        ({"attributes": [{"name": "hasDog", "value": {"text": "yes"}}]},
         ["attributes", "0", "value"], "flag"),
        ({"attributes": [{"name": "children", "value": {"number": 21}}]},
         ["attributes", "0", "value"], "0 to 20"),
        ({"attributes": [{"name": "grade", "value": {"number": 1}}]},
         ["attributes", "0", "name"], "not yours"),
        ({"clearAttributes": ["shoe"]}, ["clearAttributes", "0"], "There are"),
    ],
)  # fmt: skip
async def test_what_is_not_known_is_refused_with_its_path_and_nothing_changes(
    http: Client, given: dict[str, Any], path: list[str], remedy: str
) -> None:
    member = await a_member()
    answer = await told(http, member, sex="MALE", **given)
    (error,) = answer["userErrors"]
    assert error["path"] == ["input", *path]
    assert remedy in error["message"]
    assert (await http.ask(ME, await token_of(member)))["me"]["sex"] is None


async def test_one_question_at_a_time_and_not_now(http: Client) -> None:
    member = await a_member()
    token = await token_of(member)
    question = (await http.ask(ME, token))["me"]["nextQuestion"]
    assert question == {
        "name": "diet",
        "kind": "CHOICE",
        "text": "What about diet?",
        "purpose": "We ask for diet to know you better.",
        "least": None,
        "most": None,
        "choices": [{"code": "vegan", "name": "Vegan"}, {"code": "any", "name": "Anything"}],
        "thanks": {"points": 5, "unit": {"code": "POINTS"}},
    }
    answer = await http.ask(SKIP, token, input={"name": "diet"})
    assert answer["profileQuestionSkip"]["member"]["nextQuestion"] == {"name": "children"}
    refused = await http.ask(SKIP, token, input={"name": "shoe"})
    assert refused["profileQuestionSkip"]["userErrors"][0]["path"] == ["input", "name"]


async def test_a_shop_writes_what_it_may_and_tills_see_nothing_of_it(http: Client) -> None:
    member = await a_member()
    by = {"id": (await http.ask("{ me { id } }", await token_of(member)))["me"]["id"]}
    shop, care, till = await key(Role.SHOP), await key(Role.CARE), await key(Role.TILL)
    said = {"incomeBand": "low", "attributes": [{"name": "grade", "value": {"number": 3}}]}
    refused = (await http.ask(SET, shop, input={"member": by, **said}))["memberProfileSet"]
    assert refused["userErrors"][0]["path"] == ["input", "attributes", "0", "name"]
    answer = (await http.ask(SET, care, input={"member": by, **said}))["memberProfileSet"]
    assert answer["userErrors"] == []
    assert [each["name"] for each in answer["member"]["attributes"]] == ["grade"]
    for token, names, band in ((shop, [], "low"), (care, ["grade"], "low"), (till, [], None)):
        seen = (await http.ask(SEEN, token, by=by))["member"]
        assert [each["name"] for each in seen["attributes"]] == names
        assert (seen["incomeBand"] or {}).get("code") == band
        assert seen["nextQuestion"] is None
    mine = (await http.ask(ME, await token_of(member)))["me"]
    assert (mine["attributes"], mine["incomeBand"]["code"]) == ([], "low")
    row = await database.row("select names, actor from profile_changes")
    assert row and row["names"] == ["attributes", "incomeBand"]


async def test_the_programme_says_what_it_wants_to_know(http: Client) -> None:
    asked = """{ programme { incomeBands { code name } interests { code }
      memberAttributes { name label type purpose least most seenBy setBy choices { code } }
      profileQuestions { name kind thanks { points } } } }"""
    programme = (await http.ask(asked, await token_of(await a_member())))["programme"]
    assert [band["code"] for band in programme["incomeBands"]] == ["low", "middle", "high"]
    assert programme["memberAttributes"][4]["seenBy"] == ["TEAM"]
    assert programme["profileQuestions"] == [
        {"name": "diet", "kind": "CHOICE", "thanks": {"points": 5}},
        {"name": "children", "kind": "NUMBER", "thanks": None},
    ]
