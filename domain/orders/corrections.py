"""What an order has earned until now, and what a change of it undoes: of refunds and revisions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain import database
from domain.offers import queries as offers
from domain.orders import people, reducing
from domain.orders.reducing import PartKey
from domain.orders.remembering import remembered
from domain.programme import caps
from domain.programme import queries as programmes
from domain.programme.accruals import Part, PartKind, part_of
from domain.programme.facts import Standing
from domain.programme.queries import Version
from domain.wallets.posting import RuleUse

Points = dict[str, int]
"""By unit."""

# What has changed an order's points since it was judged.
_CHANGED = """
select changes, expired, qualifying from refunds where order_id = $1 and state = 'APPLIED'
union all
select changes, expired, 0 from order_revisions where order_id = $1
"""


@dataclass(frozen=True, slots=True)
class SoFar:
    """An order's points until now. `earned`: the parts that it was judged to earn at first.

    `version` judged it. `undone`: what refunds have taken of what counted for the tier.
    """

    version: Version
    earned: list[Part]
    had: dict[PartKey, int]
    undone: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The order's points so far, and what each part loses (> 0) or gains; so what counts."""

    version: Version
    changes: dict[PartKey, int]
    had: dict[PartKey, int]
    qualifying: int


async def so_far(order: Any) -> SoFar:
    """What this order (a row) has earned, with all that has changed it."""
    earned, number = await _earned(order)
    had, undone = reducing.by_key(earned), 0
    for row in await database.rows(_CHANGED, order["id"]):
        undone += row["qualifying"]
        for unit, rule, kind, points in row["changes"] or ():
            key = unit, rule, PartKind(kind)
            had[key] = had.get(key, 0) - points
    return SoFar(await programmes.version(number), earned, had, undone)


async def _earned(order: Any) -> tuple[list[Part], int]:
    # What the order earned, and the version that judged it: later than that of the report, perhaps,
    # of an order that was claimed.
    found = await database.rows(
        """select unit, programme_version, explanation from transactions
           where order_id = $1 and natural_key = $2 order by unit""",
        *(order["id"], f"order:{order['id']}"),
    )
    parts = [part_of(each, row["unit"]) for row in found for each in row["explanation"]]
    numbers = [row["programme_version"] for row in found]
    return parts, numbers[0] if numbers else order["programme_version"]


async def standing_of(order: Any) -> Standing:
    """The standing that an order was judged by, with the offers that it used."""
    then = await with_person(order["member_id"], remembered(order["document"]["standing"]))
    return replace(then, offers=await offers.used_by(order["id"]))


async def with_person(member_id: UUID, then: Standing) -> Standing:
    """A standing that was kept, with what is read of the member where it stands."""
    row = await database.row(
        f"""select {people.COLUMNS}
            from members m left join profiles p on p.member_id = m.id where m.id = $1""",
        member_id,
    )
    assert row is not None
    return replace(
        then,
        joined_at=row["joined_at"],
        language=row["language"],
        birthday=people.birthday_of(row),
        person=people.showing(people.person_of(row), then.person),
    )


async def lost_already(order_id: UUID, member_id: UUID, lost: Mapping[str, int]) -> Points:
    """Of what is to be taken back, what the member has lost already.

    Points of this very order that expired, or whose release did not come, as far as no change
    before has counted on them.
    """
    units = [unit for unit, points in lost.items() if points > 0]
    await database.rows(
        """select pistis_wallet(member_id, unit, pistis_now()) from wallets
           where member_id = $1 and unit = any($2)""",
        *(member_id, units),
    )
    found = await database.rows(
        """select unit, sum(points)::bigint as points from (
             -- Its own lots, and where they went: into a pool, or over to who the member is now.
             select x.unit, t.points from transactions x
             join lots l on l.id = x.id or l.origin = x.id join transfers t on t.lot_id = l.id
             where x.order_id = $1 and t.credit = 'breakage' and (l.member_id in (x.member_id, $3)
               or exists (select from pools p where p.id = l.member_id)
               or exists (select from transactions b
                 where b.id = l.brought_by and b.title ->> 'key' = 'merged_in'))
             union all
             -- What ended as it went to another member waits there.
             select unit, -pending from transactions where order_id = $1 and kind = 'PEND_CANCEL'
               and title ->> 'key' <> 'merged_out'
           ) lost where unit = any($2) group by 1""",
        *(order_id, units, member_id),
    )
    gone = {row["unit"]: row["points"] for row in found}
    if gone:
        for each in await database.rows(_CHANGED, order_id):
            for unit, points in (each["expired"] or {}).items():
                gone[unit] = gone.get(unit, 0) - points
    counted = {unit: min(points, lost[unit]) for unit, points in gone.items()}
    return {unit: points for unit, points in counted.items() if points > 0}


def explained(made: Correction, unit: str, expired: int = 0) -> list[dict[str, Any]]:
    """What each part of a unit loses or gains; `expired`: what is not taken, for it had gone."""
    parts = [
        Part(rule, kind, unit, -lost, {"had": made.had.get((unit, rule, kind), 0)})
        for (of, rule, kind), lost in made.changes.items()
        if of == unit
    ]
    if expired:
        parts.append(Part("expired", PartKind.EXPIRED, unit, expired, {}))
    return [part.as_json() for part in parts]


def uses(order: Any, made: Correction, sign: int) -> tuple[RuleUse, ...]:
    """What counts against limits less than before, or (-1) more."""
    found = []
    for (_, rule, kind), lost in made.changes.items():
        if lost * sign <= 0 or kind in (PartKind.TIER, PartKind.OFFER):
            continue
        period = reducing.period_of(made.version.rules, rule, order["occurred_at"])
        if period is not None:
            found.append(RuleUse(rule, period, lost * sign))
    units = {
        unit: lost * sign
        for unit, lost in reducing.by_unit(made.changes).items()
        if lost * sign > 0
    }
    capped = caps.uses_of(made.version.rules, units, order["occurred_at"])
    return (*found, *(RuleUse(*use) for use in capped))


async def count_down(order: Any, made: Correction, day: date) -> None:
    """Count less for the tier, limits and offers; what counts more is for the posting.

    Never below nothing: what counted may have been forgotten meanwhile.
    """
    if made.qualifying > 0:
        await database.rows(
            """update qualifying_days set points = greatest(0, points - $3)
               where (member_id, day) = ($1, $2)""",
            *(order["member_id"], day, made.qualifying),
        )
    if less := uses(order, made, 1):
        await database.rows(
            """update rule_uses u set points = greatest(0, u.points - down.points)
               from unnest($2::text[], $3::text[], $4::bigint[]) as down (rule, period, points)
               where u.member_id = $1 and (u.rule, u.period) = (down.rule, down.period)""",
            *(order["member_id"], [use.rule for use in less], [use.period for use in less]),
            [use.points for use in less],
        )
    unused = [
        UUID(rule)
        for (unit, rule, kind), lost in made.changes.items()
        if kind is PartKind.OFFER and made.had.get((unit, rule, kind), 0) == lost
    ]
    if unused:
        await database.rows(
            "delete from offer_uses where order_id = $1 and offer_id = any($2)",
            *(order["id"], unused),
        )
