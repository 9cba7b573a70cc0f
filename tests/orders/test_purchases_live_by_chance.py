"""Figures that orders are judged by are those of a plain model, however the orders come."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.errors import DomainError
from domain.members.queries import MemberRef
from domain.orders import importing, operations
from domain.orders.commands import OrderCommand
from domain.orders.importing import Imported
from domain.programme import queries as versions
from domain.programme.conditions.history import Bought, Figure, Purchase, figures
from tests.counts import count, seed
from tests.factories.carts import CURRENCIES, a_cart
from tests.factories.orders import SHOP, reported
from tests.factories.purchases import Row, a_campaign, a_programme_asking, looked_at, modelled
from tests.factories.refunds import a_customer, refunded

pytestmark = pytest.mark.usefixtures("database")

ASKED: tuple[dict[str, Any], ...] = (
    {"memberOrders": {"atLeast": 2, "category": ["coffee"], "withinDays": 10}},
    {"memberOrders": {"equals": 1, "sku": ["A", "B"], "withinDays": 3}},
    {"memberSpent": {"above": 20000, "withinDays": 14}},
    {"memberSpent": {"atLeast": 5000, "brand": ["Meliti"]}},
    {"memberAverageOrder": {"atLeast": 2000}},
    {"memberDaysSinceOrder": {"above": 3, "category": ["pastry", "cold-drink"]}},
)


async def a_programme() -> None:
    currencies = [
        {"code": code, "minor": minor, "worthMinor": worth}
        for code, (minor, worth) in CURRENCIES.items()
    ]
    rules = [a_campaign(f"rule-{n}", when, n) for n, when in enumerate(ASKED, 1)]
    await a_programme_asking(*rules, currencies=currencies)


async def model(before: dict[UUID, Row], at: datetime) -> dict[Figure, int | None]:
    """The figures at an instant, over what was there before."""
    (version,) = await versions.in_force_at([at])
    zone = version.rules.zone
    purchases = [
        Purchase(
            happened.astimezone(zone).toordinal(),
            tuple([Bought(*line) for line in zip(amounts, skus, categories, brands, strict=True)]),
        )
        for _, happened, _, skus, categories, brands, amounts in before.values()
        if happened <= at
    ]
    return figures(version.rules.figures, purchases, at.astimezone(zone).toordinal())


@pytest.mark.counted
async def test_one_after_the_other_and_some_of_it_comes_back() -> None:
    chance = random.Random(begin := seed())
    member_id = await a_customer()
    await a_programme()
    orders: list[OrderCommand] = []
    for _ in range(count(25, 300)):
        order = a_cart(chance, member_id)
        expected = await model(await modelled(), order.occurred_at)
        await reported(order)
        assert await looked_at(order.reference) == expected, f"seed {begin}"
        orders.append(order)
        other = chance.choice(orders)
        number = chance.randint(1, len(other.lines))
        with suppress(DomainError):
            await refunded(other, (number, 1))


@pytest.mark.counted
async def test_many_at_once_are_judged_as_one_after_the_other() -> None:
    chance = random.Random(begin := seed())
    members = [await a_customer() for _ in range(3)]
    await a_programme()
    told: list[OrderCommand] = []
    for _ in range(count(2, 8)):
        orders = [a_cart(chance, chance.choice(members)) for _ in range(count(12, 100))]

        answers, _ = await operations.report_batch(SHOP, orders, uuid4().hex)

        assert not [each for each in answers if isinstance(each, DomainError)], f"seed {begin}"
        told += orders
    assert await _as_one_after_the_other(told), f"seed {begin}"


@pytest.mark.counted
async def test_an_import_is_judged_as_one_after_the_other() -> None:
    chance = random.Random(begin := seed())
    await a_customer()
    await a_programme()
    orders = [
        replace(a_cart(chance, None), member=MemberRef(external_id=f"x{chance.randint(1, 4)}"))
        for _ in range(count(40, 1200))
    ]
    lines = [Imported(number, order) for number, order in enumerate(orders, 1)]

    tallies = [tally async for tally in importing.run(lines)]

    assert (tallies[-1].posted, tallies[-1].failed) == (len(orders), []), f"seed {begin}"
    assert await _as_one_after_the_other(orders), f"seed {begin}"


async def _as_one_after_the_other(orders: list[OrderCommand]) -> bool:
    kept, ids = await modelled(), await _ids()
    before: dict[UUID, Row] = {}
    for order in orders:
        row = kept[ids[order.reference]]
        mine = {i: each for i, each in before.items() if each[0] == row[0]}
        if await looked_at(order.reference) != await model(mine, order.occurred_at):
            return False
        before[ids[order.reference]] = row
    return bool(orders)


async def _ids() -> dict[str, UUID]:
    found = await database.rows("select id, reference from orders")
    return {row["reference"]: row["id"] for row in found}
