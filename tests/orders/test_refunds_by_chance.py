"""What refunds leave is what the reduced order would have left: orders and returns by chance."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders import refunding
from domain.orders.commands import OrderCommand
from domain.orders.price import facts
from domain.orders.reducing import reduced
from domain.orders.remembering import remembered
from domain.programme import queries as versions
from domain.programme.accruals import Accrual
from domain.programme.rules import accrual
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.factories.orders import MORNING, a_line, an_order, reported
from tests.factories.refunds import a_customer, bought, counted, refunded
from tests.factories.rewards import a_programme

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.counted
async def test_it_leaves_what_the_reduced_order_would_have_left() -> None:
    chance = random.Random(begin := seed())
    await a_programme()
    for _ in range(count(15, 300)):
        member_id = await a_customer(chance.choice(["friend", "regular", "family"]))
        for place in range(chance.randint(0, 2)):
            await bought(by_chance(chance), member_id=member_id, occurred_at=at(chance, place))
        order = await bought(
            *[by_chance(chance) for _ in range(chance.randint(1, 5))],
            member_id=member_id,
            occurred_at=at(chance, 3),
        )
        pieces = [n for n, line in enumerate(order.lines, 1) for _ in range(line.quantity)]
        chance.shuffle(pieces)
        back = pieces[: chance.randint(1, len(pieces))]
        expected = await reduced_in_one_go(order, back, member_id)
        while back:
            step = back[: chance.randint(1, len(back))]
            back = back[len(step) :]
            await refunded(order, *[(n, step.count(n)) for n in sorted(set(step))])

        assert await counted(member_id) == expected, f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


def at(chance: random.Random, place: int) -> Any:
    return MORNING - timedelta(days=5 - place, minutes=chance.randint(0, 600))


def by_chance(chance: random.Random) -> Any:
    return a_line(
        chance.randint(0, 3000),
        quantity=chance.randint(1, 4),
        category=chance.choice([None, "coffee", "pastry", "cold-drink"]),
        brand=chance.choice([None, "Meliti"]),
        excluded=chance.random() < 0.1,
    )


async def reduced_in_one_go(
    order: OrderCommand, back: list[int], member_id: UUID
) -> dict[str, Any]:
    """What the member would have, had the order never had those pieces: by the pure rules."""
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
    day = order.occurred_at.astimezone(version.rules.zone).date()
    for unit in {*had.totals(), *left.totals()}:
        now["points"][unit] += left.totals().get(unit, 0) - had.totals().get(unit, 0)
    now["qualifying"][day] = now["qualifying"].get(day, 0) + left.qualifying - had.qualifying
    for part, sign in [*((p, -1) for p in had.parts), *((p, 1) for p in left.parts)]:
        if part.period is not None:
            now["uses"][part.rule, part.period] += sign * part.points
    for name in ("points", "qualifying", "uses"):
        now[name] = {key: points for key, points in now[name].items() if points}
    pieces = sum(line.quantity for line in order.lines)
    return now | {"orders": now["orders"] - (len(back) == pieces)}


@pytest.mark.counted
async def test_sales_and_refunds_in_any_order_at_once_come_to_the_same() -> None:
    chance = random.Random(begin := seed())
    members = [await a_customer() for _ in range(4)]
    orders = [
        an_order(a_line(100, quantity=9), a_line(250), member=chance.choice(members))
        for _ in range(count(12, 100))
    ]
    acts: list[Awaitable[object]] = [reported(order) for order in orders]
    for order in orders:
        acts += [refunded(order, (1, 2), (2, 1)), refunded(order, (1, 3))]
    acts += [refunding.apply_waiting() for _ in range(len(orders) // 2)]
    chance.shuffle(acts)

    await asyncio.gather(*acts)
    while await refunding.apply_waiting():
        pass

    sums = [await counted(member_id) for member_id in members]
    assert sum(each["orders"] for each in sums) == len(orders), f"seed {begin}"
    assert sum(each["points"].get("POINTS", 0) for each in sums) == 4 * len(orders), f"seed {begin}"
    assert sum(sum(each["qualifying"].values()) for each in sums) == 4 * len(orders)
    states = await database.rows("select state, count(*) from refunds group by 1")
    assert [tuple(row) for row in states] == [("APPLIED", 2 * len(orders))], f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"
