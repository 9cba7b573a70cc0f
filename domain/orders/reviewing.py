"""What is unwise in a version of the programme, looked at with all that is known beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

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
BUYERS_MAX = 200
BUYERS_MIN = 20
ORDERS_EACH_MAX = 60

_PRICE_CUTS = (RewardKind.AMOUNT_OFF, RewardKind.PERCENT_OFF, RewardKind.FREE_DELIVERY)
_NOTHING_LEFT = [*UNPAID, OrderState.REFUNDED]
_DOCUMENTS = f"""
select v.id, v.document, b.document as before from programme_versions v
left join programme_versions b on b.id = coalesce(v.based_on, {IN_FORCE.format(at="pistis_now()")})
where v.id = any($1) and v.published_at is null
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
    """What is unwise in each of these drafts, as things are now; of published versions nothing, for
    it is too late. Raises NotAllowed.
    """
    actor.require(*TEAM)
    found = await database.rows(_DOCUMENTS, list(ids))
    known = await _known() if found else None
    problems: dict[UUID, list[Problem]] = {}
    for row in found:
        assert known is not None
        before = document.decoded(row["before"]) if row["before"] else None
        programme = document.decoded(row["document"])
        problems[row["id"]] = _mistakes(programme, before, known)
    return [problems.get(wanted, []) for wanted in ids]


async def problems_of(programme: Programme, before: Programme | None) -> list[Problem]:
    """All that is wrong or unwise in a programme that would replace `before`."""
    return review.problems(programme) + _mistakes(programme, before, await _known())


@dataclass(frozen=True, slots=True)
class _Known:
    now: datetime
    rewards: Sequence[RewardFacts]
    personal: int
    bought: Sequence[tuple[datetime, Sequence[Any]]]


async def _known() -> _Known:
    now = await database.now()
    personal = "select (select count(*) from offers) + (select count(*) from segments)"
    return _Known(now, await _rewards(now), await database.value(personal), await _bought(now))


def _mistakes(programme: Programme, before: Programme | None, known: _Known) -> list[Problem]:
    # What has errors cannot be judged by.
    if review.errors(programme):
        return []
    rules = compiled(programme)
    buyers = [_buyer(orders, rules, joined_at) for joined_at, orders in known.bought]
    found = Circumstances(
        known.now.astimezone(rules.zone).date(),
        known.rewards,
        Year(buyers) if buyers else assumed(programme),
        known.personal,
        before,
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


async def _bought(now: datetime) -> list[tuple[datetime, Sequence[Any]]]:
    """The last 12 months of members who were there all the time; none: too few to say anything."""
    since = now - YEAR
    members = await database.rows(_BUYERS, since, _NOTHING_LEFT, BUYERS_MAX)
    if len(members) < BUYERS_MIN:
        return []
    ids = [row["id"] for row in members]
    mine: dict[UUID, list[Any]] = {}
    for order in await database.rows(_ORDERS, ids, since, _NOTHING_LEFT, ORDERS_EACH_MAX):
        mine.setdefault(order["member_id"], []).append(order)
    return [(row["joined_at"], mine[row["id"]]) for row in members]


def _buyer(orders: Sequence[Any], programme: Compiled, joined_at: datetime) -> Buyer:
    found = given(orders, programme, joined_at)
    return Buyer(found.spent_minor, found.points, found.qualifying)
