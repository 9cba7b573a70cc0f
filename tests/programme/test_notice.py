"""Nothing gets worse for a member unannounced, and what was promised stays."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.errors import NoticeRequired
from domain.orders.impact import impact
from domain.programme import publishing, queries
from domain.wallets import expiring
from schema.node import encode
from tests.client import Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.clock import later
from tests.factories.members import as_member
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.programme import a_programme, a_rule
from tests.factories.tiers import a_holder
from tests.factories.versions import LOYALTY, WHY, drafted, published, to_publish
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

PUBLISH = document("staff/programme/ProgrammePublish")
DISCARD = """mutation ($input: ProgrammeDraftDiscardInput!) { programmeDraftDiscard(input: $input) {
  discarded userErrors { code path } } }"""
VERSIONS = """{ programme { current { number effectiveUntil } versions(first: 5) { totalCount
  nodes { number state effectiveFrom effectiveUntil publishedAt } } } }"""
OF_THE_TEAM = """query ($id: ID!) { node(id: $id) { ... on ProgrammeVersion {
  number state terms draftedBy draftedAt publishedBy withoutForecastReason worseFor
  basedOn { number } earningRules { text } problems { severity path message hint } } } }"""
DAY = timedelta(days=1)
HALF = [a_rule(effect={"kind": "PER_AMOUNT", "points": 1, "eachMinor": 200})]


def lasting(months: int, **more: Any) -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = a_programme()["units"]
    return [{**unit, "expiry": {"months": months, **more}} for unit in units]


async def buyers(count: int) -> list[UUID]:
    """Who earn so much that half of it is less."""
    members = [(await a_holder("bronze", since_days=99)).member_id for _ in range(count)]
    for member in members:
        at = await database.now()
        await reported(an_order(a_line(10_000), member=member, occurred_at=at))
    return [member for member in members if member]


async def publish(version_id: UUID, effective_from: datetime | None = None) -> UUID:
    command = to_publish(version_id, effective_from=effective_from)
    return (await publishing.publish(LOYALTY, command, impact))[0]


async def ends() -> list[datetime | None]:
    found = await database.rows("select expires_at from lots order by id")
    return [row["expires_at"] for row in found]


async def test_a_worsening_without_notice_is_refused_with_the_members_counted(
    served: Server,
) -> None:
    """Publishing it in time is another matter; expiries already promised stay."""
    await published(units=lasting(12))
    await buyers(3)
    promised = await ends()
    draft = encode("ProgrammeVersion", await drafted(rules=HALF, units=lasting(1)))
    asked = {"versionId": draft, "withoutForecastReason": WHY}
    team = await token_of(LOYALTY)
    now = await database.now()
    async with served.client() as client:
        for begins in (None, now + 29 * DAY):
            said = asked | {"idempotencyKey": uuid4().hex}
            if begins:
                said["effectiveFrom"] = begins.isoformat()
            answer = (await client.ask(PUBLISH, team, input=said))["programmePublish"]
            (error,) = answer["userErrors"]
            assert answer["version"] is None
            assert (error["code"], error["path"]) == (
                "NOTICE_REQUIRED", ["input", "effectiveFrom"],
            )  # fmt: skip
            assert "worse for 3 of the members, who are told 30 days before" in error["message"]
        earliest = error["message"].partition("from ")[2].split()[0]
        said = asked | {"idempotencyKey": uuid4().hex, "effectiveFrom": earliest}
        done = (await client.ask(PUBLISH, team, input=said))["programmePublish"]
        again = (await client.ask(PUBLISH, team, input=said))["programmePublish"]

    assert done["userErrors"] == again["userErrors"] == []
    assert (done["replayed"], again["replayed"]) == (False, True)
    assert done["version"] == again["version"]
    assert done["version"]["state"] == "PUBLISHED"
    assert timedelta() <= datetime.fromisoformat(earliest) - (now + 30 * DAY) <= DAY + DAY / 20

    await later(days=32)
    assert (await queries.in_force()).number == 2
    assert await expiring.expire_due() == 0
    assert await ends() == promised
    assert all(each and each - now > 300 * DAY for each in promised)


async def test_what_is_better_needs_no_notice() -> None:
    await published()
    await buyers(1)
    double = [a_rule(effect={"kind": "PER_AMOUNT", "points": 2, "eachMinor": 100})]
    version = await publish(await drafted(rules=double))
    assert (await queries.in_force()).id == version


async def test_what_is_worse_for_nobody_there_is_needs_none() -> None:
    await published()
    assert await publish(await drafted(rules=HALF))


async def test_how_long_before_is_said_by_the_version_in_force() -> None:
    await published(noticeDays=10)
    await buyers(1)
    now = await database.now()
    # A version that shortens the time says nothing about itself.
    shorter = await drafted(noticeDays=1, rules=HALF)
    with pytest.raises(NoticeRequired, match="10 days before"):
        await publish(shorter, now + 9 * DAY)
    assert await publish(shorter, now + 11 * DAY)


async def test_what_was_promised_for_later_is_promised() -> None:
    await published()
    await buyers(2)
    now = await database.now()
    double = [a_rule(effect={"kind": "PER_AMOUNT", "points": 2, "eachMinor": 100})]
    await publish(await drafted(rules=double), now + 5 * DAY)
    # It is as it is now, and not as it was to be.
    with pytest.raises(NoticeRequired, match="worse for 2 of"):
        await publish(await drafted(), now + 5 * DAY)


async def test_what_keeps_points_alive_makes_no_date_sooner() -> None:
    await published(units=lasting(12, keptBy=["EARNING"]))
    (member,) = await buyers(1)
    promised = await ends()
    now = await database.now()
    await publish(await drafted(units=lasting(1, keptBy=["EARNING"])), now + 31 * DAY)
    at = await later(days=40)
    await reported(an_order(a_line(10_000), member=member, occurred_at=at))
    first, second = await ends()
    assert [first] == promised
    assert second
    assert second < at + 33 * DAY


async def test_everybody_reads_versions_that_were_and_will_be_and_the_team_drafts(
    served: Server,
) -> None:
    await published(await database.now() - 9 * DAY)
    await publish(await drafted(windowDays=400))
    coming = await database.now() + 40 * DAY
    last = await publish(await drafted(windowDays=500), coming)
    draft = await drafted(rules=[a_rule(unit="COINS")])
    team, shop = await token_of(LOYALTY), await token_of(SHOP)
    async with served.client() as client:
        shown = (await client.ask(VERSIONS))["programme"]
        seen = (await client.ask(VERSIONS, team))["programme"]["versions"]
        drafts, lasts = [
            (await client.ask(OF_THE_TEAM, team, id=encode("ProgrammeVersion", each)))["node"]
            for each in (draft, last)
        ]
        hidden = await client.ask("query ($id: ID!) { node(id: $id) { id } }", shop,
                                  id=encode("ProgrammeVersion", draft))  # fmt: skip
        with pytest.raises(Refused) as refused:
            await client.ask(OF_THE_TEAM, shop, id=encode("ProgrammeVersion", last))

    assert refused.value.codes == ["FORBIDDEN"] * len(refused.value.codes)
    nodes = shown["versions"]["nodes"]
    assert [(node["number"], node["state"]) for node in nodes] == [
        (3, "PUBLISHED"), (2, "PUBLISHED"), (1, "SUPERSEDED")
    ]  # fmt: skip
    assert [node["effectiveUntil"] for node in nodes] == [
        None, nodes[0]["effectiveFrom"], nodes[1]["effectiveFrom"]
    ]  # fmt: skip
    assert all(node["publishedAt"] for node in nodes)
    assert shown["versions"]["totalCount"] == 3
    assert shown["current"] == {"number": 2, "effectiveUntil": nodes[0]["effectiveFrom"]}
    assert [node["state"] for node in seen["nodes"]][:1] == ["DRAFT"]
    assert seen["totalCount"] == 4
    assert hidden == {"node": None}
    assert (lasts["basedOn"], lasts["worseFor"]) == ({"number": 2}, 0)
    assert lasts["withoutForecastReason"] == WHY
    assert lasts["publishedBy"] == lasts["draftedBy"] == LOYALTY.key
    assert drafts["basedOn"] == {"number": 3}
    assert (drafts["publishedBy"], drafts["worseFor"]) == (None, None)
    assert "problems" in drafts["terms"]
    errors = [each for each in drafts["problems"] if each["severity"] == "ERROR"]
    assert {tuple(each["path"]) for each in errors} == {("rules", "0", "unit")}


async def test_errors_are_told_one_by_one_and_a_draft_can_be_put_away(served: Server) -> None:
    draft = encode("ProgrammeVersion", await drafted(rules=[a_rule(unit="COINS")], windowDays=0))
    team = await token_of(LOYALTY)
    said = {"versionId": draft, "withoutForecastReason": WHY, "idempotencyKey": "one"}
    async with served.client() as client:
        refused = (await client.ask(PUBLISH, team, input=said))["programmePublish"]
        missing = (await client.ask(PUBLISH, team, input=said | {"withoutForecastReason": None}))[
            "programmePublish"
        ]
        gone = await client.ask(DISCARD, team, input={"versionId": draft})
        nothing = (await client.ask(PUBLISH, team, input=said))["programmePublish"]
    assert {tuple(error["path"][:3]) for error in refused["userErrors"]} == {
        ("input", "versionId", "windowDays"), ("input", "versionId", "rules")
    }  # fmt: skip
    assert [error["code"] for error in missing["userErrors"]] == ["FORECAST_REQUIRED"]
    assert gone["programmeDraftDiscard"] == {"discarded": True, "userErrors": []}
    assert [error["code"] for error in nothing["userErrors"]] == ["NOT_FOUND"]


async def test_a_version_comes_into_force_in_all_processes_at_once(served: Server) -> None:
    await published()
    (member,) = await buyers(1)
    double = [a_rule(effect={"kind": "PER_AMOUNT", "points": 2, "eachMinor": 100})]
    begins = await database.now() + 3 * DAY
    asked = '{ programme { current { number } } me { wallet(unit: "POINTS") { balance } } }'
    token = await token_of(as_member(member))
    async with served.client() as client:
        before = [await client.ask(asked, token) for _ in range(8)]
        await publish(await drafted(rules=double), begins)
        still = [await client.ask(asked, token) for _ in range(8)]
        await later(days=4)
        after = [await client.ask(asked, token) for _ in range(8)]
    assert {each["programme"]["current"]["number"] for each in before + still} == {1}
    assert {each["programme"]["current"]["number"] for each in after} == {2}

    # What happened before it is judged by what was in force then, whenever it is told.
    for at, points in ((begins - DAY, 125), (begins + DAY / 2, 250)):
        order = an_order(a_line(10_000), member=member, occurred_at=at)
        await reported(order)
        assert points == await database.value(
            """select sum(points)::bigint from transactions t join orders o on o.id = t.order_id
               where o.reference = $1""",
            order.reference,
        )
