"""What is asked about a standing, answered over HTTP: for the member, and for who serves it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.execution import Execution, Request
from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.tiers import reviewing
from schema.context import Context
from schema.node import encode
from schema.root import schema
from tests.client import Client, Refused
from tests.factories.access import token_of
from tests.factories.tiers import DAY, a_holder, a_policy, earn, midnight_after, standing
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

TEAM = Actor(ActorKind.STAFF, "team", expanded({Role.CARE, Role.LOYALTY}))
# The standing of contract staff/care/MemberCare.
CARE = """query MemberCare($member: MemberRefInput!) {
  member(by: $member) {
    id state
    standing {
      id tier { id name } until
      history(first: 10) { nodes { tier { id name } at cause } }
    }
  }
}"""
MINE = """{ me { standing {
  since until byHand tier { name }
  progress { qualifying missingForNext missingToKeep windowEndsAt nextTier { name }
             projection { at qualifying tier { name } } }
  benefits { state pointsMissing tier { name } benefit { title } }
  history(first: 1) { totalCount pageInfo { endCursor hasNextPage } nodes { cause tier { name } } }
} } }"""
SET = """mutation ($input: TierSetInput!) { tierSet(input: $input) {
  member { id standing { tier { name } until byHand history { nodes { cause reason } } } }
  replayed userErrors { code message path } } }"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def mine(http: Client, member: Actor) -> dict[str, Any]:
    standing: dict[str, Any] = (await http.ask(MINE, await token_of(member)))["me"]["standing"]
    return standing


def written(instant: Any) -> str:
    return str(instant.isoformat(timespec="milliseconds")).replace("+00:00", "Z")


async def test_care_sees_until_and_how_a_member_came_to_its_tiers(http: Client) -> None:
    await a_policy(downgrade="ONE_STEP")
    member = await a_holder("gold", since_days=31)
    await reviewing.review_due()
    assert member.member_id
    ref = {"id": encode("Member", member.member_id)}

    answer = (await http.ask(CARE, await token_of(TEAM), member=ref))["member"]

    row = await standing(member)
    assert row.tier_until
    assert answer["standing"]["tier"] == {"id": encode("Tier", "silver"), "name": "Silver"}
    assert answer["standing"]["until"] == written(row.tier_until)
    (moved,) = answer["standing"]["history"]["nodes"]
    assert (moved["cause"], moved["tier"]["name"]) == ("REVIEW", "Silver")


async def test_a_member_sees_what_keeps_the_tier_and_what_the_windows_end_brings(
    http: Client,
) -> None:
    await a_policy(downgrade="TO_EARNED", graceDays=5)
    member = await a_holder("gold", since_days=10, earned=120, earned_days_ago=2)
    assert member.member_id
    await earn(member.member_id, 1000, 10)  # of the day on which it became gold
    since = (await standing(member)).tier_since

    for _ in range(2):  # before the window is noted, and after
        found = await mine(http, member)
        assert found["until"] == written(midnight_after(since, 35))
        assert found["progress"] == {
            "qualifying": 1120,
            "missingForNext": None,
            "nextTier": None,
            "missingToKeep": 180,
            "windowEndsAt": written(midnight_after(since, 30)),
            "projection": {
                "at": written(midnight_after(since, 35)),
                "qualifying": 120,
                "tier": {"name": "Silver"},
            },
        }
        await reviewing.review_due()


async def test_where_nothing_is_lost_no_window_ends(http: Client) -> None:
    await a_policy()
    found = await mine(http, await a_holder("silver", earned=120))

    assert (found["until"], found["byHand"]) == (None, False)
    assert found["progress"]["missingToKeep"] is None
    assert found["progress"]["windowEndsAt"] is None
    assert found["progress"]["projection"] is None
    assert found["progress"]["missingForNext"] == 180


async def test_a_rise_that_waits_is_projected_to_the_end_of_the_year(http: Client) -> None:
    await a_policy(window="CALENDAR_YEAR", upgrade="AT_PERIOD_END")
    found = await mine(http, await a_holder("bronze", earned=320))

    projected = found["progress"]["projection"]
    assert projected["tier"] == {"name": "Gold"}
    assert projected["at"] == found["progress"]["windowEndsAt"]
    assert projected["at"].endswith("-12-31T22:00:00.000Z")


