"""An order told anew: what its new contents would have earned is earned, and nothing else.

Judged as a refund is: by the rules, the standing and the rate of the purchase. What was told of it
before is kept.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.errors import InvalidInput, OrderConflict
from domain.events import OrderRevised
from domain.ids import uuid7
from domain.orders import converting, corrections, judging, paying, reducing, standings
from domain.orders.asking import Report
from domain.orders.commands import OrderCommand
from domain.orders.converting import Rate
from domain.orders.corrections import Correction, Points, SoFar
from domain.orders.kinds import UNPAID, OrderState
from domain.orders.payments import payment_of
from domain.orders.price import facts, price
from domain.orders.taking_back import notice_of
from domain.pools import returning
from domain.programme.accruals import Accrual, PartKind
from domain.programme.queries import Version
from domain.programme.rules import accrual
from domain.tiers import reverting
from domain.tiers.debts import debt_limit_of
from domain.tiers.rules import days_at_most
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting, QualifyingPoints
from domain.wallets.unbought import earned

_MOVED = "An order stays where it is in {}; refund this one, and report another."


async def revise(order: Any, report: Report) -> None:
    """Give the order (its row, locked, its member too) the contents of a higher revision.

    In the transaction in progress. Raises OrderConflict (it was cancelled, something of it came
    back, it was paid otherwise than with money), InvalidInput (another instant, another member, a
    quote).
    """
    await _check(order, report)
    new, before = report.order, await corrections.so_far(order)
    rate = converting.kept(order["document"])
    if new.currency != order["currency"]:
        converting.check(new, before.version.programme)
        rate = converting.rate_of(new.currency, before.version.programme)
    is_judged = order["member_id"] is not None and order["state"] not in UNPAID
    made, expired = None, {}
    if is_judged and "standing" in order["document"]:
        made, new_offers = await _judged(order, before, new, rate)
        lost = reducing.by_unit(made.changes)
        expired = await corrections.lost_already(order["id"], order["member_id"], lost)
        await _post(order, new, made, expired, new_offers)
    elif is_judged and before.earned:
        raise _conflict("How it was judged is not known any more; refund it, and report another.")
    await _keep(order, new, rate, made, expired)


async def was_told(order_id: UUID, order: OrderCommand) -> bool:
    """Whether the order had these contents once, as this revision or a later one."""
    found: bool = await database.value(
        """select exists (select 1 from order_revisions
           where (order_id, content_hash) = ($1, $2) and revision >= $3)""",
        *(order_id, judging.content_hash(order), order.revision),
    )
    return found


async def count(order: Any, same: OrderCommand) -> None:
    """Note that the contents came again as a higher revision: those between are late."""
    await database.rows(
        "update orders set document = document || $2 where id = $1",
        *(order["id"], {"revision": same.revision}),
    )


def _conflict(message: str) -> OrderConflict:
    return OrderConflict(message, ("order", "reference"))


async def _check(order: Any, report: Report) -> None:
    if order["state"] == OrderState.CANCELLED:
        raise _conflict("This order was cancelled; report the new one under another reference.")
    came_back = await database.value(
        """select exists (select 1 from refunds
           where (source, reference) = ($1, $2) and state <> 'REFUSED')""",
        *(order["source"], order["reference"]),
    )
    if came_back:
        raise _conflict(
            "Something of this order came back already; refund by orderRefund what it has less,"
            " and report as another order what it has more."
        )
    if not payment_of(order["document"]).is_money_alone or paying.asks(report.order):
        raise _conflict(
            "What points, vouchers or discounts pay is told once; refund it, report another."
        )
    if report.order.occurred_at != order["occurred_at"]:
        raise InvalidInput(_MOVED.format("time"), ("order", "occurredAt"))
    if order["member_id"] is not None and report.member_id not in (None, order["member_id"]):
        raise InvalidInput("This order is another member's; leave it with that one.", _MEMBER)
    if report.tier is not None:
        raise InvalidInput("It is judged as it was at first; leave the quote away.", ("quoteId",))


_MEMBER = ("order", "member")


async def _judged(
    order: Any, before: SoFar, new: OrderCommand, rate: Rate | None
) -> tuple[Correction, list[UUID]]:
    # What the order's parts lose and gain, and the offers that reward it only now.
    version, at = before.version, order["occurred_at"]
    standing = await corrections.standing_of(order)
    usable = await standings.offers_for(order["member_id"], at)
    used = {offer.id for offer in standing.offers}
    found = replace(standing, offers=(*standing.offers, *(o for o in usable if o.id not in used)))
    told, at_rate = facts(judging.order_of(order)), converting.kept(order["document"])
    old = reducing.kept(version.rules, told, standing, {}, at_rate)
    seen = converting.converted(facts(new), rate)
    now = accrual(version.rules, seen, found, explain=False)
    changes = reducing.changes(before.had, reducing.by_key(now.parts))
    rewards = [part.rule for part in now.parts if part.kind is PartKind.OFFER]
    return (
        Correction(version, changes, before.had, old.qualifying - now.qualifying),
        [UUID(offer) for offer in rewards if offer not in used],
    )


async def _post(
    order: Any, new: OrderCommand, made: Correction, expired: Points, offers: list[UUID]
) -> None:
    member_id, zone = order["member_id"], made.version.rules.zone
    day = order["occurred_at"].astimezone(zone).date()
    now = await database.now()
    moves = await _moves(order, new, made, expired, now)
    gained = -made.qualifying
    reached = await _tier(order, made.version, gained) if gained > 0 else None
    notices = [
        earned(move) if move.kind is TransactionKind.EARN else notice_of(move)
        for move in moves
        if move.kind is not TransactionKind.PEND
    ]
    if reached is not None:
        notices.append(Notice("TIER_UP", {"tier": reached}))
    await returning.bring_back(member_id, order["id"], {move.unit: -move.points for move in moves})
    await wallets.post_one(
        Posting(
            member_id,
            moves=tuple(moves),
            order_id=order["id"],
            qualifying=QualifyingPoints(day, gained) if gained > 0 else None,
            uses=corrections.uses(order, made, -1),
            offer_ids=tuple(offers),
            tier=reached,
            tier_cause="EARNED" if reached else None,
            notices=tuple(notices),
            event=OrderRevised(
                member_id, order["id"], new.revision, sum(move.points for move in moves)
            ),
        )
    )
    await corrections.count_down(order, made, day)
    before = order["document"]["standing"]["tier"]
    await reverting.revert(made.version, member_id, day, made.qualifying, before)


async def _moves(
    order: Any, new: OrderCommand, made: Correction, expired: Points, now: datetime
) -> list[Move]:
    limit = await debt_limit_of(order["member_id"])
    moves = []
    for unit, lost in reducing.by_unit(made.changes).items():
        left = lost - expired.get(unit, 0)
        if not left:
            continue
        gain = left < 0
        stage = replace(new, stage=judging.order_of(order).stage)
        how = judging.waiting(stage, made.version, unit) if gain else {}
        moves.append(
            Move(
                **{
                    "unit": unit,
                    "kind": TransactionKind.CLAWBACK,
                    "points": -left,
                    "house": "issuance",
                    **how,
                    "title": {"key": "order_revised", "reference": order["reference"]},
                    "occurred_at": now,
                    "natural_key": f"revision:{order['id']}:{new.revision}",
                    "order_id": order["id"],
                    "programme_version": made.version.number,
                    "explanation": corrections.explained(made, unit, lost - left),
                    "debt_limit": None if gain else limit,
                }
            )
        )
    return moves


async def _tier(order: Any, version: Version, gained: int) -> str | None:
    """The higher tier that the order leads to with what it counts more; None: it stays.

    On its own day, or on one that came after it and whose window reaches back to it.
    """
    at, zone = order["occurred_at"], version.rules.zone
    day = at.astimezone(zone).date()
    since = day - timedelta(days=days_at_most(version.programme) + 1)
    found = await standings.chains_of([order["member_id"]], since, [], at, at)
    chain = found[order["member_id"]]
    before = chain.tier
    chain.days[day] = chain.days.get(day, 0) + gained
    for each in sorted(later for later in chain.days if later >= day):
        chain.tier = chain.tier_after(version, Accrual(), each)
    return chain.tier if chain.tier != before else None


async def _keep(
    order: Any, new: OrderCommand, rate: Rate | None, made: Correction | None, expired: Points
) -> None:
    changes = made and [[*key, points] for key, points in made.changes.items()]
    await database.rows(
        """insert into order_revisions (id, order_id, revision, replaced_at, content_hash, currency,
             total, document, changes, expired)
           select $2, id, revision, pistis_now(), content_hash, currency, total,
             document - 'standing', $3, $4 from orders where id = $1""",
        *(order["id"], uuid7(), changes, expired or None),
    )
    kept = {name: order["document"][name] for name in _STAYS if name in order["document"]}
    await database.rows(
        "update orders set content_hash = $2, currency = $3, total = $4, document = $5"
        " where id = $1",
        *(order["id"], judging.content_hash(new), new.currency, price(new).total.amount),
        {**judging.document_of(new, rate), **kept},
    )


# What a document has that is no content.
_STAYS = ("standing", "promised_tier")
