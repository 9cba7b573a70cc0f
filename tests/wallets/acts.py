"""Postings to try locks with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.actor import SYSTEM, Actor
from domain.events import RewardRedeemed
from domain.idempotency import claim
from domain.ids import code, uuid7
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting, VoucherToIssue


def moving(member: Actor, points: int, key: str | None = None) -> Posting:
    """Points earned, or spent if there are fewer than none."""
    kind, house = TransactionKind.EARN, "issuance"
    if points < 0:
        kind, house = TransactionKind.REDEEM, "redemption"
    made = claim(SYSTEM, "trial", key or code(12), {"points": points})
    move = Move("POINTS", kind, points, house, {"key": "x"})
    return Posting(member.member_id, claim=made, moves=(move,), result={"points": points})


def redeeming(member: Actor, reward_id: UUID, price: int) -> Posting:
    """A voucher for points."""
    assert member.member_id
    voucher_id = uuid7()
    move = Move(
        "POINTS",
        TransactionKind.REDEEM,
        -price,
        "redemption",
        {"key": "redeemed"},
        voucher_id=voucher_id,
    )
    return Posting(
        member.member_id,
        claim=claim(SYSTEM, "trial", code(12), {}),
        moves=(move,),
        voucher=VoucherToIssue(
            voucher_id,
            reward_id,
            code(16),
            "POINTS",
            price,
            datetime.now(UTC) + timedelta(days=30),
        ),
        event=RewardRedeemed(member.member_id, voucher_id),
        result={"voucher": str(voucher_id)},
    )
