"""A balance put right by hand, and movements undone: with a reason, within the limit of a role,
above it only when a second person agrees.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import AlreadyReversed, DomainError, InvalidInput, NotAllowed, NotFound
from domain.ids import uuid7
from domain.members import queries as members
from domain.members.locking import lock
from domain.members.queries import MemberRef
from domain.programme import queries as programmes
from domain.programme.terms import AdjustmentLimits
from domain.wallets import adjusted, operations
from domain.wallets.kinds import AdjustmentAct, AdjustmentState, TransactionKind
from domain.wallets.models import POINTS_MAX

REASON_MAX = 200

# What a member has for nothing that was judged: an order's points go back by its refund.
REVERSIBLE = (TransactionKind.ADJUST, TransactionKind.EARN)


@dataclass(frozen=True, slots=True)
class AdjustWallet:
    """Add `points` to a member's `unit` (negative: take them), and why."""

    member: MemberRef
    unit: str
    points: int
    reason: str
    idempotency_key: str
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReverseTransaction:
    """Undo a movement, and why."""

    transaction_id: UUID
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class DecideAdjustment:
    """A second person says yes or no."""

    adjustment_id: UUID
    approve: bool
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Done:
    """The adjustment as it was asked for or decided, now or when this key came first."""

    adjustment_id: UUID
    replayed: bool


async def adjust(actor: Actor, command: AdjustWallet) -> Done:
    """Put a balance right; above the role's limit it is only asked for.

    Raises InvalidInput, NotFound, InsufficientPoints (more than there is cannot be taken).
    """
    actor.require(Role.CARE, Role.LOYALTY)
    claim = idempotency.claim(actor, "walletAdjust", command.idempotency_key, command)
    check_reason(command.reason)
    if command.points == 0 or abs(command.points) > POINTS_MAX:
        raise InvalidInput("Say how many points to add, or to take.", ("points",))
    version = await programmes.in_force()
    if version.programme.unit(command.unit) is None:
        raise InvalidInput("The programme has no such unit; see programme.units.", ("unit",))
    try:
        member = await members.find(actor, command.member)
    except DomainError as error:
        raise error.under("member") from None

    async def effect() -> idempotency.Result:
        if command.case_id is not None:
            await _check_case(command.case_id, member.id)
        row = {
            "id": uuid7(),
            "member_id": member.id,
            "unit": command.unit,
            "points": command.points,
            "reason": command.reason,
            "case_id": command.case_id,
            "act": AdjustmentAct.ADJUST,
        }
        return await ask(actor, row, version.programme.adjustments)

    return done(*await idempotency.once(claim, effect))


async def reverse(actor: Actor, command: ReverseTransaction) -> Done:
    """Undo an adjustment, or points of no order, once; what was spent of it meanwhile is owed.

    Raises NotFound, InvalidInput (an order's points go back by its refund), AlreadyReversed.
    """
    actor.require(Role.CARE, Role.LOYALTY)
    claim = idempotency.claim(actor, "transactionReverse", command.idempotency_key, command)
    check_reason(command.reason)
    version = await programmes.in_force()

    async def effect() -> idempotency.Result:
        found = await database.row(
            """select t.id, coalesce(m.merged_into, m.id) as member_id, t.unit, t.kind,
                 t.points - t.debt as points, t.order_id
               from transactions t join members m on m.id = t.member_id where t.id = $1""",
            command.transaction_id,
        )
        if found is None or not actor.sees(found["member_id"]):
            raise NotFound("There is no such transaction.", ("transactionId",))
        if found["kind"] not in REVERSIBLE or found["order_id"] is not None:
            raise InvalidInput(
                "Only adjustments and points of no order are undone so; refund an order, cancel"
                " a voucher.",
                ("transactionId",),
            )
        row = {
            "id": uuid7(),
            "member_id": found["member_id"],
            "unit": found["unit"],
            "points": -found["points"],
            "reason": command.reason,
            "act": AdjustmentAct.REVERSE,
            "reverses": found["id"],
        }
        return await ask(actor, row, version.programme.adjustments)

    return done(*await idempotency.once(claim, effect))


async def decide(actor: Actor, command: DecideAdjustment) -> Done:
    """Agree to an adjustment that somebody else asked for, or refuse it.

    Raises NotFound, NotAllowed (nobody decides on what he asked for), InvalidInput (it is decided).
    """
    actor.require(Role.LOYALTY)
    claim = idempotency.claim(actor, "adjustmentDecide", command.idempotency_key, command)

    async def effect() -> idempotency.Result:
        row = await database.row(
            "select * from adjustments where id = $1 for update", command.adjustment_id
        )
        if row is None:
            raise NotFound("There is no such adjustment.", ("adjustmentId",))
        if row["state"] != AdjustmentState.ASKED:
            raise InvalidInput("It is decided already; read it again.", ("adjustmentId",))
        if row["asked_by"] == actor.key:
            raise NotAllowed("Somebody else decides on what you asked for.", ("adjustmentId",))
        if command.approve:
            await _post(dict(row))
        state = AdjustmentState.POSTED if command.approve else AdjustmentState.REFUSED
        await database.rows(
            """update adjustments set state = $2, decided_by = $3, decided_at = pistis_now()
               where id = $1""",
            *(row["id"], state, actor.key),
        )
        return {"adjustment": str(row["id"])}

    return done(*await idempotency.once(claim, effect))


async def ask(actor: Actor, row: dict[str, Any], limits: AdjustmentLimits) -> idempotency.Result:
    """Post what the row says, or keep it for a second person. Raises AlreadyReversed."""
    row = {"case_id": None, "reverses": None, "until": None, "lots": None, **row}
    most = limits.loyalty if actor.has(Role.LOYALTY) else limits.care
    is_within = abs(row["points"]) <= most
    if row["reverses"] is not None:
        await lock([row["member_id"]])
        if await database.value(
            """select 1 from adjustments where reverses = $1 and state <> 'REFUSED'
               union all select 1 from transactions where reverses = $1""",
            row["reverses"],
        ):
            raise AlreadyReversed(
                "This movement was undone before, or it is asked for.", ("transactionId",)
            )
    state = AdjustmentState.POSTED if is_within else AdjustmentState.ASKED
    await database.rows(
        """insert into adjustments (id, member_id, unit, points, reason, case_id, reverses,
             asked_by, asked_at, state, act, until, lots)
           values ($1, $2, $3, $4, $5, $6, $7, $8, pistis_now(), $9, $10, $11, $12)""",
        *(row["id"], row["member_id"], row["unit"], row["points"], row["reason"]),
        *(row["case_id"], row["reverses"], actor.key, state, row["act"]),
        *(row["until"], row["lots"]),
    )
    if is_within:
        await _post(row)
    return {"adjustment": str(row["id"])}


async def _post(row: dict[str, Any]) -> None:
    try:
        await operations.post_one(await adjusted.posting(row))
    except DomainError as error:
        error.path = error.path or ("points",)
        raise


def check_reason(reason: str) -> None:
    """Raise InvalidInput unless somebody could learn from it why."""
    if not 3 <= len(reason.strip()) <= REASON_MAX:
        raise InvalidInput(f"A reason of 3 to {REASON_MAX} characters is wanted.", ("reason",))


async def _check_case(case_id: UUID, member_id: UUID) -> None:
    if not await database.value(
        "select 1 from cases where id = $1 and member_id = $2", case_id, member_id
    ):
        raise NotFound("There is no such case of this member.", ("caseId",))


def done(result: idempotency.Result, replayed: bool) -> Done:
    """What `ask` came to."""
    return Done(UUID(result["adjustment"]), replayed)