async def test_benefits_say_whether_the_member_has_them(http: Client) -> None:
    def tier(code: str, rank: int, threshold: int) -> dict[str, Any]:
        said = {language: code.title() for language in ("en", "ru", "el")}
        return {"code": code, "name": said, "rank": rank, "threshold": threshold,
                "benefits": [{"title": {**said}}]}  # fmt: skip

    await a_policy(tiers=[tier("bronze", 1, 0), tier("silver", 2, 100), tier("gold", 3, 300)])
    found = await mine(http, await a_holder("silver", earned=120))

    assert [
        (each["benefit"]["title"], each["tier"]["name"], each["state"], each["pointsMissing"])
        for each in found["benefits"]
    ] == [("Silver", "Silver", "ACTIVE", 0), ("Gold", "Gold", "LOCKED", 180)]


async def test_history_pages(http: Client) -> None:
    await a_policy(downgrade="ONE_STEP")
    member = await a_holder("gold", since_days=62)
    await reviewing.review_due()
    token = await token_of(member)

    found = await mine(http, member)
    assert found["history"]["totalCount"] == 2
    assert [node["tier"]["name"] for node in found["history"]["nodes"]] == ["Bronze"]
    page = found["history"]["pageInfo"]
    assert page["hasNextPage"]
    asked = "query ($after: String) { me { standing { history(first: 5, after: $after) {"
    asked += " nodes { tier { name } } } } } }"
    rest = await http.ask(asked, token, after=page["endCursor"])
    assert rest["me"]["standing"]["history"]["nodes"] == [{"tier": {"name": "Silver"}}]


async def test_the_team_gives_a_tier_by_hand(http: Client) -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("bronze")
    assert member.member_id
    until = (await database.now() + 90 * DAY).replace(microsecond=0)
    asked = {"member": {"id": encode("Member", member.member_id)}, "tier": "gold",
             "until": written(until), "reason": "A long wait.", "idempotencyKey": "k"}  # fmt: skip
    token = await token_of(TEAM)

    dry = (await http.ask(SET, token, input=asked | {"dryRun": True}))["tierSet"]
    assert dry["member"]["standing"]["tier"] == {"name": "Gold"}
    assert (await standing(member)).tier == "bronze"

    first = (await http.ask(SET, token, input=asked))["tierSet"]
    again = (await http.ask(SET, token, input=asked))["tierSet"]

    assert first["userErrors"] == []
    assert first["member"]["standing"] == {
        "tier": {"name": "Gold"},
        "until": written(until),
        "byHand": True,
        "history": {"nodes": [{"cause": "BY_HAND", "reason": "A long wait."}]},
    }
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["member"] == first["member"]


async def test_what_is_wrong_is_answered_with_its_path_and_members_set_nothing(
    http: Client,
) -> None:
    await a_policy()
    member = await a_holder("bronze")
    assert member.member_id
    asked = {"member": {"id": encode("Member", member.member_id)}, "tier": "platinum",
             "until": written(await database.now() + DAY), "reason": "x",
             "idempotencyKey": uuid4().hex}  # fmt: skip

    refused = (await http.ask(SET, await token_of(TEAM), input=asked))["tierSet"]

    (error,) = refused["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "tier"])
    assert refused["member"] is None
    with pytest.raises(Refused) as forbidden:
        await http.ask(SET, await token_of(member), input=asked)
    assert forbidden.value.codes == ["FORBIDDEN"]


async def test_what_the_team_wrote_is_for_the_team(http: Client) -> None:
    await a_policy()
    member = await a_holder("bronze")
    await _moved(member)
    token = await token_of(member)
    reasons = "{ me { standing { history { nodes { reason } } } } }"

    with pytest.raises(Refused) as forbidden:
        await http.ask(reasons, token)

    assert forbidden.value.codes == ["FORBIDDEN"]


async def _moved(member: Actor) -> None:
    await database.rows(
        """insert into tier_moves (id, member_id, tier, cause, at)
           values (uuidv7(), $1, 'silver', 'EARNED', pistis_now())""",
        member.member_id,
    )


async def test_no_answer_outlives_what_it_says_of_a_tier() -> None:
    await a_policy(downgrade="TO_EARNED")
    member = await a_holder("gold", since_days=30)
    await reviewing.review_due()

    for asked in ("until", "progress { windowEndsAt }"):
        context = Context(member)
        request = Request("{ me { standing { " + asked + " } } }", {}, None)
        await Execution(schema, locked=False).execute(request, context)
        good_for = context.good_for()
        row = await standing(member)
        assert good_for is not None and row.tier_until is not None
        assert 0 < good_for <= (row.tier_until - context.now) / timedelta(seconds=1)
