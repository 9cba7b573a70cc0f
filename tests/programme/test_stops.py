"""Emergency stops: at once, everywhere, with a reason; what was before stays; undone at once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.language import said
from domain.members.queries import MemberRef
from domain.orders import operations as orders
from domain.orders.commands import Points
from domain.programme import stops
from domain.programme.stops import DeclareStop, LiftStop
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets import holds, transferring
from domain.wallets.holds import CaptureHold, HoldPoints
from domain.wallets.transferring import SendPoints
from schema.node import encode
from tests.factories.access import token_of
from tests.factories.activities import did
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import TILL, a_buyer, a_programme, a_reward
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))
WHY = said("We look into it.", "Мы разбираемся.", "Το εξετάζουμε.")


async def stopped(**what: Any) -> UUID:
    """Stopped by the team: the stop."""
    return (await stops.declare(LEAD, DeclareStop(WHY, uuid4().hex, **what))).stop_id


async def lifted(stop_id: UUID) -> None:
    """Goes on."""
    await stops.lift(LEAD, LiftStop(stop_id, uuid4().hex))


async def earned(member: Actor) -> list[str]:
    """By which rules an order of now earns."""
    assert member.member_id
    order = an_order(a_line(1000), member=member.member_id, occurred_at=await database.now())
    done = await reported(order)
    found = await database.rows(
        "select explanation from transactions where order_id = $1 order by id",
        UUID(done.result["order"]),
    )
    return [part["rule"] for row in found for part in row["explanation"]]


async def test_a_stopped_rule_gives_nothing_until_it_is_lifted_and_nothing_is_made_up_for() -> None:
    await a_programme()
    member = await a_buyer(0)
    assert await earned(member) == ["every-euro"]
    stop_id = await stopped(rule="every-euro")

    assert "every-euro" not in await earned(member)
    quote = await orders.quote(member, an_order(a_line(1000), occurred_at=await database.now()))
    (why,) = [r for r in quote.judged.accrual.reasons if r.rule == "every-euro"]
    assert why.why == "STOPPED"

    await lifted(stop_id)
    assert "every-euro" in await earned(member)
    assert (await stops.in_force()) == []


async def test_an_order_of_before_the_stop_earns_though_it_comes_late() -> None:
    await a_programme()
    member = await a_buyer(0)
    before = await database.now()
    await stopped(rule="every-euro")
    order = an_order(a_line(1000), member=member.member_id, occurred_at=before)
    done = await reported(order)
    assert done.result["points"] == 10


async def test_rules_for_activities_can_be_stopped_too() -> None:
    await a_programme()
    member = await a_buyer(0)
    code = await database.value(
        "select document #>> '{activityRules,0,code}' from programme_versions"
    )
    await stopped(rule=code)
    await did(member)
    assert not [
        part
        for row in await database.rows(
            "select explanation from transactions where member_id = $1", member.member_id
        )
        for part in row["explanation"]
        if part["rule"] == code
    ]


async def test_a_stopped_reward_cannot_be_had_and_others_can() -> None:
    reward, other = await a_reward(), await a_reward()
    member = await a_buyer(100)
    kept = await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    stop_id = await stopped(reward_id=reward)

    with pytest.raises(DomainError) as refused:
        await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    assert refused.value.code == "REWARD_UNAVAILABLE"
    assert getattr(refused.value, "reason", None) == "STOPPED"
    await rewards.redeem(member, RedeemReward(other, uuid4().hex))
    state = await database.value("select state from vouchers where id = $1", kept.voucher_id)
    assert state == "ISSUED"

    await lifted(stop_id)
    await rewards.redeem(member, RedeemReward(reward, uuid4().hex))


async def test_all_spending_stops_in_every_way_and_what_is_held_stays_good() -> None:
    reward = await a_reward()
    member, friend = await a_buyer(500), await a_buyer(0)
    ref = MemberRef(id=member.member_id)
    number = await database.value("select number from members where id = $1", friend.member_id)
    held = await holds.hold(TILL, HoldPoints(ref, "POINTS", 20, 600, uuid4().hex))
    key = uuid4().hex
    first = await rewards.redeem(member, RedeemReward(reward, key))
    stop_id = await stopped()

    async def by_order() -> None:
        paying = Points("POINTS", 20)
        order = an_order(
            a_line(1000), member=member.member_id, pay_with_points=paying,
            occurred_at=await database.now(),
        )  # fmt: skip
        await reported(order)

    for act in (
        rewards.redeem(member, RedeemReward(reward, uuid4().hex)),
        holds.hold(TILL, HoldPoints(ref, "POINTS", 20, 600, uuid4().hex)),
        transferring.send(member, SendPoints("POINTS", MemberRef(number=number), 20, uuid4().hex)),
        by_order(),
    ):
        with pytest.raises(DomainError) as refused:
            await act
        assert refused.value.code in ("STOPPED", "REWARD_UNAVAILABLE")
    again = await rewards.redeem(member, RedeemReward(reward, key))
    assert (again.voucher_id, again.replayed) == (first.voucher_id, True)
    await holds.capture(TILL, CaptureHold(held.hold_id, uuid4().hex))
    order = an_order(member=member.member_id, occurred_at=await database.now())
    assert (await orders.quote(member, order)).takes_points is False

    await lifted(stop_id)
    await by_order()
    assert (await orders.quote(member, order)).takes_points is True


async def test_a_thing_is_stopped_once_at_a_time_and_a_key_does_it_once() -> None:
    await a_programme()
    asked = [DeclareStop(WHY, uuid4().hex, rule="every-euro") for _ in range(8)]
    done = await asyncio.gather(
        *(stops.declare(LEAD, each) for each in asked), return_exceptions=True
    )
    (only,) = [each for each in done if isinstance(each, stops.Done)]
    assert all(isinstance(each, InvalidInput | stops.Done) for each in done)
    (won,) = [each for each, came in zip(asked, done, strict=True) if came is only]
    assert (await stops.declare(LEAD, won)).replayed
    await lifted(only.stop_id)
    with pytest.raises(InvalidInput):
        await lifted(only.stop_id)
    with pytest.raises(NotFound):
        await lifted(uuid4())


async def test_what_is_not_there_cannot_be_stopped_and_only_the_team_stops() -> None:
    await a_programme()
    for what in ({"rule": "every-eruo"}, {"reward_id": uuid4()}):
        with pytest.raises(NotFound):
            await stopped(**what)
    short = DeclareStop({"en": "Why"}, uuid4().hex)
    with pytest.raises(InvalidInput) as refused:
        await stops.declare(LEAD, short)
    assert refused.value.path == ("reason",)
    with pytest.raises(NotAllowed):
        await stops.declare(await a_buyer(0), DeclareStop(WHY, uuid4().hex))
    with pytest.raises(NotAllowed):
        await stops.stops(await a_buyer(0), 20)


async def test_a_stop_is_not_rewritten() -> None:
    await a_programme()
    stop_id = await stopped()
    with pytest.raises(Exception, match="not rewritten"):
        await database.value("update programme_stops set reason = '{}' where id = $1", stop_id)
    await lifted(stop_id)
    with pytest.raises(Exception, match="not rewritten"):
        await database.value(
            "update programme_stops set lifted_at = pistis_now() where id = $1", stop_id
        )


STOP = """mutation ($input: StopDeclareInput!) { stopDeclare(input: $input) {
  stop { id subject rule { name } ruleCode reward { title } stoppedBy } replayed
  userErrors { code path } } }"""
LIFT = """mutation ($input: StopLiftInput!) { stopLift(input: $input) {
  stop { liftedAt liftedBy } userErrors { code path } } }"""
SHOWN = """{ programme { stops { id subject reason rule { id } reward { title } } } }"""


async def test_members_see_over_http_what_is_stopped_and_why(served: Server) -> None:
    reward = await a_reward()
    member, lead = await token_of(await a_buyer(0)), await token_of(LEAD)
    texts = [{"language": language, "text": text} for language, text in WHY.items()]
    async with served.client() as client:
        for what in ({"rule": "every-euro"}, {"rewardId": encode("Reward", reward)}):
            sent = {"what": what, "reason": texts, "idempotencyKey": uuid4().hex}
            done = (await client.ask(STOP, lead, input=sent))["stopDeclare"]
            assert done["userErrors"] == []
        shown = (await client.ask(SHOWN, member))["programme"]["stops"]
        assert [each["reason"] for each in shown] == ["We look into it."] * 2
        assert [each["subject"] for each in shown] == ["REWARD", "RULE"]
        assert shown[0]["reward"]["title"] == "A cup of coffee"
        told = await client.ask(
            "query ($id: ID!) { node(id: $id) { ... on Reward { redeemability { reason } } } }",
            member,
            id=encode("Reward", reward),
        )
        assert told["node"]["redeemability"]["reason"] == "STOPPED"
        sent = {"stopId": shown[0]["id"], "idempotencyKey": uuid4().hex}
        over = (await client.ask(LIFT, lead, input=sent))["stopLift"]
        assert over["stop"]["liftedBy"].startswith("staff:")
        history = await client.ask("{ stops { totalCount nodes { subject liftedAt } } }", lead)
        assert history["stops"]["totalCount"] == 2
        assert len((await client.ask(SHOWN, member))["programme"]["stops"]) == 1


@pytest.mark.parametrize("what", [{"spending": False}, {"rule": ""}, {"rewardId": ""}])
async def test_nothing_named_is_not_all_spending(served: Server, what: dict[str, Any]) -> None:
    lead = await token_of(LEAD)
    texts = [{"language": language, "text": text} for language, text in WHY.items()]
    async with served.client() as client:
        sent = {"what": what, "reason": texts, "idempotencyKey": uuid4().hex}
        done = (await client.ask(STOP, lead, input=sent))["stopDeclare"]
    assert done["userErrors"] == [{"code": "INVALID_INPUT", "path": ["input", "what"]}]
    assert await stops.in_force() == []
