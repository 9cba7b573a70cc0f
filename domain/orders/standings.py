"""Where members stand before their orders: one statement for all that are judged together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.members.kinds import MemberState
from domain.offers.queries import offer_facts_of
from domain.orders import past, people
from domain.orders.past import Earlier, Past
from domain.orders.rule_stops import STOPS, RuleStop, stopped, stops_of
from domain.programme import caps
from domain.programme.accruals import BALANCE, Accrual, PartKind
from domain.programme.conditions.history import Figure
from domain.programme.facts import NOBODY, Birthday, OfferFacts, OrderFacts, Person, Standing
from domain.programme.queries import Version
from domain.tiers.rules import between, counted_from, named, raised


@dataclass(slots=True)
class Chain:
    """A member's standing, carried from one order to the next in memory.

    `version` is the member's version that the next posting must find; `vouchers`: those that orders
    before this one take; `bought`: what they and those before them are, if anything asks for it;
    `asked`: what the conditions of its offers do.
    """

    member_id: UUID
    version: int
    state: MemberState
    tier: str
    order_count: int
    joined_at: datetime
    language: str
    birthday: Birthday | None
    days: dict[date, int]
    used: dict[tuple[str, str], int]
    offers: list[OfferFacts] = field(default_factory=list)
    has_fixed_tier: bool = False
    vouchers: set[UUID] = field(default_factory=set)
    now: datetime | None = None
    stops: Sequence[RuleStop] = ()
    person: Person = NOBODY
    bought: list[Earlier] | None = None
    asked: frozenset[Figure] = frozenset()
    segments: frozenset[str] = frozenset()

    def standing(self, version: Version, at: datetime, tier: str | None = None) -> Standing:
        """As rules see it for an order at that instant; in the `tier` that a quote promised."""
        zone = version.rules.zone
        day = at.astimezone(zone).date()
        asked = version.rules.figures | self.asked
        return Standing(
            tier=named(version.programme, tier or self.tier),
            qualifying=self._qualifying(version, day),
            order_count=self.order_count,
            joined_at=self.joined_at,
            language=self.language,
            birthday=self.birthday,
            used=self.used,
            offers=tuple(self.offers),
            person=self.person,
            segments=self.segments,
            history=past.figures_at(asked, self.bought or (), at, zone),
            stopped=stopped(self.stops, at) if self.stops else frozenset(),
        )

    def spend(self, unit: str, points: int) -> None:
        """Before an order that so many points pay: what they leave has room for what it earns."""
        held = caps.key_of(unit), BALANCE
        if held in self.used:
            self.used[held] -= points

    def advance(self, accrual: Accrual, tier: str, day: date, order: OrderFacts) -> None:
        """After an order: what the next one is judged on."""
        self.version += 1
        if self.bought is not None:
            self.bought.append(past.bought_in(order))
        self.order_count += 1
        self.tier = tier
        if accrual.qualifying:
            self.days[day] = self.days.get(day, 0) + accrual.qualifying
        for rule, period, points in accrual.uses():
            self.used[rule, period] = self.used.get((rule, period), 0) + points
        used = {part.rule for part in accrual.parts if part.kind is PartKind.OFFER}
        left = [replace(o, uses_left=o.uses_left - (o.id in used)) for o in self.offers]
        self.offers = [offer for offer in left if offer.uses_left > 0]

    def tier_after(self, version: Version, accrual: Accrual, day: date) -> str:
        """The tier that the order leads to: a higher one at once, never a lower."""
        if self.has_fixed_tier:
            return self.tier
        qualifying = self._qualifying(version, day) + accrual.qualifying
        reached = raised(version.programme, self.tier, qualifying)
        return reached.code if reached else self.tier

    def _qualifying(self, version: Version, day: date) -> int:
        joined_on = self.joined_at.astimezone(version.rules.zone).date()
        first = counted_from(version.programme, joined_on, day)
        return between(list(self.days.items()), first, day)


_CHAINS = f"""
select m.id, m.version, m.state, m.merged_into, m.tier, pistis_now() as now,
  m.tier_fixed_until > pistis_now() as has_fixed_tier, m.order_count, {people.COLUMNS},
  (select jsonb_object_agg(q.day, q.points) from qualifying_days q
   where q.member_id = m.id and q.day > $2::date) as days,
  (select jsonb_agg(jsonb_build_array(u.rule, u.period, u.points)) from rule_uses u
   where u.member_id = m.id and u.period = any($3)) as used,
  (select jsonb_agg(jsonb_build_array('=' || w.unit, 'BALANCE', pistis_holdings(w, pistis_now())))
   from wallets w where w.member_id = m.id and 'BALANCE' = any($3)) as balances,
  {STOPS.format(earliest="$4")}
from members m left join profiles p on p.member_id = m.id
where m.id = any($1)
"""


async def chains_of(
    member_ids: Sequence[UUID],
    since: date,
    periods: Sequence[str],
    earliest: datetime,
    latest: datetime,
    versions: Sequence[Version] = (),
    besides: Sequence[UUID] = (),
) -> dict[UUID, Chain]:
    """The standings of these members, for orders from `earliest` to `latest`.

    Qualifying days after `since`, and what limits have given in `periods`; of the past, without the
    orders `besides`, what rules of `versions` and offers ask. Who was merged, perhaps while the
    order was on its way, has the very chain of whom it lives on in.
    """
    found = await database.rows(_CHAINS, list(member_ids), since, list(periods), earliest)
    into = {row["id"]: row["merged_into"] for row in found if row["merged_into"] is not None}
    if into:
        members = list({into.get(member_id, member_id) for member_id in member_ids})
        known = await chains_of(members, since, periods, earliest, latest, versions, besides)
        return known | {gone: known[member_id] for gone, member_id in into.items()}
    offers = await offer_facts_of(list(member_ids), latest, earliest)
    usable = dict(zip(member_ids, offers, strict=True))
    asked = past.asked(versions, {offer.id: offer for mine in offers for offer in mine}.values())
    pasts = await past.past_of(member_ids, asked, earliest, latest, besides)
    return {
        row["id"]: _chain(row, usable.get(row["id"], ()), pasts.get(row["id"])) for row in found
    }


async def offers_for(member_id: UUID, at: datetime) -> tuple[OfferFacts, ...]:
    """The offers that a member can still use, open at an instant."""
    (found,) = await offer_facts_of([member_id], at)
    return found


def newcomer(version: Version, at: datetime, stops: Sequence[RuleStop] = ()) -> Chain:
    """Somebody who would join with this order."""
    entry = version.programme.tiers[0].code
    return Chain(UUID(int=0), 1, MemberState.ACTIVE, entry, 0, at, "en", None, {}, {}, stops=stops)


def _chain(row: Any, offers: Sequence[OfferFacts], before: Past | None) -> Chain:
    person = people.person_of(row)
    return Chain(
        member_id=row["id"],
        version=row["version"],
        state=MemberState(row["state"]),
        tier=row["tier"],
        order_count=row["order_count"],
        joined_at=row["joined_at"],
        language=row["language"],
        birthday=people.birthday_of(row),
        days={date.fromisoformat(day): points for day, points in (row["days"] or {}).items()},
        used={
            (rule, period): points
            for rule, period, points in (*(row["used"] or ()), *(row["balances"] or ()))
        },
        offers=list(offers),
        has_fixed_tier=bool(row["has_fixed_tier"]),
        now=row["now"],
        stops=stops_of(row["stops"]),
        person=people.showing(person, before.shown) if before else person,
        bought=list(before.bought) if before else None,
        asked=past.asked((), offers).figures,
        segments=before.segments if before else frozenset(),
    )
