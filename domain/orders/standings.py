"""Where members stand before their orders: one statement for all that are judged together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.members.kinds import MemberState
from domain.offers.queries import offer_facts_of
from domain.orders.persons import PERSON, person_of
from domain.programme import caps
from domain.programme.accruals import BALANCE, Accrual, PartKind
from domain.programme.facts import NOBODY, Birthday, OfferFacts, Person, Standing
from domain.programme.queries import Version
from domain.tiers.rules import between, counted_from, named, raised


@dataclass(slots=True)
class Chain:
    """A member's standing, carried from one order to the next in memory.

    `version` is the member's version that the next posting must find; `vouchers`: those that orders
    before this one take.
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
    person: Person = NOBODY

    def standing(self, version: Version, day: date, tier: str | None = None) -> Standing:
        """As rules see it for an order of that local day; in the `tier` that a quote promised."""
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
        )

    def spend(self, unit: str, points: int) -> None:
        """Before an order that so many points pay: what they leave has room for what it earns."""
        held = caps.key_of(unit), BALANCE
        if held in self.used:
            self.used[held] -= points

    def advance(self, accrual: Accrual, tier: str, day: date) -> None:
        """After an order: what the next one is judged on."""
        self.version += 1
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
  m.tier_fixed_until > pistis_now() as has_fixed_tier, m.order_count, m.joined_at, m.language,
  p.birth_month, p.birth_day, p.birth_year, {PERSON},
  (select jsonb_object_agg(q.day, q.points) from qualifying_days q
   where q.member_id = m.id and q.day > $2::date) as days,
  (select jsonb_agg(jsonb_build_array(u.rule, u.period, u.points)) from rule_uses u
   where u.member_id = m.id and u.period = any($3)) as used,
  (select jsonb_agg(jsonb_build_array('=' || w.unit, 'BALANCE', pistis_holdings(w, pistis_now())))
   from wallets w where w.member_id = m.id and 'BALANCE' = any($3)) as balances
from members m left join profiles p on p.member_id = m.id
where m.id = any($1)
"""


async def chains_of(
    member_ids: Sequence[UUID],
    since: date,
    periods: Sequence[str],
    earliest: datetime,
    latest: datetime,
) -> dict[UUID, Chain]:
    """The standings of these members, for orders from `earliest` to `latest`.

    Qualifying days after `since`, and what limits have given in `periods`. Who was merged, perhaps
    while the order was on its way, has the very chain of whom it lives on in.
    """
    found = await database.rows(_CHAINS, list(member_ids), since, list(periods))
    into = {row["id"]: row["merged_into"] for row in found if row["merged_into"] is not None}
    if into:
        members = list({into.get(member_id, member_id) for member_id in member_ids})
        known = await chains_of(members, since, periods, earliest, latest)
        return known | {gone: known[member_id] for gone, member_id in into.items()}
    offers = await offer_facts_of(list(member_ids), latest, earliest)
    usable = dict(zip(member_ids, offers, strict=True))
    return {row["id"]: _chain(row, usable) for row in found}


async def offers_for(member_id: UUID, at: datetime) -> tuple[OfferFacts, ...]:
    """The offers that a member can still use, open at an instant."""
    (found,) = await offer_facts_of([member_id], at)
    return found


def newcomer(version: Version, at: datetime) -> Chain:
    """Somebody who would join with this order."""
    entry = version.programme.tiers[0].code
    return Chain(UUID(int=0), 1, MemberState.ACTIVE, entry, 0, at, "en", None, {}, {})


def _chain(row: Any, offers: Mapping[UUID, Sequence[OfferFacts]]) -> Chain:
    month = row["birth_month"]
    return Chain(
        member_id=row["id"],
        version=row["version"],
        state=MemberState(row["state"]),
        tier=row["tier"],
        order_count=row["order_count"],
        joined_at=row["joined_at"],
        language=row["language"],
        birthday=Birthday(month, row["birth_day"], row["birth_year"]) if month else None,
        days={date.fromisoformat(day): points for day, points in (row["days"] or {}).items()},
        used={
            (rule, period): points
            for rule, period, points in (*(row["used"] or ()), *(row["balances"] or ()))
        },
        offers=list(offers.get(row["id"], ())),
        has_fixed_tier=bool(row["has_fixed_tier"]),
        now=row["now"],
        person=person_of(row),
    )
