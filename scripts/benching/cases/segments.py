"""Segments: who is in each of forty, found in one statement over all members and their orders."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg

from domain import database
from domain.offers import segment_refreshing
from domain.programme import queries as programmes
from domain.programme.conditions.sql import reading
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

SEGMENTS = 40
ROUNDS = 3
AT_MOST_SECONDS = 2.0
FOR_MEMBERS = 25_000

# What the filling leaves out: who people are.
_TOLD = """
update profiles p set sex = (array['FEMALE', 'MALE', null])[n % 3 + 1],
  country = (array['GR', 'CY', null])[n % 5 % 3 + 1], birth_year = 1950 + n % 55,
  birth_month = 1 + n % 12, birth_day = 1 + n % 28
from (select id, row_number() over (order by id)::int as n from members) m
where p.member_id = m.id"""


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """Seconds for all members of the plan; the goal is for 25,000."""
    owner = await asyncpg.connect(rig.settings.database_url)
    await owner.execute(_TOLD)
    await owner.execute("analyze profiles; analyze purchases")
    await owner.close()
    now, version = await programmes.present()
    assert version is not None
    conditions = [segment_refreshing.condition_of(written) for written in _written()]
    asked = reading(conditions, version.programme, now)
    counts = ", ".join(f"count(*) filter (where {each})" for each in asked.predicates)
    sql = f"select {counts} from {asked.members} where {segment_refreshing.AT_REST}"
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await database.rows(sql, *asked.args)
        seconds.append(time.perf_counter() - began)
    best = min(seconds)
    goal = Goal(best, "s", AT_MOST_SECONDS * max(1.0, rig.plan.members / FOR_MEMBERS))
    name = f"{SEGMENTS} segments over {rig.plan.members:,} members"
    yield Row(name, Figures(1 / best, 1000 * best, 0, 0, 0), (goal,))


def _written() -> Iterator[dict[str, Any]]:
    goods = ({"category": ["coffee"]}, {"category": ["pastry", "beans"]}, {"sku": ["FLAT-WHITE"]})
    for n in range(SEGMENTS):
        bought = {
            "atLeast": 2,
            **goods[n % 3],
            **({"withinDays": 30 * (n % 4 + 1)} if n % 2 else {}),
        }
        spent = {"atLeast": 5000 + 100 * n, **(goods[n % 3] if n % 3 else {"withinDays": 90})}
        yield {
            "all": [
                {"memberSex": {"in": ["FEMALE", "MALE"][: n % 2 + 1]}},
                {"memberAge": {"atLeast": 20 + n}},
                {"not": {"memberCountry": {"in": ["CY"]}}},
                {"any": [{"memberOrders": bought}, {"memberSpent": spent}]},
                {"memberQualifying": {"atLeast": 10}},
                {"memberDaysSinceOrder": {"atMost": 100}},
            ]
        }
