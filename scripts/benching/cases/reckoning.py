"""One rule code, two speeds: the café's first six rules over a million orders, and one by one."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from domain.programme import document
from domain.programme.compiling import Compiled, compiled
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.periods import period_of
from domain.programme.rules import accrual
from domain.programme.terms import LimitPeriod
from domain.programme.view import points_of
from scripts.benching import plan
from scripts.benching.cases.judging import spent_us
from scripts.benching.loading import Unfit
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

RULES, ORDERS, LIVE = 6, 1_000_000, 2_000
CATEGORIES = ("coffee", "cold-drink", "pastry", "sandwich", "beans")
BRANDS = ("Meliti", "Other")
LIMITED = "meliti-honey"
IN_NUMBERS_US, EXPLAINED_US, BULK_SECONDS = 10.0, 50.0, 1.0
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """In bulk, columns made before; and some of the same orders live, which must earn as much."""
    programme = six_rules()
    orders, standings = columns(programme)
    seconds, earned = in_bulk(programme, orders, standings)
    some = [(programme, *facts(programme, orders, standings, n)) for n in range(LIVE)]
    for place, each in enumerate(some):
        if sum(points.points for points in points_of(*each).points) != earned[place]:
            raise Unfit(f"order {place} of the seed earns another number of points in bulk")
    in_numbers = spent_us(one_of(points_of, some), rig.seconds)
    explained = spent_us(one_of(accrual, some), rig.seconds)
    for name, spent, most in (
        (f"2-3 lines by {RULES} rules, in numbers", in_numbers, IN_NUMBERS_US),
        (f"2-3 lines by {RULES} rules, explained", explained, EXPLAINED_US),
    ):
        yield Row(name, Figures(0, 0, 0, spent, 0), (Goal(spent, "µs", most),))
    spent = seconds * 1e6 / ORDERS
    goals = (Goal(seconds, "s", BULK_SECONDS), Goal(in_numbers / spent, "x live in numbers"))
    yield Row(f"{ORDERS:,} orders by {RULES} rules, in bulk", Figures(0, 0, 0, spent, 0), goals)


def six_rules() -> Compiled:
    """By amount, piece and order, a multiplier, a season, and a limit in each month."""
    contents = plan.programme()
    return compiled(document.decoded({**contents, "rules": contents["rules"][:RULES]}))


def one_of(judge: Callable[..., object], some: list[Any]) -> Callable[[], object]:
    """Judges the next of them."""
    following = itertools.cycle(some).__next__
    return lambda: judge(*following())


def columns(programme: Compiled) -> tuple[Any, Any]:
    """A year's orders and where their members stood, by a fixed chance."""
    import numpy as np

    from domain.programme.bulk.columns import Ints, Orders, Standings, Texts

    chance = np.random.default_rng(1)
    starts = np.concatenate([[0], np.cumsum(chance.integers(2, 4, ORDERS))])
    count, first = int(starts[-1]), int(YEAR.timestamp())
    orders = Orders(
        chance.integers(first, first + 365 * 86_400, ORDERS) * 1_000_000,
        starts,
        {
            "line.amount_minor": Ints(chance.integers(100, 2_000, count)),
            "line.quantity": Ints(chance.integers(1, 4, count)),
            "line.included_tax_minor": Ints(np.zeros(count, np.int64)),
            "line.category": Texts(chance.integers(0, len(CATEGORIES), count), CATEGORIES),
            "line.brand": Texts(chance.integers(-1, len(BRANDS), count), BRANDS),
        },
    )
    unknown = Ints(np.zeros(ORDERS, np.int64), np.zeros(ORDERS, np.bool_))
    tiers = tuple(programme.ranks)
    standings = Standings(
        Texts(chance.integers(0, len(tiers), ORDERS), tiers),
        np.zeros(ORDERS, np.int64),
        chance.integers(0, 4, ORDERS),
        unknown,
        (unknown, unknown, unknown),
        used={(LIMITED, "MONTH"): chance.integers(0, 25, ORDERS)},
    )
    return orders, standings


def in_bulk(programme: Compiled, orders: Any, standings: Any) -> tuple[float, Any]:
    """Seconds of CPU that it takes, and what each order earns in all."""
    from domain.programme.bulk.accruals import accruals

    began = time.process_time()
    judged = accruals(programme, orders, standings)
    spent = time.process_time() - began
    return spent, sum(each.points for each in judged.points)


def facts(
    programme: Compiled, orders: Any, standings: Any, place: int
) -> tuple[OrderFacts, Standing]:
    """One of these orders as live judging takes it."""
    lines, at = orders.lines, datetime.fromtimestamp(int(orders.at[place]) // 10**6, UTC)
    made = tuple(
        LineFacts(
            number,
            "A",
            int(lines["line.amount_minor"].values[row]),
            int(lines["line.quantity"].values[row]),
            category=CATEGORIES[lines["line.category"].codes[row]],
            brand=(*BRANDS, None)[lines["line.brand"].codes[row]],
        )
        for number, row in enumerate(range(orders.starts[place], orders.starts[place + 1]), 1)
    )
    month = period_of(LimitPeriod.MONTH, at.astimezone(programme.zone).date())
    standing = Standing(
        standings.tier.words[standings.tier.codes[place]],
        order_count=int(standings.order_count[place]),
        used={(LIMITED, month): int(standings.used[LIMITED, "MONTH"][place])},
    )
    return OrderFacts(at, programme.programme.currency, made), standing
