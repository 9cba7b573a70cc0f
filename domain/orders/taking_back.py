"""What a refund does to the points of its order, and to all that these have counted for."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain import database
from domain.events import OrderRefunded
from domain.orders import converting, corrections, discounts_left, giving_back, judging, reducing
from domain.orders.corrections import Correction, Points
from domain.orders.payments import payment_of
from domain.orders.price import before_points, facts
from domain.orders.reducing import PartKey, Returned
from domain.pools import returning
from domain.programme.accruals import Accrual
from domain.programme.queries import Version
from domain.programme.terms.payments import VoucherReturn
from domain.rewards import at_orders
from domain.tiers import reverting
from domain.tiers.debts import debt_limit_of
from domain.wallets import giving_up
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting, QualifyingPoints, VoucherMark
from domain.wallets.rules import expires_at


@dataclass(frozen=True, slots=True)
class Taken:
    """What one refund came to. `changes`: what each part lost; `expired`: had gone by itself."""

    changes: dict[PartKey, int]
    taken: Points
    given: Points
    expired: Points
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
    expired = await corrections.lost_already(order["id"], member_id, lost)
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
    gifts, marks = await _given_back(order, refund_id, judged.version, returned, wholly=wholly)
    gifts = [replace(gift, occurred_at=occurred_at) for gift in gifts]
    day = order["occurred_at"].astimezone(judged.version.rules.zone).date()
    taken = sum(-move.points for move in moves)
    posting = Posting(
        member_id,
        moves=(*gifts, *moves),
        marks=tuple(marks),
        counts_order=-1 if wholly else 0,
        qualifying=QualifyingPoints(day, -judged.qualifying) if judged.qualifying < 0 else None,
        uses=corrections.uses(order, judged, -1),
        notices=tuple(notice_of(move) for move in moves if move.points < 0),
        event=OrderRefunded(member_id, order["id"], refund_id, wholly, taken),
    )
    await returning.bring_back(member_id, order["id"], {move.unit: -move.points for move in moves})
    await wallets.post_one(posting)
    if gifts:
        await giving_up.give_up(member_id)
    await corrections.count_down(order, judged, day)
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


async def _given_back(
    order: Any, refund_id: UUID, version: Version, returned: Returned, *, wholly: bool
) -> tuple[list[Move], list[VoucherMark]]:
    # Before anything is taken back: so points that come back cover that, and debts are rarer.
    sold, payment = judging.order_of(order), payment_of(order["document"])
    paid = before_points(sold, payment)
    gifts = await giving_back.gifts(order, refund_id, sold.lines, paid, returned)
    if not (wholly and payment.vouchers):
        return gifts, []
    as_points = version.programme.voucher_return is VoucherReturn.POINTS
    of_vouchers, marks = await at_orders.given_back(order["id"], as_points=as_points)
    return gifts + of_vouchers, marks


async def _judged(order: Any, returned: Returned) -> Correction:
    sum_up = await corrections.so_far(order)
    rules = sum_up.version.rules
    qualified = reducing.qualifying(rules, sum_up.earned)
    sold, payment = judging.order_of(order), payment_of(order["document"])
    whole = facts(sold, payment)
    if "standing" in order["document"]:
        standing = await corrections.standing_of(order)
        rate = converting.kept(order["document"])
        offs = discounts_left.kept(order["document"])
        left = discounts_left.facts_left(sold, payment, returned, offs)
        now = reducing.kept(rules, left, standing, {}, rate)
        qualified = reducing.kept(rules, whole, standing, {}, rate).qualifying
    elif sum_up.earned:
        now = reducing.kept_by_share(rules, whole, sum_up.earned, returned)
    else:
        now = Accrual()
    changes = reducing.changes(sum_up.had, reducing.by_key(now.parts))
    lost = qualified - sum_up.undone - now.qualifying
    return Correction(sum_up.version, changes, sum_up.had, lost)


def _move(order: Any, judged: Correction, unit: str, points: int, expired: int) -> Move:
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
        explanation=corrections.explained(judged, unit, expired),
    )


def notice_of(move: Move) -> Notice:
    """What the member is told of points that were taken back."""
    return Notice(
        "POINTS_TAKEN_BACK",
        {"transaction": str(move.id), "unit": move.unit, "points": move.points},
    )


async def _moved(member_id: UUID, refund_id: UUID) -> Points:
    # What was really taken of each wallet: waiting points, the balance, a debt.
    found = await database.rows(
        """select unit, debt - points - pending as points from transactions
           where member_id = $1 and natural_key = $2""",
        *(member_id, f"refund:{refund_id}"),
    )
    return {row["unit"]: row["points"] for row in found}
