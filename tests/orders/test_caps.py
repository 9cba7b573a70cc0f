"""Caps of a wallet hold whoever comes at once; refunds give room back; a quote says the same."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders import operations
from domain.orders.commands import Points
from domain.orders.price import facts
from domain.orders.reducing import reduced
from domain.orders.remembering import remembered
from domain.programme import operations as programmes
from domain.programme import queries as versions
from domain.programme.accruals import BALANCE, Accrual
from domain.programme.rules import accrual
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.programme import a_programme, a_rule
from tests.factories.refunds import bought, counted, refunded
from tests.factories.rewards import a_buyer, credit

pytestmark = pytest.mark.usefixtures("database")


async def publish(**terms: Any) -> None:
    """A point for each euro and 5 more for an order, with caps of POINTS."""
    bonus = a_rule("bonus", effect={"kind": "PER_ORDER", "points": 5}, group="CAMPAIGN")
    limited = a_rule("weekly", limit={"points": 40, "per": "WEEK"}, group="CAMPAIGN")
    document = a_programme(rules=[a_rule(), bonus, limited])
    document["units"][0] |= terms
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))


async def a_customer() -> UUID:
    member_id = (await a_buyer(0, tier="bronze")).member_id
    assert member_id
    return member_id


@pytest.mark.counted
async def test_orders_at_once_do_not_pass_a_cap() -> None:
    await publish(caps=[{"points": 50, "per": "DAY"}], maxBalance={"points": 70})
    for _ in range(count(3, 30)):
        member_id = await a_customer()
        days = [MORNING, MORNING, MORNING, MORNING - timedelta(days=1), MORNING]
        await asyncio.gather(
            *[reported(an_order(a_line(2000), member=member_id, occurred_at=at)) for at in days]
        )
        have = await counted(member_id)
        assert have["points"] == {"POINTS": 70}
        daily = {key: n for key, n in have["uses"].items() if key[0] == "=POINTS"}
        assert sum(daily.values()) == 70 and max(daily.values()) <= 50
    assert (await proof(SYSTEM)).problems == []


async def test_what_waits_and_what_is_held_fill_a_wallet_and_what_is_over_does_not() -> None:
    await publish(maxBalance={"points": 30}, pending={"days": 14})
    member_id = await a_customer()
    await reported(an_order(a_line(1000), member=member_id))
    assert (await _holdings(member_id)) == 25
    await reported(an_order(a_line(1000), member=member_id))
    assert (await _holdings(member_id)) == 30

    other = await a_customer()
    await credit(other, 30, expires_at=await database.now() - timedelta(seconds=1))
    await reported(an_order(a_line(1000), member=other))
    assert (await _holdings(other)) == 25


async def test_what_an_order_is_paid_with_makes_room_for_what_it_earns() -> None:
    cafe = contents("cafe")
    cafe["units"][0] |= {"maxBalance": {"points": 105}}
    await programmes.publish(SYSTEM, cafe, datetime(2020, 1, 1, tzinfo=UTC))
    member_id = (await a_buyer(0)).member_id
    assert member_id
    await credit(member_id, 100)
    paid = Points("POINTS", 60)
    order = an_order(a_line(2000), member=member_id, pay_with_points=paid)
    quoted = await operations.quote(SHOP, order)
    assert quoted.judged.accrual.totals() == {"POINTS": 17}
    await reported(order)
    assert await _holdings(member_id) == 100 - 60 + 17
    # A batch knows it of the order before.
    both = [
        an_order(a_line(2000), member=member_id, pay_with_points=Points("POINTS", 40)),
        an_order(a_line(9000), member=member_id),
    ]
    await operations.report_batch(SHOP, both, "both")
    assert await _holdings(member_id) == 57 - 40 + 18 + 70


async def _holdings(member_id: UUID) -> int:
    found: int = await database.value(
        "select pistis_holdings(w, pistis_now()) from wallets w where member_id = $1", member_id
    )
    return found


async def test_gifts_pass_and_a_quote_says_what_an_order_earns() -> None:
    await publish(caps=[{"points": 30, "per": "MONTH"}])
    member_id = await a_customer()
    await credit(member_id, 1000)
    for amount in (900, 900, 900):
        order = an_order(a_line(amount), member=member_id)
        quoted = await operations.quote(SHOP, order)
        before = (await counted(member_id))["points"].get("POINTS", 0)
        await reported(order)
        after = (await counted(member_id))["points"]["POINTS"]
        assert after - before == quoted.judged.accrual.totals().get("POINTS", 0)
    assert (await counted(member_id))["points"] == {"POINTS": 1030}


@pytest.mark.counted
@pytest.mark.parametrize("refuses", [False, True])
async def test_a_refund_leaves_what_the_reduced_order_would_have_left(refuses: bool) -> None:
    chance = random.Random(begin := seed())
    caps = [{"points": 60, "per": "DAY", "refuses": refuses}, {"points": 100, "per": "MONTH"}]
    await publish(caps=caps, maxBalance={"points": 150})
    for _ in range(count(6, 100)):
        member_id = await a_customer()
        for _ in range(chance.randint(0, 2)):
            await bought(_by_chance(chance), member_id=member_id)
        order = await bought(
            *[_by_chance(chance) for _ in range(chance.randint(1, 4))], member_id=member_id
        )
        pieces = [n for n, line in enumerate(order.lines, 1) for _ in range(line.quantity)]
        chance.shuffle(pieces)
        back = pieces[: chance.randint(1, len(pieces))]
        expected = await _without(order, back, member_id)
        while back:
            step = back[: chance.randint(1, len(back))]
            back = back[len(step) :]
            await refunded(order, *[(n, step.count(n)) for n in sorted(set(step))])
        have = await counted(member_id)
        assert (have["points"], have["uses"]) == expected, f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


def _by_chance(chance: random.Random) -> Any:
    return a_line(chance.randint(0, 2000), quantity=chance.randint(1, 3))


async def _without(order: Any, back: list[int], member_id: UUID) -> tuple[Any, Any]:
    row = await database.row(
        "select document, programme_version from orders where reference = $1", order.reference
    )
    assert row is not None
    version = await versions.version(row["programme_version"])
    standing = remembered(row["document"]["standing"])
    had = accrual(version.rules, facts(order), standing)
    rest = reduced(facts(order), Counter(back))
    left = accrual(version.rules, rest, standing) if rest.lines else Accrual()
    now = await counted(member_id)
    points, uses = Counter(now["points"]), Counter(now["uses"])
    for judged, sign in ((had, -1), (left, 1)):
        for unit, number in judged.totals().items():
            points[unit] += sign * number
        for rule, period, number in judged.uses():
            if period != BALANCE:
                uses[rule, period] += sign * number
    return (
        {unit: number for unit, number in points.items() if number},
        {key: number for key, number in uses.items() if number},
    )
