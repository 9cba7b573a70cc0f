"""What can be read of offers: a member's list, single ones, and what counts for an order."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from domain import database, secrets
from domain.actor import Actor
from domain.language import Text
from domain.offers.kinds import OfferKind, OfferState
from domain.paging import Page
from domain.programme.conditions import ORDER_SUBJECTS, Condition, parse
from domain.programme.conditions.member_attributes import leaves_in
from domain.programme.facts import OfferFacts
from domain.rows import Row
from domain.together import shared


class Progress(Row, frozen=True):
    """How often an offer was used, of how often it may be."""

    done: int
    target: int


class OfferRow(Row, frozen=True):
    """An offer, as one member has it. Texts by language; `points` of `unit` for an order."""

    member_id: UUID
    offer_id: UUID
    kind: OfferKind
    title: Text
    text: Text | None
    image_url: str | None
    unit: str
    points: int
    when: Condition | None
    tiers: list[str] | None
    starts_at: datetime
    ends_at: datetime
    state: OfferState
    progress: Progress

    @property
    def id(self) -> str:
        """Names the offer to this member: to another one its state is another."""
        return f"{self.member_id}:{self.offer_id}"


OfferKey = tuple[UUID, UUID]
"""(member, offer)"""

# What a member has of each offer that is for its tier, in the order of the list: those that can be
# used, soonest over first; then those that are done, latest first.
_HAD = """
select m.id as member_id, o.id as offer_id, o.kind, o.title, o.text, o.image_url, o.unit, o.points,
  o."when"::text as written, o.tiers, o.starts_at, o.ends_at, o.per_member_limit, uses.done,
  case when is_left and o.ends_at > pistis_now() then 'ACTIVE'
    when is_left then 'EXPIRED' else 'COMPLETED' end as state,
  case when is_left and o.ends_at > pistis_now() then 0 else 1 end as place,
  (extract(epoch from o.ends_at) * 1000000)::bigint
    * case when is_left and o.ends_at > pistis_now() then 1 else -1 end as distance
from members m
join offers o on o.tiers is null or o.tiers ? m.tier
cross join lateral (
  select count(*) as done, count(*) < o.per_member_limit as is_left
  from offer_uses u where u.member_id = m.id and u.offer_id = o.id) uses
"""

# So long is an offer shown that is over.
_LISTED = "o.starts_at <= pistis_now() and o.ends_at > pistis_now() - interval '30 days'"


async def offers_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[OfferRow]]:
    """A page of each member's offers: usable ones, then those used up or over for 30 days."""
    beyond = secrets.cursors().decode("offers", after) if after else (None, None, None)
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    pages = dict(zip(seen, await _pages(seen, first=first, beyond=beyond), strict=True))
    nothing: Page[OfferRow] = Page([], str, has_next=False)
    return [pages.get(member_id, nothing) for member_id in member_ids]


@shared
async def _pages(
    member_ids: Sequence[UUID], first: int, beyond: tuple[Any, Any, Any]
) -> list[Page[OfferRow]]:
    found = await database.rows(
        f"""select listed.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              select * from ({_HAD} where m.id = wanted.member_id and {_LISTED}) had
              where $2::int is null
                or (place, distance, offer_id) > ($2, $3::bigint, $4::text::uuid)
              order by place, distance, offer_id limit $5) listed""",
        *(member_ids, *beyond, first + 1),
    )
    pages: dict[UUID, list[OfferRow]] = {member_id: [] for member_id in member_ids}
    places: dict[str, tuple[int, int, str]] = {}
    for row in found:
        offer = offer_row(row)
        pages[offer.member_id].append(offer)
        places[offer.id] = row["place"], row["distance"], str(offer.offer_id)
    return [
        secrets.cursors().page(pages[member_id], first, "offers", lambda o: places[o.id])
        for member_id in member_ids
    ]


async def offer_counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many offers are listed for each member."""
    found = await database.rows(
        f"""select m.id, count(*) as listed from members m
            join offers o on o.tiers is null or o.tiers ? m.tier
            where m.id = any($1) and {_LISTED} group by m.id""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["id"]: row["listed"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


async def offers(actor: Actor, keys: Sequence[OfferKey]) -> list[OfferRow | None]:
    """These offers as these members have them; None where there is none that the actor may see."""
    seen = [key for key in keys if actor.sees(key[0])]
    found = await database.rows(
        f"""{_HAD} join unnest($1::uuid[], $2::uuid[]) as wanted (member_id, offer_id)
            on (m.id, o.id) = (wanted.member_id, wanted.offer_id)""",
        *([key[0] for key in seen], [key[1] for key in seen]),
    )
    rows = {(row["member_id"], row["offer_id"]): offer_row(row) for row in found}
    return [rows.get(key) for key in keys]


async def offer_facts_of(
    member_ids: Sequence[UUID], at: datetime, since: datetime | None = None
) -> list[tuple[OfferFacts, ...]]:
    """The offers that each member can still use, open at an instant; or between `since` and it.

    Their windows are in the facts, so that orders of several instants can be judged together.
    """
    found = await database.rows(
        """select m.id as member_id, o.id, o.title, o.unit, o.points, o."when"::text as written,
             o.starts_at, o.ends_at, o.per_member_limit - uses.done as uses_left
           from members m
           join offers o on o.starts_at <= $2 and o.ends_at > $3
             and (o.tiers is null or o.tiers ? m.tier)
           cross join lateral (
             select count(*) as done from offer_uses u
             where u.member_id = m.id and u.offer_id = o.id) uses
           where m.id = any($1) and uses.done < o.per_member_limit
           order by o.ends_at, o.id""",
        *(list(member_ids), at, since or at),
    )
    facts: dict[UUID, list[OfferFacts]] = {member_id: [] for member_id in member_ids}
    for row in found:
        facts[row["member_id"]].append(
            OfferFacts(
                id=str(row["id"]),
                title=row["title"],
                unit=row["unit"],
                points=row["points"],
                when=_condition(row["written"]),
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                uses_left=row["uses_left"],
            )
        )
    return [tuple(facts[member_id]) for member_id in member_ids]


async def used_by(order_id: UUID) -> tuple[OfferFacts, ...]:
    """The offers that rewarded an order, as it found them."""
    found = await database.rows(
        """select o.id, o.title, o.unit, o.points, o."when"::text as written, o.starts_at, o.ends_at
           from offer_uses u join offers o on o.id = u.offer_id
           where u.order_id = $1 order by o.ends_at, o.id""",
        order_id,
    )
    return tuple(
        OfferFacts(
            id=str(row["id"]),
            title=row["title"],
            unit=row["unit"],
            points=row["points"],
            when=_condition(row["written"]),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
        )
        for row in found
    )


def offer_row(row: Any) -> OfferRow:
    """An offer out of a row of what a member has of it."""
    return OfferRow(
        member_id=row["member_id"],
        offer_id=row["offer_id"],
        kind=OfferKind(row["kind"]),
        title=row["title"],
        text=row["text"],
        image_url=row["image_url"],
        unit=row["unit"],
        points=row["points"],
        when=_condition(row["written"]),
        tiers=row["tiers"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        state=OfferState(row["state"]),
        progress=Progress(row["done"], row["per_member_limit"]),
    )


@lru_cache(maxsize=1000)
def _parsed(written: str) -> Condition:
    condition = orjson.loads(written)
    return parse(condition, ORDER_SUBJECTS, leaves=leaves_in(condition))


def _condition(written: str | None) -> Condition | None:
    return None if written is None else _parsed(written)
