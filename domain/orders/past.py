"""What a member has bought and shown before an order: read only where conditions ask for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database
from domain.orders.commands import EARLIEST
from domain.programme.conditions import Condition, figures, history, looked_at
from domain.programme.conditions.history import Bought, Figure, Purchase
from domain.programme.facts import NOBODY, OfferFacts, OrderFacts, Person
from domain.programme.queries import Version

Earlier = tuple[datetime, tuple[Bought, ...]]
"""When something was bought, and what is left of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What conditions look at: figures, and leaves by name."""

    figures: frozenset[Figure] = frozenset()
    leaves: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Past:
    """What was asked for: earlier purchases, what the person has shown, and its segments by code."""

    bought: tuple[Earlier, ...] = ()
    shown: Person = NOBODY
    segments: frozenset[str] = frozenset()


def asked(versions: Iterable[Version], offers: Iterable[OfferFacts]) -> Asked:
    """What the rules of these versions and the conditions of these offers ask."""
    rules = {version.id: version.rules for version in versions}
    parts = [Asked(each.figures, each.leaves) for each in rules.values()]
    parts += [_asked(offer.when) for offer in offers if offer.when is not None]
    return Asked(
        frozenset().union(*[part.figures for part in parts]),
        frozenset().union(*[part.leaves for part in parts]),
    )


@lru_cache(maxsize=4096)
def _asked(condition: Condition) -> Asked:
    return Asked(figures([condition]), looked_at([condition]))


# The order that is judged may be there already: it is none of those before it.
_PAST = """
select m.id,
  case when $2 then (
    select a.nps from survey_answers a where a.member_id = m.id and a.nps is not null
    order by a.at desc, a.id desc limit 1) end as nps,
  case when not $3 then null when exists (select from referrals r where r.friend_id = m.id)
    then 'FRIEND' else 'ITSELF' end as source,
  (select jsonb_agg(jsonb_build_array((extract(epoch from b.occurred_at) * 1000000)::bigint,
      b.amounts, b.skus, b.categories, b.brands))
   from purchases b where b.member_id = m.id and b.occurred_at between $4 and $5
     and b.order_id <> all ($6)) as bought,
  case when $7 then array(
    select s.code from segment_members x join segments s on s.id = x.segment_id
    where x.member_id = m.id) end as segments
from members m where m.id = any($1)
"""


async def past_of(
    member_ids: Sequence[UUID],
    asked: Asked,
    earliest: datetime,
    latest: datetime,
    besides: Sequence[UUID] = (),
) -> dict[UUID, Past]:
    """What was asked of these members' past, for orders from `earliest` to `latest`.

    Without the orders `besides`. Of whom nothing was asked there is nothing.
    """
    wants_nps, wants_source = "memberNps" in asked.leaves, "memberSource" in asked.leaves
    wants_segments = "memberSegment" in asked.leaves
    if not (asked.figures or wants_nps or wants_source or wants_segments):
        return {}
    since = _since(asked.figures, earliest)
    found = await database.rows(
        _PAST,
        *(list(member_ids), wants_nps, wants_source, since, latest, list(besides)),
        wants_segments,
    )
    return {
        row["id"]: Past(
            tuple([_earlier(each) for each in row["bought"] or ()]),
            Person(nps=row["nps"], source=row["source"]),
            frozenset(row["segments"] or ()),
        )
        for row in found
    }


def bought_in(order: OrderFacts) -> Earlier:
    """An order as those after it see it, if nothing of it comes back."""
    return order.occurred_at, tuple(
        [Bought(each.amount_minor, each.sku, each.category, each.brand) for each in order.lines]
    )


def figures_at(
    wanted: frozenset[Figure], bought: Iterable[Earlier], at: datetime, zone: ZoneInfo
) -> Mapping[Figure, int | None]:
    """These figures at an instant, over what was bought until then."""
    if not wanted:
        return {}
    purchases = [Purchase(_day(on, zone), lines) for on, lines in bought if on <= at]
    return history.figures(wanted, purchases, _day(at, zone))


def _since(wanted: Iterable[Figure], earliest: datetime) -> datetime | None:
    # A day more than local days need anywhere. None: nothing is to be read.
    spans = [figure.over.within_days for figure in wanted]
    days = [span for span in spans if span is not None]
    if len(days) < len(spans):
        return EARLIEST
    return earliest - timedelta(days=max(days) + 1) if days else None


def _earlier(row: Any) -> Earlier:
    micros, *columns = row
    lines = [Bought(*line) for line in zip(*columns, strict=True)]
    return _EPOCH + timedelta(microseconds=micros), tuple(lines)


def _day(at: datetime, zone: ZoneInfo) -> int:
    return at.astimezone(zone).toordinal()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
