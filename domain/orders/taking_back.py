"""What a refund does to the points of its order, and to all that these have counted for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain import database
from domain.events import OrderRefunded
from domain.offers import queries as offers
from domain.orders import giving_back, judging, reducing
from domain.orders.price import facts
from domain.orders.reducing import PartKey, Returned
from domain.orders.remembering import remembered
from domain.programme import queries as programmes
from domain.programme.accruals import Accrual, Part, PartKind, part_of
from domain.programme.facts import Birthday, Standing
from domain.programme.queries import Version
from domain.tiers import reverting
from domain.tiers.debts import debt_limit_of
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting, QualifyingPoints, RuleUse
from domain.wallets.rules import expires_at

Points = dict[str, int]
"""By unit."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one refund came to. `changes`: what each part lost; `expired`: had gone by itself."""

    changes: dict[PartKey, int]
    taken: Points
    given: Points
    expired: Points
    qualifying: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """The order's points so far, and those that may be kept."""

    version: Version
    changes: dict[PartKey, int]
    had: dict[PartKey, int]
    qualifying: int


async def take_back(
    order: Any, refund_id: UUID, returned: Returned, occurred_at: Any, *, wholly: bool
) -> Taken:
    """Take back what the order would not have earned without all that has been `returned`.

    `order` is its row; it and its member are locked. By the rules and the standing of the purchase;
    a tier that was reached is kept unless these say otherwise. In the transaction in progress.
    """
    member_id: UUID = order["member_id"]
    judged = await _judged(order, returned)
    lost = reducing.by_unit(judged.changes)
    expired = await _expired(order["id"], member_id, lost)
    told = {
        "occurred_at": occurred_at,
        "natural_key": f"refund:{refund_id}",
        "debt_limit": await debt_limit_of(member_id),
    }
    moves = []
    for unit, points in lost.items():
        left = points - expired.get(unit, 0)
        if left:
            made = _move(order, judged, unit, left, points - left)
            moves.append(replace(made, **told))
    gifts = [
        replace(gift, occurred_at=occurred_at)
        for gift in await giving_back.gifts(
            order, refund_id, judging.order_of(order).lines, returned
        )
    ]
    day = order["occurred_at"].astimezone(judged.version.rules.zone).date()
    taken = sum(-move.points for move in moves)
    posting = Posting(
        member_id,
        moves=(*moves, *gifts),
        counts_order=-1 if wholly else 0,
        qualifying=QualifyingPoints(day, -judged.qualifying) if judged.qualifying < 0 else None,
        uses=_uses(order, judged, -1),
        notices=tuple(_told(move) for move in moves if move.points < 0),
        event=OrderRefunded(member_id, order["id"], refund_id, wholly, taken),
    )
    await wallets.post_one(posting)
    await _count_down(order, judged, day)
    if before := order["document"].get("standing", {}).get("tier"):
        await reverting.revert(judged.version, member_id, day, judged.qualifying, before)
    moved = await _moved(member_id, refund_id)
    given = Counter({unit: -points for unit, points in moved.items() if points < 0})
    for gift in gifts:
        given[gift.unit] += gift.points
    return Taken(
        judged.changes,
        {unit: points for unit, points in moved.items() if points > 0},
        dict(given),
        expired,
        judged.qualifying,
    )


async def _judged(order: Any, returned: Returned) -> _Judged:
    earned, number = await _earned(order)
    version = await programmes.version(number)
    had = reducing.by_key(earned)
    qualified = reducing.qualifying(version.rules, earned)
    whole = facts(judging.order_of(order))
    if "standing" in order["document"]:
        standing = await _standing(order)
        now = reducing.kept(version.rules, whole, standing, returned)
        qualified = reducing.kept(version.rules, whole, standing, {}).qualifying
    elif earned:
        now = reducing.kept_by_share(version.rules, whole, earned, returned)
    else:
        now = Accrual()
    for row in await database.rows(
        "select changes, qualifying from refunds where order_id = $1 and state = 'APPLIED'",
        order["id"],
    ):
        qualified -= row["qualifying"]
        for unit, rule, kind, points in row["changes"] or ():
            key = unit, rule, PartKind(kind)
            had[key] = had.get(key, 0) - points
    changes = reducing.changes(had, reducing.by_key(now.parts))
    return _Judged(version, changes, had, qualified - now.qualifying)


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


async def _standing(order: Any) -> Standing:
    row = await database.row(
        """select m.joined_at, m.language, p.birth_month, p.birth_day, p.birth_year
           from members m left join profiles p on p.member_id = m.id where m.id = $1""",
        order["member_id"],
    )
    assert row is not None
    month = row["birth_month"]
    return replace(
        remembered(order["document"]["standing"]),
        joined_at=row["joined_at"],
        language=row["language"],
        birthday=Birthday(month, row["birth_day"], row["birth_year"]) if month else None,
        offers=await offers.used_by(order["id"]),
    )


