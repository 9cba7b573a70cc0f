"""What membership gave: every figure is the ledger's, and what was taken back is not in it."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import DomainError
from domain.ids import uuid7
from domain.programme.accruals import PartKind
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward
from domain.wallets import benefit, expiring
from domain.wallets.benefit import GIVING, SOURCES, BenefitRow
from domain.wallets.kinds import TransactionKind as Kind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from tests.client import Client
from tests.counts import count
from tests.factories import clock
from tests.factories.access import token_of
from tests.factories.holds import an_adjustment
from tests.factories.offers import an_offer
from tests.factories.orders import a_line, an_order, reported
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit
from tests.processes import Server
from tests.wallets.test_past import ACTS, do, read

pytestmark = pytest.mark.usefixtures("database")

ATHENS = ZoneInfo("Europe/Athens")
EVER = (date(2020, 1, 1), date(2029, 1, 1))
BENEFIT = """
query Benefit($period: PeriodInput!) {
  me { benefit(period: $period) {
    from until worth { amount currency }
    units {
      unit { code } points worth { amount } sources { source points worth { amount } }
      tierPoints offerPoints takenBackPoints redeemedPoints redeemedWorth { amount }
      rewardCount givenBackPoints expiredPoints
    }
  } }
}
"""
OF_A_YEAR = """
query OfAYear($day: Date!, $period: PeriodInput!) {
  me {
    benefit(period: $period) { ...Given }
    wallet(unit: "POINTS") { statement(day: $day, by: YEAR) { benefit { ...Given } } }
  }
}
fragment Given on MembershipBenefit { from until worth { amount } units { points } }
"""


async def given_to(member_id: UUID | None, days: tuple[date, date] = EVER) -> BenefitRow:
    assert member_id
    (found,) = await benefit.benefits_of(SYSTEM, [(member_id, *days)], ("POINTS",), ATHENS)
    return found[0]


def by_source(row: BenefitRow) -> dict[str, int]:
    return {str(source): points for source, points in row.earned.items()}


def test_each_sort_of_reason_is_a_source() -> None:
    spent_or_shared = {PartKind.PAID, PartKind.POOL}
    assert SOURCES.keys() | spent_or_shared == set(PartKind)


@pytest.mark.counted
@given(ACTS)
@settings(
    max_examples=count(20, 800),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_it_accounts_for_all_that_a_member_has(acts: list[tuple[str, int, int]]) -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    for act in acts:
        with suppress(DomainError):
            await do(member_id, *act)
    found = await given_to(member_id)
    _, now = await read(member_id)

    has = now.balance + now.pending + now.held - now.debt
    assert found.points - found.redeemed + found.given_back - found.expired == has
    await expiring.expire_due()
    assert await given_to(member_id) == found


async def test_what_an_order_gave_is_told_apart_and_goes_with_its_refund() -> None:
    await a_programme()
    await an_offer(unit="POINTS", points=7)
    member = await a_buyer(0, tier="regular")
    order = an_order(a_line(2000), member=member.member_id, occurred_at=await database.now())
    await reported(order)
    assert by_source(await given_to(member.member_id)) == {"ORDERS": 20, "TIER": 5, "OFFERS": 7}

    await refunded(order, occurred_at=await database.now())

    found = await given_to(member.member_id)
    assert (by_source(found), found.taken_back) == ({}, 32)


async def test_what_waited_and_did_not_come_is_of_no_source() -> None:
    member = await a_buyer(0)
    parts = [{"kind": "PER_AMOUNT", "points": 10}, {"kind": "TIER", "points": 5}]
    pended, order_id = uuid7(), uuid7()
    house, title = "issuance", {"key": "order_pending", "reference": "1"}
    told: dict[str, Any] = {"explanation": parts, "order_id": order_id}
    ends = await database.now() + timedelta(days=9)
    waits = Move("POINTS", Kind.PEND, 15, house, title, pended, releases_at=ends, **told)
    await post_one(Posting(member.member_id, moves=(waits,)))
    assert by_source(await given_to(member.member_id)) == {"ORDERS": 10, "TIER": 5}

    ended = Move("POINTS", Kind.PEND_CANCEL, 0, house, title, pending_id=pended)
    await post_one(Posting(member.member_id, moves=(ended,)))

    found = await given_to(member.member_id)
    assert (by_source(found), found.taken_back) == ({}, 15)


async def test_rewards_count_until_they_are_given_back() -> None:
    member = await a_buyer(100)
    done = [
        await rewards.redeem(member, RedeemReward(await a_reward(price=30), uuid4().hex))
        for _ in range(2)
    ]
    await rewards.cancel(member, CancelVoucher(done[0].voucher_id, "back"))

    found = await given_to(member.member_id)
    assert (found.redeemed, found.given_back, found.rewards) == (60, 30, 1)
    assert found.points == 100


async def test_points_count_on_the_day_on_which_they_came_and_went() -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    today = (await database.now()).astimezone(ATHENS).date()
    await credit(member.member_id, 9, expires_at=await database.now() + timedelta(days=3))
    await clock.later(days=10)
    await an_adjustment(member, 4)

    first = await given_to(member.member_id, (today, today + timedelta(days=1)))
    then = await given_to(member.member_id, (today + timedelta(days=1), EVER[1]))

    assert (first.points, first.expired) == (9, 0)
    assert (by_source(then), then.expired) == ({"OTHER": 4}, 9)


async def test_nobody_sees_what_others_got() -> None:
    member, other = await a_buyer(5), await a_buyer(0)
    assert member.member_id
    key = (member.member_id, *EVER)

    assert await benefit.benefits_of(other, [key], ("POINTS",), ATHENS) == [[]]


async def test_it_is_asked_over_http_and_is_in_the_yearly_statement(served: Server) -> None:
    await a_programme()
    member = await a_buyer(0, tier="regular")
    order = an_order(a_line(1999), member=member.member_id, occurred_at=await database.now())
    await reported(order)
    async with served.client() as client:
        found = await _asked(client, member)
        points = found["units"][0]
        # A hundred points are worth 5.00.
        assert (points["points"], points["worth"]["amount"]) == (23, 115)
        assert {part["source"]: part["points"] for part in points["sources"]} == {
            "ORDERS": 19,
            "TIER": 4,
        }
        assert sum(part["worth"]["amount"] for part in points["sources"]) == 115
        assert points["tierPoints"] == 4
        assert found["worth"]["currency"] == "EUR"
        worths = [unit["worth"]["amount"] for unit in found["units"]]
        assert found["worth"]["amount"] == sum(worths)
        year = (await database.now()).astimezone(ATHENS).year
        period = {"from": f"{year}-01-01", "until": f"{year + 1}-01-01"}
        both = await client.ask(
            OF_A_YEAR, await token_of(member), day=f"{year}-06-01", period=period
        )
        told = both["me"]["wallet"]["statement"]["benefit"]
        assert told == both["me"]["benefit"]
        assert told["units"][0]["points"] == 23
        refused = await client.raw(
            await token_of(member),
            json={
                "query": BENEFIT,
                "variables": {"period": {"from": "2026-02-01", "until": "2026-02-01"}},
            },
        )
        assert "to a later one" in refused.json()["errors"][0]["message"]


async def _asked(client: Client, member: Actor) -> dict[str, Any]:
    period = {"from": "2026-01-01", "until": "2029-01-01"}
    answer = await client.ask(BENEFIT, await token_of(member), period=period)
    found: dict[str, Any] = answer["me"]["benefit"]
    return found


def test_all_that_membership_gives_is_counted() -> None:
    others = {Kind.REDEEM, Kind.HOLD_CAPTURE, Kind.GIVE_BACK, Kind.EXPIRE, Kind.DONATE}
    others |= {Kind.REINSTATE}
    moves_nothing_away = {Kind.HOLD, Kind.HOLD_RELEASE, Kind.RELEASE, Kind.EXTEND}
    between_members = {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}
    assert GIVING.keys() | others | moves_nothing_away | between_members == set(Kind)
