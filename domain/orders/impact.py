"""Whom a change of the programme hurts, whom it helps: counted over the members there are."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain import database
from domain.money import spread
from domain.orders.kinds import UNPAID, OrderState
from domain.orders.replaying import replayed
from domain.programme.changes import Change, ChangeEffect, changes, overall, without_over
from domain.programme.changes.touching import effect_on, is_replayed
from domain.programme.places import COLUMNS, LOOKED_BACK, place_of
from domain.programme.rules import Compiled, compiled
from domain.programme.terms import Programme

REPLAYED_MAX = 1_500
ORDERS_EACH_MAX = 100
_AT_ONCE = 50
_NOTHING_LEFT = [*UNPAID, OrderState.REFUNDED]

BETTER, WORSE, NEUTRAL = ChangeEffect.BETTER, ChangeEffect.WORSE, ChangeEffect.NEUTRAL

_MEMBERS = f"""
select m.id, m.joined_at, {COLUMNS},
  exists (select from orders o where o.member_id = m.id and o.occurred_at >= $1
    and o.state <> all ($2)) as buys
from members m
where m.state = 'ACTIVE' and not exists (select from pools p where p.id = m.id)
"""
_PLACES = f"""
select tier, buys, units, activities, has_birthday, is_in_pool, count(*) as members
from ({_MEMBERS}) as counted group by 1, 2, 3, 4, 5, 6
"""
# By chance, but by the same chance each time: the same question has the same answer.
_BUYERS = f"""
select * from ({_MEMBERS}) as counted where buys order by md5(id::text), id limit $3
"""
_ORDERS = """
select o.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
  select member_id, source, reference, occurred_at, currency, state, document, id from orders
  where member_id = wanted.id and occurred_at >= $2 and state <> all ($3)
  order by occurred_at desc, id desc limit $4) as o
order by o.member_id, o.occurred_at, o.id
"""


@dataclass(frozen=True, slots=True)
class Impact:
    """How many active members are better off, worse off, and as before; together all of them.

    `notice_days`: so long before it is in force members have to be told; 0 where nothing is worse.
    `replayed`: of how many members orders were judged; `is_estimate`: not of all who bought.
    """

    better: int
    worse: int
    unchanged: int
    notice_days: int
    replayed: int = 0
    is_estimate: bool = False


async def impact(before: Programme, after: Programme) -> Impact:
    """Count the active members by what `after` is for them against `before`.

    A member is worse off if one change that touches it is WORSE: of its tier, of a unit that it
    holds, of an activity it has reported in the last 90 days, or of what is everybody's
    (changes/touching.py); or if its own orders of these days, judged by both versions, would give
    less of any unit. Else it is better off if something is better. Who has not bought in these days
    is touched by each change of the rules, for nothing else can be told; so is everybody by rules
    with days of their own, or that look at who a member was; by what was over already, nobody. Of
    more than REPLAYED_MAX buyers so many are judged, and stand for the others. Both programmes must
    be free of errors.
    """
    now = await database.now()
    today = now.astimezone(ZoneInfo(before.time_zone)).date()
    found = changes(before, after, today)
    notice = before.notice_days if overall(found) is WORSE else 0
    since = now - LOOKED_BACK
    places = await database.rows(_PLACES, since, _NOTHING_LEFT)
    shown = [change for change in found if is_replayed(change, before, after)]
    certain = [change for change in found if change not in shown]
    counts: Counter[ChangeEffect] = Counter()
    buyers = 0
    for row in places:
        if shown and row["buys"]:
            buyers += row["members"]
        else:
            counts[effect_on(place_of(row), found, before, after)] += row["members"]
    sample: Counter[ChangeEffect] = Counter()
    if buyers:
        old, new = (compiled(without_over(each, today)) for each in (before, after))
        async for effect in _judged(since, old, new, certain):
            sample[effect] += 1
    effects = (BETTER, WORSE, NEUTRAL)
    scaled = spread(buyers, [sample[effect] for effect in effects]) if sample else (0, 0, buyers)
    better, worse, unchanged = (
        counts[effect] + number for effect, number in zip(effects, scaled, strict=True)
    )
    if sample.total() < buyers and not worse and overall(shown) is WORSE:
        # That it is none of those who were judged does not make it none of the others.
        worse, unchanged, better = (1, unchanged - 1, better) if unchanged else (1, 0, better - 1)
    if worse and not notice:
        notice = before.notice_days
    judged = sample.total()
    return Impact(better, worse, unchanged, notice, judged, judged < buyers)


async def _judged(
    since: datetime, before: Compiled, after: Compiled, certain: Sequence[Change]
) -> AsyncIterator[ChangeEffect]:
    members = await database.rows(_BUYERS, since, _NOTHING_LEFT, REPLAYED_MAX)
    for first in range(0, len(members), _AT_ONCE):
        some = members[first : first + _AT_ONCE]
        orders = await database.rows(
            _ORDERS, [row["id"] for row in some], since, _NOTHING_LEFT, ORDERS_EACH_MAX
        )
        mine: dict[Any, list[Any]] = {}
        for order in orders:
            mine.setdefault(order["member_id"], []).append(order)
        for row in some:
            touched = effect_on(place_of(row), certain, before.programme, after.programme)
            if touched is WORSE:
                yield WORSE
                continue
            shown = replayed(mine.get(row["id"], ()), before, after, row["joined_at"]).effect
            yield shown if shown is not NEUTRAL else touched
        await asyncio.sleep(0)  # others are served meanwhile