async def _expired(order_id: UUID, member_id: UUID, lost: Mapping[str, int]) -> Points:
    # Of what is to be taken back, what the member has lost already: points of this very order that
    # expired, or whose release did not come, as far as no refund before has counted on them.
    units = [unit for unit, points in lost.items() if points > 0]
    await database.rows(
        """select pistis_wallet(member_id, unit, pistis_now()) from wallets
           where member_id = $1 and unit = any($2)""",
        *(member_id, units),
    )
    found = await database.rows(
        """select unit, sum(points)::bigint as points from (
             -- Points of it that came back from another, or went over to who the member is now.
             select x.unit, t.points from transactions x join lots l on l.origin = x.id
               join transfers t on t.lot_id = l.id join transactions b on b.id = l.brought_by
             where x.order_id = $1 and t.credit = 'breakage'
               and (b.member_id = $3 or b.title ->> 'key' = 'merged_in')
             union all
             select x.unit, t.points from transactions x join transfers t on t.lot_id = x.id
             where x.order_id = $1 and t.credit = 'breakage'
             union all
             -- What ended as it went to another member waits there.
             select unit, -pending from transactions where order_id = $1 and kind = 'PEND_CANCEL'
               and title ->> 'key' <> 'merged_out'
           ) lost where unit = any($2) group by 1""",
        *(order_id, units, member_id),
    )
    gone = {row["unit"]: row["points"] for row in found}
    if gone:
        for each in await database.rows(
            "select expired from refunds where order_id = $1 and expired is not null", order_id
        ):
            for unit, points in each["expired"].items():
                gone[unit] = gone.get(unit, 0) - points
    counted = {unit: min(points, lost[unit]) for unit, points in gone.items()}
    return {unit: points for unit, points in counted.items() if points > 0}


def _move(order: Any, judged: _Judged, unit: str, points: int, expired: int) -> Move:
    terms = judged.version.programme.unit(unit)
    zone = judged.version.rules.zone
    back = points < 0
    return Move(
        unit=unit,
        kind=TransactionKind.EARN if back else TransactionKind.CLAWBACK,
        points=-points,
        house="issuance",
        title={"key": "order_refunded", "reference": order["reference"]},
        expires_at=expires_at(terms.expiry, order["occurred_at"], zone) if back and terms else None,
        order_id=order["id"],
        programme_version=judged.version.number,
        explanation=_explained(judged, unit, expired),
    )


def _explained(judged: _Judged, unit: str, expired: int) -> list[dict[str, Any]]:
    parts = [
        Part(rule, kind, unit, -lost, {"had": judged.had.get((unit, rule, kind), 0)})
        for (of, rule, kind), lost in judged.changes.items()
        if of == unit
    ]
    if expired:
        parts.append(Part("expired", PartKind.EXPIRED, unit, expired, {}))
    return [part.as_json() for part in parts]


def _told(move: Move) -> Notice:
    return Notice(
        "POINTS_TAKEN_BACK",
        {"transaction": str(move.id), "unit": move.unit, "points": move.points},
    )


def _uses(order: Any, judged: _Judged, sign: int) -> tuple[RuleUse, ...]:
    # What counts against limits less than before, or (-1) more.
    found = []
    for (_, rule, kind), lost in judged.changes.items():
        if lost * sign <= 0 or kind in (PartKind.TIER, PartKind.OFFER):
            continue
        period = reducing.period_of(judged.version.rules, rule, order["occurred_at"])
        if period is not None:
            found.append(RuleUse(rule, period, lost * sign))
    return tuple(found)


async def _count_down(order: Any, judged: _Judged, day: date) -> None:
    # Never below nothing: what counted may have been forgotten meanwhile.
    if judged.qualifying > 0:
        await database.rows(
            """update qualifying_days set points = greatest(0, points - $3)
               where (member_id, day) = ($1, $2)""",
            *(order["member_id"], day, judged.qualifying),
        )
    if uses := _uses(order, judged, 1):
        await database.rows(
            """update rule_uses u set points = greatest(0, u.points - down.points)
               from unnest($2::text[], $3::text[], $4::bigint[]) as down (rule, period, points)
               where u.member_id = $1 and (u.rule, u.period) = (down.rule, down.period)""",
            *(order["member_id"], [use.rule for use in uses], [use.period for use in uses]),
            [use.points for use in uses],
        )
    unused = [
        UUID(rule)
        for (unit, rule, kind), lost in judged.changes.items()
        if kind is PartKind.OFFER and judged.had.get((unit, rule, kind), 0) == lost
    ]
    if unused:
        await database.rows(
            "delete from offer_uses where order_id = $1 and offer_id = any($2)",
            *(order["id"], unused),
        )


async def _moved(member_id: UUID, refund_id: UUID) -> Points:
    # What was really taken of each wallet: waiting points, the balance, a debt.
    found = await database.rows(
        """select unit, debt - points - pending as points from transactions
           where member_id = $1 and natural_key = $2""",
        *(member_id, f"refund:{refund_id}"),
    )
    return {row["unit"]: row["points"] for row in found}
