"""The order that rewarded two friends came back: so do their points, once."""

from typing import Any

from domain import database
from domain.events import OrderRefunded
from domain.programme.accruals import Part, PartKind
from domain.referrals.kinds import ReferralState
from domain.tiers.debts import debt_limit_of
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting


async def void(event: OrderRefunded) -> None:
    """Take back what both were given for an order that came back wholly.

    The friend may earn it anew with a later order. In the transaction in progress; the same event
    again changes nothing.
    """
    if not event.wholly:
        return
    referral = await database.row(
        """update referrals set state = 'JOINED', order_id = null, rewarded_at = null
           where order_id = $1 and state = 'REWARDED'
           returning id, referrer_id, friend_id""",
        event.order_id,
    )
    if referral is None:
        return
    # Who was given them may live on in another since.
    given = await database.rows(
        """select t.id, coalesce(m.merged_into, m.id) as member_id, t.unit, t.programme_version,
             t.explanation
           from members m join transactions t on t.member_id = m.id
           where t.natural_key = any($1) and (m.id = any($2) or m.merged_into = any($2))""",
        [f"referral:{referral['id']}", f"referral:{referral['id']}:{event.order_id}"],
        [referral["referrer_id"], referral["friend_id"]],
    )
    outcomes = await wallets.post(
        [
            await _posting(referral, referral[side], given, event)
            for side in ("referrer_id", "friend_id")
        ]
    )
    assert all(outcome.kind == "POSTED" for outcome in outcomes)


async def _posting(referral: Any, member_id: Any, given: Any, event: OrderRefunded) -> Posting:
    limit = await debt_limit_of(member_id)
    moves = []
    for row in given:
        if row["member_id"] != member_id:
            continue
        points = sum(part["points"] for part in row["explanation"])
        part = Part("referral", PartKind.REFERRAL, row["unit"], -points, {"had": points})
        moves.append(
            Move(
                unit=row["unit"],
                kind=TransactionKind.CLAWBACK,
                points=-points,
                house="issuance",
                title={"key": "invitation_returned"},
                natural_key=f"referral-void:{referral['id']}:{event.order_id}",
                reverses=row["id"],
                programme_version=row["programme_version"],
                explanation=[part.as_json()],
                debt_limit=limit,
            )
        )
    told = [
        Notice("REFERRAL_CHANGED", {"referral": str(referral["id"]), "state": ReferralState.VOIDED})
    ]
    for move in moves:
        told.append(
            Notice(
                "POINTS_TAKEN_BACK",
                {"transaction": str(move.id), "unit": move.unit, "points": move.points},
            )
        )
    return Posting(member_id, moves=tuple(moves), notices=tuple(told))
