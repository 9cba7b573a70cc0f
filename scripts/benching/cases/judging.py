"""Judging alone: an order of many lines by a programme of many rules, in this process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from domain.programme import document
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.rules import accrual, compiled
from scripts.benching import plan
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

LINES, RULES = 20, 30
CATEGORIES = ("coffee", "pastry", "beans")
AT_MOST_US = 1000.0


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """With the words' reasons, as quotes need them, and without, as reports do."""
    programme, order = compiled(document.decoded(many_rules())), many_lines()
    standing = Standing("friend", qualifying=100, order_count=3)
    for explain, name in ((False, "as reported"), (True, "as quoted, with reasons")):

        def judge(explain: bool = explain) -> object:
            return accrual(programme, order, standing, explain=explain)

        spent = spent_us(judge, rig.seconds)
        goal = Goal(spent, "µs", AT_MOST_US)
        yield Row(f"{LINES} lines by {RULES} rules, {name}", Figures(0, 0, 0, spent, 0), (goal,))


def many_rules() -> dict[str, Any]:
    """The bench's programme with rules of every sort, each with conditions of its own."""
    contents = plan.programme()
    first = contents["rules"][0]
    effects = (
        {"kind": "PER_AMOUNT", "points": 1, "eachMinor": 100},
        {"kind": "PER_ITEM", "points": 2},
        {"kind": "PER_ORDER", "points": 5},
        {"kind": "MULTIPLIER", "basisPoints": 12_500},
    )
    rules = [
        {
            "code": f"rule-{n}",
            "name": first["name"],
            "unit": first["unit"],
            "group": "BASE" if n < RULES // 3 else "CAMPAIGN",
            "effect": effects[0] if n < RULES // 3 else effects[n % len(effects)],
            "lines": {"lineCategory": {"in": [CATEGORIES[n % len(CATEGORIES)]]}},
            "when": {"all": [{"orderAmount": {"atLeast": 100 * n}}]},
        }
        for n in range(RULES)
    ]
    return {**contents, "rules": rules, "basePolicy": "SUM"}


def many_lines() -> OrderFacts:
    """Lines that most of the rules look at."""
    lines = tuple(
        LineFacts(
            number=n, sku=f"S{n}", amount_minor=137 * n, quantity=n % 3 + 1,
            category=CATEGORIES[n % len(CATEGORIES)],
        )
        for n in range(1, LINES + 1)
    )  # fmt: skip
    return OrderFacts(datetime(2026, 6, 3, 9, tzinfo=UTC), plan.programme()["currency"], lines)


def spent_us(judge: Callable[[], object], seconds: float) -> float:
    """Microseconds of CPU that it takes."""
    count, began = 0, time.process_time()
    while time.process_time() < began + seconds:
        judge()
        count += 1
    return (time.process_time() - began) / count * 1e6
