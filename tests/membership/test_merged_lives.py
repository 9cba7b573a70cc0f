"""Tiers, sign-in, what is read of a member and what is erased, when two have become one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain import database
from domain.access import access_keys
from domain.actor import Actor, ActorKind, Role
from domain.errors import DomainError, NotAllowed
from domain.members import queries as members
from domain.members.queries import MemberRef
from domain.membership import erasing, exporting
from domain.orders import operations as orders
from domain.orders.commands import ReportOrder
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.tiers import reviewing
from domain.wallets import expiring
from schema.node import encode
from tests.client import Client, Refused
from tests.elsewhere import until
from tests.factories.access import token_of
from tests.factories.members import a_member, signed_in
from tests.factories.merges import CARE, merged, unmerged
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit
from tests.factories.tiers import a_holder, a_policy, earn, moves, standing
from tests.membership.test_merging import adds_up, wallet
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

OUTAGES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_PLAN = ("tier", "tier_until", "tier_fixed_until", "tier_counted_from", "tier_counted_to",
         "tier_review_at")  # fmt: skip


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def test_the_higher_tier_stays_until_its_end_and_is_given_back() -> None:
    await a_policy(downgrade="ONE_STEP")
    stayer, gone = await a_holder("bronze"), await a_holder("gold", since_days=10, earned=5)
    await reviewing.review_due()
    theirs, mine = await standing(gone), await standing(stayer)
    merge_id = await merged(stayer, gone)
    now = await standing(stayer)
    assert [getattr(now, name) for name in _PLAN] == [getattr(theirs, name) for name in _PLAN]
    assert (await moves(stayer))[-1] == ("gold", "MERGED")
    await unmerged(merge_id)
    back = await standing(stayer)
    assert [getattr(back, name) for name in (*_PLAN, "tier_since")] == [
        getattr(mine, name) for name in (*_PLAN, "tier_since")
    ]
    assert (await standing(gone)).tier == "gold"


async def test_a_lower_tier_changes_nothing() -> None:
    await a_policy()
    stayer, gone = await a_holder("gold"), await a_holder("silver")
    before = await standing(stayer)
    await merged(stayer, gone)
    assert [getattr(await standing(stayer), name) for name in _PLAN] == [
        getattr(before, name) for name in _PLAN
    ]


async def test_what_both_have_earned_leads_further_up_and_not_after_it_is_undone() -> None:
    await a_policy()
    stayer, gone = await a_holder("bronze", earned=60), await a_holder("bronze", earned=60)
    merge_id = await merged(stayer, gone)
    assert (await standing(stayer)).tier == "silver"
    await unmerged(merge_id)
    assert (await standing(stayer)).tier == "bronze"
    merge_id = await merged(stayer, gone)
    assert stayer.member_id
    await database.rows("delete from qualifying_days where member_id = $1", stayer.member_id)
    await earn(stayer.member_id, 400)
    await unmerged(merge_id)
    assert (await standing(stayer)).tier == "gold", "earned meanwhile, alone"


async def test_sessions_of_the_one_who_went_end_and_its_address_leads_to_the_one_who_stays(
    http: Client,
) -> None:
    stayer, gone = await a_member("a@example.org"), await a_member("b@example.org")
    token = await token_of(gone)
    assert (await http.ask("{ me { number } }", token))["me"]
    merge_id = await merged(stayer, gone)

    async def is_out() -> bool:
        try:
            await http.ask("{ me { number } }", token)
        except Refused as refused:
            return refused.codes == ["UNAUTHENTICATED"]
        return False

    await until(is_out)
    again = await signed_in("b@example.org")
    assert again.member_id == stayer.member_id
    await unmerged(merge_id)
    ended = await database.value(
        "select count(*) from sessions where member_id = $1 and ended_at is null", stayer.member_id
    )
    assert ended == 0
    assert (await signed_in("b@example.org")).member_id == gone.member_id


async def test_the_team_reads_both_and_what_was_done(http: Client) -> None:
    care = await access_keys.make(ActorKind.STAFF, "Dora", {Role.CARE})
    stayer, gone = await a_member(first_name="Anna"), await a_member(first_name="Anya")
    asked = """mutation ($input: MemberMergeInput!) { memberMerge(input: $input) {
      merge { id reason points { points unit { code } } from { state firstName
        mergedInto { firstName } } }
      member { firstName wallets { balance } merges(first: 5) { totalCount nodes { mergedBy } }
        timeline(first: 20) { totalCount nodes { kind text } } } replayed
      userErrors { code message path } } }"""
    given: dict[str, Any] = {
        "member": {"id": encode("Member", stayer.member_id)},
        "from": {"id": encode("Member", gone.member_id)},
        "reason": "Called and said so",
        "idempotencyKey": "k",
    }
    made = (await http.ask(asked, care, input=given))["memberMerge"]
    assert made["userErrors"] == []
    assert made["merge"]["points"] == [{"points": 20, "unit": {"code": "POINTS"}}]
    assert made["merge"]["from"] == {
        "state": "MERGED", "firstName": "Anya", "mergedInto": {"firstName": "Anna"}
    }  # fmt: skip
    assert made["member"]["merges"]["totalCount"] == 1
    texts = [node["text"] for node in made["member"]["timeline"]["nodes"]]
    assert len(texts) == made["member"]["timeline"]["totalCount"]
    assert texts.count("Joined") == 2
    assert sum("Welcome" in text for text in texts) == 2
    assert "Merged into another: Called and said so" in texts
    assert (await http.ask(asked, care, input=given))["memberMerge"]["replayed"]
    given["idempotencyKey"] = "other"
    again = (await http.ask(asked, care, input=given))["memberMerge"]
    assert [(e["code"], e["path"]) for e in again["userErrors"]] == [
        ("NOT_ALLOWED", ["input", "from"])
    ]
    undo = """mutation ($input: MemberUnmergeInput!) { memberUnmerge(input: $input) {
      merge { undoneReason } from { state wallets { balance } } userErrors { code path } } }"""
    asked_back = {"mergeId": made["merge"]["id"], "reason": "A sister", "idempotencyKey": "u"}
    undone = (await http.ask(undo, care, input=asked_back))["memberUnmerge"]
    assert undone["merge"] == {"undoneReason": "A sister"}
    assert undone["from"]["state"] == "ACTIVE"
    assert undone["from"]["wallets"][0] == {"balance": 20}
    asked_back["idempotencyKey"] = "v"
    twice = (await http.ask(undo, care, input=asked_back))["memberUnmerge"]
    assert [(e["code"], e["path"]) for e in twice["userErrors"]] == [
        ("ALREADY_REVERSED", ["input", "mergeId"])
    ]


async def test_who_is_erased_takes_along_what_is_kept_of_the_other() -> None:
    stayer = await a_member("anastasia@example.org", first_name="Anastasia")
    gone = await a_member("nastya@example.org", first_name="Nastya")
    merge_id = await merged(stayer, gone)
    assert stayer.member_id
    token = exporting._token(stayer.member_id, 4_000_000_000)
    kept = await exporting.contents(token)
    assert [each["profile"]["first_name"] for each in kept["merged_members"]] == ["Nastya"]
    number = await database.value("select number from members where id = $1", stayer.member_id)
    await erasing.erase(stayer, number)
    assert await database.value("select count(*) from profiles") == 0
    states = await database.rows("select distinct state from members")
    assert [row["state"] for row in states] == ["ERASED"]
    assert await database.value("select count(*) from merges where reason is not null") == 0
    with pytest.raises(NotAllowed, match="erased"):
        await unmerged(merge_id)
    assert (await signed_in("nastya@example.org")).member_id is None


async def test_an_order_that_was_read_before_and_is_posted_after_counts_for_who_stays() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    reports = [reported(an_order(a_line(1000), member=gone.member_id)) for _ in range(8)]
    mine = [reported(an_order(a_line(1000), member=stayer.member_id)) for _ in range(4)]
    await asyncio.gather(*reports[:4], merged(stayer, gone), *mine, *reports[4:])
    owners = await database.rows("select member_id, count(*) from orders group by 1")
    assert [tuple(row) for row in owners] == [(stayer.member_id, 12)]
    count = await database.value("select order_count from members where id = $1", stayer.member_id)
    assert count == 12
    assert (await wallet(gone))[0] == 0
    await adds_up()


async def test_a_quote_of_the_one_who_went_binds_for_who_stays() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    order = an_order(a_line(1000), member=gone.member_id)
    quote = await orders.quote(SHOP, order)
    await merged(stayer, gone)
    command = ReportOrder(replace(order), uuid4().hex, quote_id=quote.key)
    done = await orders.report(SHOP, command)
    assert done.result["member"] == str(stayer.member_id)


async def test_merging_while_points_are_spent_and_expire() -> None:
    await a_programme()
    reward = await a_reward(price=10)
    for _ in range(3):
        stayer, gone = await a_buyer(0), await a_buyer(35)
        assert gone.member_id
        await credit(gone.member_id, 50, await database.now() + timedelta(days=1))
        await database.rows("update clock set ahead_seconds = ahead_seconds + 2 * 86400")
        spent = [redeemed(gone, reward) for _ in range(4)]
        await asyncio.gather(*spent[:2], merged(stayer, gone), expiring.expire_due(), *spent[2:])
        paid = await database.value(
            "select count(*) from vouchers where member_id = $1", stayer.member_id
        )
        assert (await wallet(stayer))[0] == 35 - 10 * paid
        assert await wallet(gone) == (0, 0, 0, 0)
        await adds_up()


async def redeemed(member: Actor, reward: Any) -> None:
    """Perhaps."""
    try:
        await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    except (DomainError, *OUTAGES):
        return


async def test_of_two_merges_at_once_one_is_refused_and_none_waits_for_ever() -> None:
    await a_programme()
    for _ in range(4):
        a, b, c = await a_buyer(1), await a_buyer(2), await a_buyer(4)
        pairs = [(a, b), (b, a), (b, c), (c, a)]
        ends = await asyncio.gather(*(merged(*pair) for pair in pairs), return_exceptions=True)
        wrong = [e for e in ends if isinstance(e, BaseException) and not isinstance(e, NotAllowed)]
        assert wrong == []
        left = [(await wallet(each))[0] for each in (a, b, c)]
        assert sum(left) == 7
        for each in (a, b, c):
            found = await members.find(CARE, MemberRef(id=each.member_id))
            assert found.state == "ACTIVE"
        await adds_up()
