"""Carts by chance, and programmes that judge them in other ways."""

import random
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.actor import SYSTEM
from domain.orders.commands import Charge, Discount, Line, OrderCommand
from domain.orders.kinds import ChargeKind
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.factories.orders import MORNING, a_line, an_order

CURRENCIES = {"JPY": (162, 100), "KWD": (1000, 282), "USD": (100, 86)}


def a_cart(chance: random.Random, member_id: UUID | None) -> OrderCommand:
    """An order of anything, in any currency that `a_variant` knows, in the last weeks."""
    lines = [_line(chance) for _ in range(chance.randint(1, 8))]
    left = sum(line.net for line in lines)
    discounts = []
    for _ in range(chance.choice([0, 0, 1, 2])):
        off = chance.randint(0, left)
        left -= off
        discounts.append(Discount("Off", off))
    tips = [Charge(ChargeKind.TIP, chance.randint(0, 500)) for _ in range(chance.randint(0, 1))]
    return an_order(
        *lines,
        member=member_id,
        occurred_at=MORNING - timedelta(minutes=chance.randint(0, 30 * 24 * 60)),
        currency=chance.choice(["EUR", "EUR", *CURRENCIES]),
        discounts=tuple(discounts),
        charges=tuple(tips),
        store=chance.choice([None, "athens-1"]),
    )


def _line(chance: random.Random) -> Line:
    price, quantity = chance.choice([0, 99, chance.randint(0, 5000)]), chance.randint(1, 5)
    whole = price * quantity
    return a_line(
        price,
        quantity=quantity,
        category=chance.choice([None, "coffee", "pastry", "cold-drink"]),
        brand=chance.choice([None, "Meliti"]),
        discount=chance.choice([0, chance.randint(0, whole)]),
        included_tax=chance.choice([0, chance.randint(0, whole)]),
        excluded=chance.random() < 0.1,
    )


def a_variant(chance: random.Random) -> dict[str, Any]:
    """The café with other numbers: what rules and tiers give, what earns, the rates."""
    made = deepcopy(contents("cafe"))
    for rule in made["rules"]:
        effect = rule["effect"]
        if effect["kind"] == "MULTIPLIER":
            effect["basisPoints"] = chance.choice([12_500, 20_000, 33_333])
        else:
            effect["points"] = chance.randint(1, 7)
        if effect["kind"] == "PER_AMOUNT":
            effect["eachMinor"] = chance.choice([1, 70, 100, 250])
    factors = sorted(chance.choices(range(10_000, 30_000), k=3))
    for factor, tier in zip(factors, made["tiers"], strict=True):
        tier["multiplierBasisPoints"] = factor
    made["basePolicy"] = chance.choice(["BEST_OF", "SUM"])
    made["tax"] = chance.choice(["TAX_EARNS", "BEFORE_TAX"])
    made["currencies"] = [
        {"code": code, "minor": minor * chance.randint(1, 3), "worthMinor": worth}
        for code, (minor, worth) in CURRENCIES.items()
    ]
    return made


async def publish_variant(chance: random.Random) -> None:
    """From long ago on, so that it judges all that is not bound to another."""
    await programmes.publish(SYSTEM, a_variant(chance), datetime(2021, 1, 1, tzinfo=UTC))
