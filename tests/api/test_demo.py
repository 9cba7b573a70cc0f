"""The demo as a whole: seeded as scripts/serve does it, then looked at with its own tokens."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from api.settings import Settings
from tests.client import Client
from tests.databases import Databases
from tests.documents import document
from tests.processes import Server, running_server, seed_demo

WITHIN_SECONDS = 30.0
SCORES = "{ surveys { nodes { title score { answerCount nps { value } } } } }"


@pytest.fixture(scope="module")
async def seeded(databases: Databases) -> Settings:
    """A database with the demo in it."""
    settings = await databases.copy()
    started = time.monotonic()
    seed_demo(settings)
    print(f"the demo, process and all: {time.monotonic() - started:.1f} s")
    return settings


@pytest.fixture(scope="module")
async def cafe(seeded: Settings) -> AsyncIterator[Server]:
    """The demo, served, with the worker at work."""
    with running_server(seeded, processes=1) as running:
        yield running


@pytest.fixture
async def eleni(cafe: Server) -> AsyncIterator["Asker"]:
    """Whoever holds the member's token that scripts/serve prints."""
    async with cafe.client() as client:
        yield Asker(client, cafe.token("member"))


@pytest.fixture
async def team(cafe: Server) -> AsyncIterator["Asker"]:
    """Whoever holds the staff token."""
    async with cafe.client() as client:
        yield Asker(client, cafe.token("staff"))


