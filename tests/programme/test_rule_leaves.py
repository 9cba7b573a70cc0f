"""`ruleLeaves` teaches the language: each leaf is told whole, and its example works as it is."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, build_schema, parse_const_value, value_from_ast

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import operations
from domain.programme.conditions.leaves import LEAVES
from tests.client import Client, Refused
from tests.documents import document as contract
from tests.factories.activities import a_kind, an_activity_rule, an_attribute
from tests.factories.programme import a_programme, a_rule, in_three_languages
from tests.factories.sendable import sendable
from tests.processes import ROOT, Server
from tests.programme.test_drafts import DRAFT

pytestmark = pytest.mark.usefixtures("database")


def a_member_attribute(name: str, type_: str, choices: tuple[str, ...] = ()) -> dict[str, Any]:
    """Something that the programme knows of members, for a reason."""
    return {
        "name": name,
        "label": in_three_languages(name),
        "type": type_,
        "purpose": in_three_languages("To know you better."),
        "choices": [{"code": code, "name": in_three_languages(code)} for code in choices],
    }


LEAVES_ASKED = contract("staff/programme/RuleLeaves")
SDL = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
SEGMENT = """mutation ($input: SegmentSaveInput!) {
  segmentSave(input: $input) { segment { code } userErrors { message } } }"""
REGULAR = {"memberOrders": {"atLeast": 5, "withinDays": 90}}
FEATURES = (
    an_attribute("stars", "NUMBER", required=True),
    an_attribute("network", "TEXT", values=["telegram", "viber"]),
    an_attribute("withPicture", "FLAG"),
    an_attribute("visitedOn", "DATE"),
)

DECLARED: dict[str, Any] = {
    "activities": [a_kind("review", *FEATURES)],
    "activityRules": [an_activity_rule()],
    "incomeBands": [{"code": "middle", "name": in_three_languages("Middle")}],
    "memberAttributes": [
        a_member_attribute("pets", "TEXT", choices=("cat", "dog")),
        a_member_attribute("children", "NUMBER"),
    ],
}


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def team() -> str:
    return await access_keys.make(ActorKind.STAFF, "Lia", {Role.LOYALTY})


@pytest.fixture
async def leaves(http: Client, team: str) -> list[dict[str, Any]]:
    await operations.publish(SYSTEM, a_programme(**DECLARED), await database.now())
    told: list[dict[str, Any]] = (await http.ask(LEAVES_ASKED, team))["ruleLeaves"]
    return told


async def test_every_leaf_is_told_and_every_attribute_of_the_programme(
    leaves: list[dict[str, Any]],
) -> None:
    general = [leaf for leaf in leaves if leaf["attribute"] is None]
    own = [leaf for leaf in leaves if leaf["activityKind"] == "review"]

    asked = [leaf["attribute"] for leaf in leaves if leaf["name"] == "memberAttribute"]

    assert asked == ["pets", "children"]
    assert [leaf["name"] for leaf in general] == [*LEAVES]
    assert [leaf["attribute"] for leaf in own] == [each["name"] for each in FEATURES]
    assert {leaf["name"] for leaf in own} == {"activityAttribute"}


async def test_what_a_leaf_takes_is_what_the_schema_says(leaves: list[dict[str, Any]]) -> None:
    condition = SDL.type_map["ConditionInput"]
    assert isinstance(condition, GraphQLInputObjectType)
    for leaf in leaves:
        kind = SDL.type_map[leaf["takes"]]
        assert isinstance(kind, GraphQLInputObjectType)
        assert condition.fields[leaf["name"]].type is kind
        assert {*leaf["tests"]} <= {*kind.fields}
        assert leaf["uses"], leaf["name"]
        assert "{}" not in leaf["words"]


async def test_an_example_as_text_says_what_the_example_says(
    leaves: list[dict[str, Any]],
) -> None:
    condition = SDL.type_map["ConditionInput"]
    assert isinstance(condition, GraphQLInputObjectType)
    for leaf in leaves:
        value = value_from_ast(parse_const_value(leaf["exampleText"]), condition)
        assert value == leaf["example"], leaf["exampleText"]


async def test_every_example_can_be_drafted_wherever_its_leaf_can_be_used(
    http: Client, team: str, leaves: list[dict[str, Any]]
) -> None:
    def of(use: str, given: str) -> list[dict[str, Any]]:
        return [
            {**plain, "code": f"{given}-{number}", given: leaf["example"]}
            for number, leaf in enumerate(leaves)
            if use in leaf["uses"]
        ]

    saved = await http.ask(SEGMENT, team, input={"name": "Regulars", "where": REGULAR})
    assert saved["segmentSave"]["userErrors"] == []
    programme = sendable(**DECLARED)
    (plain,) = programme["rules"]
    rules = [*of("LINES", "lines"), *of("WHEN", "when")]
    (plain,) = programme["activityRules"]
    programme["activityRules"] = of("ACTIVITIES", "when")
    for number, rule in enumerate(programme["activityRules"]):
        rule["code"] = f"activity-{number}"
    programme["rules"] = rules

    answer = (await http.ask(DRAFT, team, input={"programme": programme}))["programmeDraft"]

    assert answer["userErrors"] == []
    errors = [each for each in answer["version"]["problems"] if each["severity"] == "ERROR"]
    assert errors == []
    used = {leaf["name"] for leaf in leaves if {*leaf["uses"]} & {"LINES", "WHEN", "ACTIVITIES"}}
    assert used == {*LEAVES, "activityAttribute", "memberAttribute"}


async def test_words_and_values_are_in_the_caller_s_language(http: Client, team: str) -> None:
    await operations.publish(SYSTEM, a_programme(), await database.now())
    told = (await http.ask(LEAVES_ASKED, team, "ru"))["ruleLeaves"]
    by_name = {leaf["name"]: leaf for leaf in told}

    assert by_name["memberSpent"]["words"] == "потрачено раньше — …"
    assert by_name["timeWeekday"]["values"][0] == {"value": "MONDAY", "name": "понедельник"}
    tiers = [each["value"] for each in by_name["memberTier"]["values"]]
    assert tiers == ["bronze", "silver", "gold"]
    assert by_name["memberTier"]["exampleText"] == '{memberTier: {in: ["gold"]}}'


async def test_an_example_as_text_can_be_sent(http: Client, team: str) -> None:
    await operations.publish(SYSTEM, a_programme(), await database.now())
    plain = sendable(rules=[a_rule()])
    for leaf in (await http.ask(LEAVES_ASKED, team))["ruleLeaves"][:3]:
        where = "lines" if "LINES" in leaf["uses"] else "when"
        document = f"""mutation (
          $name: [TextInput!]!, $units: [UnitInput!]!, $tiers: [TierInput!]!
        ) {{ programmeDraft(input: {{ programme: {{
            name: $name, timeZone: "Europe/Athens", currency: "EUR", languages: ["en"]
            units: $units, tiers: $tiers, qualifyingUnit: "POINTS", windowDays: 365, termsVersion: 1
            rules: [{{ code: "a", name: $name, unit: "POINTS", {where}: {leaf["exampleText"]}
                       effect: {{ perOrder: {{ points: 1 }} }} }}]
          }} }}) {{ version {{ problems {{ severity }} }} userErrors {{ message }} }} }}"""
        given = {name: plain[name] for name in ("name", "units", "tiers")}

        answer = (await http.ask(document, team, **given))["programmeDraft"]

        assert answer["userErrors"] == []
        assert "ERROR" not in [each["severity"] for each in answer["version"]["problems"]]


async def test_leaves_are_told_to_the_team(http: Client) -> None:
    with pytest.raises(Refused) as refused:
        await http.ask(LEAVES_ASKED)
    assert refused.value.codes == ["UNAUTHENTICATED"]
