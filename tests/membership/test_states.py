"""Blocked or gone by its own wish: both earn nothing, spend nothing, and lose nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain import database, reactions
from domain.access import access_keys
from domain.actor import Actor, ActorKind, Role
from schema.node import encode
from tests.client import Client, Refused
from tests.factories.access import token_of
from tests.factories.orders import an_order, reported, sent
from tests.factories.referrals import a_friend, ordered
from tests.factories.rewards import a_buyer, a_programme, a_reward
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

STATE = """mutation ($input: %sInput!) { %s(input: $input) {
  member { state number } replayed userErrors { code message path } } }"""
REDEEM = """mutation ($input: RewardRedeemInput!) { rewardRedeem(input: $input) {
  voucher { id code } userErrors { code message path } } }"""
USE = """mutation ($input: VoucherUseInput!) { voucherUse(input: $input) {
  voucher { state } userErrors { code message path } } }"""
CLAIM = """mutation ($input: OrderClaimInput!) { orderClaim(input: $input) {
  order { id } userErrors { code message path } } }"""
REPORT = """mutation ($input: OrderReportInput!) { orderReport(input: $input) {
  earnings { points } claim { code } member { number } userErrors { code message path } } }"""
ME = "{ me { state number wallets { balance } vouchers(first: 1) { nodes { code } } } }"
BOTH = pytest.mark.parametrize("state", ["BLOCKED", "OPTED_OUT"])


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def shop() -> str:
    return await access_keys.make(ActorKind.SERVICE, "shop", {Role.SHOP})


@pytest.fixture
async def care() -> str:
    return await access_keys.make(ActorKind.STAFF, "Dora", {Role.CARE})


async def act(http: Client, name: str, token: str, key: str = "", **given: Any) -> Any:
    upper = name[0].upper() + name[1:]
    sent = {"idempotencyKey": key or uuid4().hex, **given}
    return (await http.ask(STATE % (upper, name), token, input=sent))[name]


def of(member: Actor, reason: str = "Under review") -> dict[str, Any]:
    return {"member": {"id": encode("Member", member.member_id)}, "reason": reason}


async def come_to(http: Client, member: Actor, care: str, state: str) -> None:
    if state == "BLOCKED":
        answer = await act(http, "memberBlock", care, **of(member))
    else:
        answer = await act(http, "memberOptOut", await token_of(member))
    assert (answer["member"]["state"], answer["userErrors"]) == (state, [])


async def come_back(http: Client, member: Actor, care: str, state: str) -> None:
    if state == "BLOCKED":
        answer = await act(http, "memberUnblock", care, **of(member, "Reviewed"))
    else:
        answer = await act(http, "memberOptIn", await token_of(member))
    assert (answer["member"]["state"], answer["userErrors"]) == ("ACTIVE", [])


@BOTH
async def test_it_neither_earns_nor_spends_nor_loses(
    http: Client, shop: str, care: str, state: str
) -> None:
    member, reward = await a_buyer(100), await a_reward(price=10)
    token = await token_of(member)
    redeem = {"rewardId": _id("Reward", reward), "idempotencyKey": uuid4().hex}
    voucher = (await http.ask(REDEEM, token, input=redeem))["rewardRedeem"]["voucher"]
    before = (await http.ask(ME, token))["me"]
    await come_to(http, member, care, state)

    me = (await http.ask(ME, token))["me"]
    assert me == before | {"state": state}, "it can look, and everything is still there"
    number = me["number"]
    order = {"order": sent(an_order(), number=number), "idempotencyKey": uuid4().hex}
    kept = (await http.ask(REPORT, shop, input=order))["orderReport"]
    assert (kept["member"], kept["userErrors"]) == ({"number": number}, [])
    assert [each["points"] for each in kept["earnings"] if each["points"]] == []

    refused = {**redeem, "idempotencyKey": uuid4().hex}
    assert _codes((await http.ask(REDEEM, token, input=refused))["rewardRedeem"]) == ["NOT_ALLOWED"]
    use = {"code": voucher["code"], "idempotencyKey": uuid4().hex}
    assert _codes((await http.ask(USE, shop, input=use))["voucherUse"]) == ["VOUCHER_UNUSABLE"]
    nobody_s = {"order": sent(an_order()), "idempotencyKey": uuid4().hex}
    receipt = (await http.ask(REPORT, shop, input=nobody_s))["orderReport"]["claim"]
    claim = {"receipt": receipt, "idempotencyKey": uuid4().hex}
    assert _codes((await http.ask(CLAIM, token, input=claim))["orderClaim"]) == ["NOT_ALLOWED"]
    assert (await http.ask(ME, token))["me"]["wallets"] == before["wallets"]

    await come_back(http, member, care, state)
    use["idempotencyKey"] = uuid4().hex
    assert (await http.ask(USE, shop, input=use))["voucherUse"]["voucher"]["state"] == "USED"
    order = {"order": sent(an_order(), number=number), "idempotencyKey": uuid4().hex}
    earned = (await http.ask(REPORT, shop, input=order))["orderReport"]["earnings"]
    assert sum(each["points"] for each in earned) > 0


@BOTH
async def test_a_friend_of_it_is_rewarded_and_it_is_not(
    http: Client, care: str, state: str
) -> None:
    member = await a_buyer(0)
    friend, _ = await a_friend(member)
    await come_to(http, member, care, state)
    told = await _told(member)
    await ordered(friend)
    while await reactions.react():
        pass
    assert await _balance(member) == 0
    assert await _balance(friend) > 0
    assert (await _told(member) == told) is (state == "OPTED_OUT")


async def test_who_is_blocked_is_told_and_the_team_finds_by_whom_and_why(
    http: Client, care: str
) -> None:
    await a_programme()
    member = await a_buyer(0)
    await act(http, "memberBlock", care, **of(member, "Chargebacks"))
    await act(http, "memberUnblock", care, **of(member, "Cleared up"))
    asked = "{ me { notifications(first: 2) { nodes { kind title body } } } }"
    nodes = (await http.ask(asked, await token_of(member), language="el"))["me"]["notifications"]
    assert [node["kind"] for node in nodes["nodes"]] == ["MEMBERSHIP_CHANGED"] * 2
    assert nodes["nodes"][0]["title"] == "Είστε πάλι μαζί μας"
    rows = await database.rows("select before, state, reason, actor from state_changes order by at")
    assert [tuple(row)[:3] for row in rows] == [
        ("ACTIVE", "BLOCKED", "Chargebacks"), ("BLOCKED", "ACTIVE", "Cleared up")
    ]  # fmt: skip
    assert all(row["actor"].startswith("staff:") for row in rows)


async def test_nothing_personal_goes_into_events_and_idempotency_rows(
    http: Client, care: str
) -> None:
    member = await a_buyer(0)
    await act(http, "memberBlock", care, **of(member, "Quarrelled with Anna Petrova"))
    for table in ("outbox", "idempotency_keys", "notifications"):
        said = await database.value(f"select string_agg(x::text, ' ') from {table} x")
        assert "Petrova" not in said


async def test_a_member_cannot_lift_what_the_team_has_done(http: Client, care: str) -> None:
    member = await a_buyer(0)
    token = await token_of(member)
    await act(http, "memberBlock", care, **of(member))
    for name in ("memberOptIn", "memberOptOut"):
        assert _codes(await act(http, name, token)) == ["NOT_ALLOWED"]
    with pytest.raises(Refused) as raised:
        await act(http, "memberUnblock", token, **of(member))
    assert raised.value.codes == ["FORBIDDEN"]


async def test_who_had_left_before_it_was_blocked_has_left_after(http: Client, care: str) -> None:
    member = await a_buyer(0)
    await act(http, "memberOptOut", await token_of(member))
    await act(http, "memberBlock", care, **of(member))
    back = await act(http, "memberUnblock", care, **of(member))
    assert back["member"]["state"] == "OPTED_OUT"


async def test_doing_it_twice_changes_nothing(http: Client, care: str) -> None:
    member = await a_buyer(0)
    first = await act(http, "memberBlock", care, "k", **of(member))
    again = await act(http, "memberBlock", care, "k", **of(member))
    other = await act(http, "memberBlock", care, **of(member))
    assert [each["replayed"] for each in (first, again, other)] == [False, True, False]
    assert await database.value("select count(*) from state_changes") == 1
    assert await _told(member) == 1


async def test_many_at_once_do_it_once(http: Client, care: str) -> None:
    member = await a_buyer(0)
    await asyncio.gather(*(act(http, "memberBlock", care, **of(member)) for _ in range(6)))
    assert await database.value("select count(*) from state_changes") == 1


async def test_orders_that_come_while_it_is_blocked_earn_before_it_or_nothing(
    http: Client, care: str
) -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    orders = [an_order(member=member.member_id) for _ in range(8)]
    await asyncio.gather(
        *(reported(order) for order in orders[:4]),
        act(http, "memberBlock", care, **of(member)),
        *(reported(order) for order in orders[4:]),
    )
    blocked_at = await database.value("select at from state_changes")
    late = await database.value(
        "select count(*) from transactions where member_id = $1 and recorded_at > $2",
        *(member.member_id, blocked_at),
    )
    assert late == 0
    assert await database.value("select count(*) from orders") == len(orders)


async def test_a_reason_is_wanted(http: Client, care: str) -> None:
    member = await a_buyer(0)
    for reason in (" ", "x" * 201):
        answer = await act(http, "memberBlock", care, **of(member, reason))
        assert [each["path"] for each in answer["userErrors"]] == [["input", "reason"]]


def _id(kind: str, key: object) -> str:
    return encode(kind, key)


def _codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def _balance(member: Actor) -> int:
    found: int = await database.value(
        "select coalesce(sum(available), 0)::bigint from wallets where member_id = $1",
        member.member_id,
    )
    return found


async def _told(member: Actor) -> int:
    found: int = await database.value(
        "select count(*) from notifications where member_id = $1", member.member_id
    )
    return found