class Asker:
    """Asks contract documents with one token."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.token = client, token

    async def ask(self, name: str, **variables: Any) -> Any:
        return await self.client.ask(document(name), self.token, **variables)

    async def me(self, name: str, **variables: Any) -> Any:
        return (await self.ask(name, **variables))["me"]


# First in the file: nothing serves yet, and so nothing but the seeding could change anything.
async def test_seeding_again_changes_nothing(seeded: Settings) -> None:
    connection = await asyncpg.connect(seeded.database_url)
    before = await contents(connection)

    seed_demo(seeded)

    assert await contents(connection) == before
    await connection.close()


async def test_a_year_lies_behind_it_and_the_clock_stands_at_now(seeded: Settings) -> None:
    connection = await asyncpg.connect(seeded.database_url)
    (row,) = await connection.fetch(
        """select (select ahead_seconds from clock) as ahead,
             (select count(*) from members) as members, (select count(*) from orders) as orders,
             (select now() - min(joined_at) from members) as age,
             (select count(distinct tier) from members) as tiers,
             (select count(*) from members where joined_at > now()) as yet_to_come"""
    )
    await connection.close()

    assert (row["ahead"], row["yet_to_come"], row["tiers"]) == (0, 0, 3)
    assert row["members"] >= 100
    assert row["orders"] >= 1000
    assert 350 <= row["age"].days <= 460  # one joined earlier, so as to lose its tier


async def test_home_has_something_everywhere(eleni: Asker) -> None:
    home = await eleni.ask("app/home/Home")

    me = home["me"]
    wallets = {wallet["unit"]["code"]: wallet for wallet in me["wallets"]}
    assert wallets["POINTS"]["balance"] >= 100
    assert wallets["STARS"]["balance"] > 0
    assert all(wallet["transactions"]["nodes"] for wallet in wallets.values())
    assert wallets["POINTS"]["expirations"]["nodes"]
    assert me["firstName"] == "Eleni"
    assert me["standing"]["tier"]["benefits"]
    assert me["offers"]["nodes"]
    assert me["unreadNotificationCount"] > 0
    reasons = {reward["redeemability"]["reason"] for reward in home["rewards"]["nodes"]}
    assert len(home["rewards"]["nodes"]) == 8
    assert {None, "NOT_YET"} <= reasons


async def test_the_statement_is_explained(eleni: Asker) -> None:
    listed = (await eleni.me("app/wallet/Statement", unit="POINTS", first=50))["wallet"]

    movements = [edge["node"] for edge in listed["transactions"]["edges"]]
    assert listed["transactions"]["totalCount"] >= len(movements) > 20
    kinds = {movement["kind"] for movement in movements}
    assert {"EARN", "REDEEM"} <= kinds, kinds
    earned = [movement for movement in movements if movement["order"]]
    assert all(movement["explanation"] for movement in earned)


async def test_orders_and_vouchers_are_there(eleni: Asker) -> None:
    orders = (await eleni.me("app/orders/Orders"))["orders"]
    issued = (await eleni.me("app/rewards/Vouchers", state="ISSUED"))["vouchers"]["nodes"]
    used = (await eleni.me("app/rewards/Vouchers", state="USED"))["vouchers"]["nodes"]

    assert len(orders["nodes"]) == 20
    assert orders["pageInfo"]["hasNextPage"]
    paid = [order for order in orders["nodes"] if order["state"] != "PLACED"]
    assert all(order["earnings"] for order in paid[:3])
    assert issued
    assert issued[0]["qrSvg"].startswith("<svg")
    assert used
    assert used[0]["usedAt"]


async def test_eleni_was_told_what_happened(eleni: Asker) -> None:
    inbox = (await eleni.me("app/notifications/Inbox", first=50))["notifications"]["edges"]

    kinds = {edge["node"]["kind"] for edge in inbox}
    assert {"POINTS_EARNED", "VOUCHER_ISSUED", "OFFER_ADDED", "CASE_ANSWERED"} <= kinds, kinds
    assert all(edge["node"]["title"] for edge in inbox)


async def test_some_friends_have_ordered_and_one_has_not(eleni: Asker, cafe: Server) -> None:
    await all_friends_rewarded(eleni)

    me = await eleni.me("app/referral/MyReferrals")

    states = [friend["state"] for friend in me["referrals"]["nodes"]]
    assert set(states) == {"REWARDED", "JOINED"}
    assert me["referralLink"]["counts"]["rewarded"] == states.count("REWARDED")
    assert all(friend["friendFirstName"] for friend in me["referrals"]["nodes"])


async def test_a_survey_waits_and_a_case_is_answered(eleni: Asker) -> None:
    me = await eleni.me("app/feedback/MySurveys")

    (survey,) = me["surveys"]["nodes"]
    assert [question["kind"] for question in survey["questions"]] == ["NPS", "TEXT"]
    (case,) = me["cases"]["nodes"]
    assert case["state"] == "ANSWERED"
    assert {message["fromMember"] for message in case["messages"]["nodes"]} == {True, False}


async def test_the_team_has_open_cases_and_a_score(team: Asker) -> None:
    cases = (await team.ask("staff/care/Cases", state="OPEN"))["cases"]
    scores = (await team.client.ask(SCORES, team.token))["surveys"]["nodes"]

    assert cases["totalCount"] >= 2
    assert all(case["messages"]["nodes"] for case in cases["nodes"])
    (survey,) = scores
    assert survey["score"]["answerCount"] == 40
    assert -100 <= survey["score"]["nps"]["value"] <= 100


async def test_the_ledger_is_proved(team: Asker, eleni: Asker) -> None:
    await all_friends_rewarded(eleni)

    proof = (await team.ask("staff/care/LedgerProof"))["ledgerProof"]

    assert proof["balanced"]
    assert proof["problems"] == []
    assert proof["transferCount"] > 1000


async def test_what_one_would_join_needs_no_token(cafe: Server) -> None:
    async with cafe.client() as client:
        join = await client.ask(document("app/join/Join"))

    current = join["programme"]["current"]
    assert current["terms"]
    assert len(current["tiers"]) == 3
    assert {unit["code"] for unit in current["units"]} == {"POINTS", "STARS"}
    assert len(join["rewards"]["nodes"]) == 8


async def all_friends_rewarded(eleni: Asker) -> None:
    """Wait until the worker has passed the first orders of the friends who have ordered."""
    counts = (await eleni.me("app/referral/MyReferrals"))["referralLink"]["counts"]
    friends = sum(counts.values())
    since = await eleni.me("app/notifications/Inbox", first=100)
    earliest = since["notifications"]["edges"][-1]["cursor"]
    live = document("app/notifications/MemberNotified")
    rewarded = 0
    async with (
        asyncio.timeout(WITHIN_SECONDS),
        eleni.client.subscribe(live, eleni.token, after=earliest) as events,
    ):
        while rewarded < friends - 1:
            node = (await anext(events))["memberNotified"]["node"]
            rewarded += (node.get("referral") or {}).get("state") == "REWARDED"


async def contents(connection: asyncpg.Connection) -> dict[str, str]:
    """What each table holds, in short."""
    tables = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' order by tablename"
    )
    query = "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{}\" t"
    return {
        table: await connection.fetchval(query.format(table))
        for table in (row["tablename"] for row in tables)
    }
