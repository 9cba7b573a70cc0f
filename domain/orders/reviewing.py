"""What is unwise in a version of the programme, looked at with all that is known beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database
from domain.actor import Actor
from domain.orders.kinds import UNPAID, OrderState
from domain.orders.replaying import given
from domain.programme import document, review
from domain.programme.problems import Problem
from domain.programme.queries import IN_FORCE, TEAM
from domain.programme.review.assuming import assumed
from domain.programme.review.circumstances import Buyer, Circumstances, RewardFacts, Year
from domain.programme.review.mistakes import mistakes
from domain.programme.rules import Compiled, compiled
from domain.programme.terms import Programme
from domain.rewards.kinds import RewardKind

YEAR = timedelta(days=365)
BUYERS_MAX = 400
BUYERS_MIN = 20
ORDERS_EACH_MAX = 60

_PRICE_CUTS = (RewardKind.AMOUNT_OFF, RewardKind.PERCENT_OFF, RewardKind.FREE_DELIVERY)
_NOTHING_LEFT = [*UNPAID, OrderState.REFUNDED]
_DOCUMENTS = f"""
select v.id, v.document, b.document as before from programme_versions v
left join programme_versions b on v.published_at is null
  and b.id = coalesce(v.based_on, {IN_FORCE.format(at="pistis_now()")})
where v.id = any($1)
"""
_REWARDS = """
select code, kind, unit, price, cost, amount_off from rewards
where (available_until is null or available_until > $1) and (stock is null or stock > 0)
"""
# By chance, but by the same chance each time; who joined within the year has not bought for one.
_BUYERS = """
select m.id, m.joined_at from members m
where m.state = 'ACTIVE' and m.joined_at <= $1
  and exists (select from orders o where o.member_id = m.id and o.occurred_at >= $1
    and o.state <> all ($2))
order by md5(m.id::text), m.id limit $3
"""
_ORDERS = """
select o.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
  select member_id, source, reference, occurred_at, currency, state, document, id from orders
  where member_id = wanted.id and occurred_at >= $2 and state <> all ($3)
  order by occurred_at desc, id desc limit $4) as o
order by o.member_id, o.occurred_at, o.id
"""


async def mistakes_of(actor: Actor, ids: Sequence[UUID]) -> list[list[Problem]]:
    """What is unwise in each of these versions, as things are now. Raises NotAllowed."""
    actor.require(*TEAM)
    found = await database.rows(_DOCUMENTS, list(ids))
    problems = {}
    for row in found:
        before = document.decoded(row["before"]) if row["before"] else None
        problems[row["id"]] = await _mistakes(document.decoded(row["document"]), before)
    return [problems[wanted] for wanted in ids]


async def problems_of(programme: Programme, before: Programme | None) -> list[Problem]:
    """All that is wrong or unwise in a programme that would replace `before`."""
    return review.problems(programme) + await _mistakes(programme, before)


async def _mistakes(programme: Programme, before: Programme | None) -> list[Problem]:
    # What has errors cannot be judged by.
    if review.errors(programme):
        return []
    now = await database.now()
    found = Circumstances(
        now.astimezone(ZoneInfo(programme.time_zone)).date(),
        await _rewards(now),
        await _year(compiled(programme), now) or assumed(programme),
        personal=await database.value("select count(*) from offers"),
        before=before,
    )
    return list(mistakes(programme, found))


async def _rewards(now: datetime) -> list[RewardFacts]:
    return [
        RewardFacts(
            row["code"],
            row["unit"],
            row["price"],
            row["cost"],
            row["amount_off"],
            RewardKind(row["kind"]) in _PRICE_CUTS,
        )
        for row in await database.rows(_REWARDS, now)
    ]


async def _year(programme: Compiled, now: datetime) -> Year | None:
    """The last 12 months of members who were there all the time; None: too few to say anything."""
    since = now - YEAR
    members = await database.rows(_BUYERS, since, _NOTHING_LEFT, BUYERS_MAX)
    if len(members) < BUYERS_MIN:
        return None
    ids = [row["id"] for row in members]
    mine: dict[UUID, list[Any]] = {}
    for order in await database.rows(_ORDERS, ids, since, _NOTHING_LEFT, ORDERS_EACH_MAX):
        mine.setdefault(order["member_id"], []).append(order)
    return Year([_buyer(mine[row["id"]], programme, row["joined_at"]) for row in members])


def _buyer(orders: Sequence[Any], programme: Compiled, joined_at: datetime) -> Buyer:
    found = given(orders, programme, joined_at)
    return Buyer(found.spent_minor, found.points, found.qualifying)
