"""Vouchers as orders take them, leave them, and give them back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain import database, ids, shared_versions
from domain.errors import VoucherUnusable
from domain.language import Text
from domain.rewards.kinds import RewardKind, VoucherState
from domain.rows import Row
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, VoucherMark

CODE_LENGTH = 16
HOUSE = "redemption"

# Why a voucher that is not ISSUED cannot be used, and what to do.
WHY_NOT = {
    VoucherState.RESERVED: "This voucher is set aside for an order; complete or cancel that one.",
    VoucherState.USED: "This voucher is used already; a voucher is good once.",
    VoucherState.CANCELLED: "This voucher was cancelled; its points went back to the member.",
    VoucherState.EXPIRED: "This voucher has expired; the member can redeem another.",
}


class OrderVoucher(Row, frozen=True):
    """A voucher as it is now, and what its reward takes off an order.

    `amount_off` in minor units of the programme's currency, `percent_off` in basis points.
    """

    id: UUID
    member_id: UUID
    state: VoucherState
    kind: RewardKind
    title: Text
    amount_off: int | None
    percent_off: int | None


def plain_code(code: str) -> str | None:
    """The code as it was made: people type them in groups and in small letters. None: no code."""
    plain = code.replace(" ", "").replace("-", "").upper()
    if len(plain) != CODE_LENGTH or not set(plain) <= set(ids.ALPHABET):
        return None
    return plain


async def by_codes(typed: Sequence[str]) -> dict[str, OrderVoucher]:
    """The vouchers of these codes, whoever has them, by plain code."""
    codes = {code for code in map(plain_code, typed) if code is not None}
    if not codes:
        return {}
    found = await database.rows(
        """select v.code, v.id, v.member_id, case when v.state = 'ISSUED'
             and v.expires_at <= pistis_now() then 'EXPIRED' else v.state end as state,
             r.kind, r.title, r.amount_off, r.percent_off
           from vouchers v join rewards r on r.id = v.reward_id where v.code = any($1)""",
        list(codes),
    )
    return {
        row["code"]: OrderVoucher(
            row["id"],
            row["member_id"],
            VoucherState(row["state"]),
            RewardKind(row["kind"]),
            row["title"],
            row["amount_off"],
            row["percent_off"],
        )
        for row in found
    }


async def kept_for(order_id: UUID, voucher_ids: Sequence[UUID]) -> dict[UUID, VoucherState]:
    """Whether the vouchers that an order is to take are set aside for it, or free and good still.

    Raises VoucherUnusable for one that is gone. The caller has locked their member.
    """
    if not voucher_ids:
        return {}
    found = await database.rows(
        """select id, case when state = 'ISSUED' and expires_at <= pistis_now() then 'EXPIRED'
             else state end as state, order_id from vouchers where id = any($1)""",
        list(voucher_ids),
    )
    states = {}
    for row in found:
        state = states[row["id"]] = VoucherState(row["state"])
        is_kept = state is VoucherState.RESERVED and row["order_id"] == order_id
        if not is_kept and state is not VoucherState.ISSUED:
            raise VoucherUnusable(WHY_NOT[state])
    return states


async def given_back(
    order_id: UUID, *, as_points: bool = False
) -> tuple[list[Move], list[VoucherMark]]:
    """What becomes of the vouchers that an order took, now that it leaves them.

    They are good again; those whose time is over, or all (`as_points`), become the points that they
    cost, in the lots that these came from. The caller has locked their member.
    """
    moves, marks, rewards = [], [], []
    for row in await database.rows(
        """select id, unit, price, reward_id, state, expires_at <= pistis_now() as is_late
           from vouchers where order_id = $1 and state in ('RESERVED', 'USED') order by id""",
        order_id,
    ):
        move = await points_of(row) if row["is_late"] or as_points else None
        if move is None:
            marks.append(VoucherMark(row["id"], row["state"], VoucherState.ISSUED))
            continue
        moves.append(move)
        marks.append(VoucherMark(row["id"], row["state"], VoucherState.CANCELLED, order_id))
        rewards.append(row["reward_id"])
    if rewards:
        await database.rows(
            """update rewards r set stock = stock + back.pieces
               from (select id, count(*) as pieces from unnest($1::uuid[]) as id group by id) back
               where r.id = back.id and stock is not null""",
            rewards,
        )
        await database.after_commit(shared_versions.make_known)
    return moves, marks


async def points_of(voucher: Any) -> Move | None:
    """The movement that gives the points of a voucher back; None if it cost none."""
    paid = await database.row(
        "select id, title from transactions where voucher_id = $1 and kind = 'REDEEM'",
        voucher["id"],
    )
    if paid is None:
        return None
    return Move(
        unit=voucher["unit"],
        kind=TransactionKind.GIVE_BACK,
        points=voucher["price"],
        house=HOUSE,
        title={"key": "voucher_cancelled", "reward": paid["title"]["reward"]},
        voucher_id=voucher["id"],
        reverses=paid["id"],
    )
