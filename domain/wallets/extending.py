"""Points made to last longer, and points that had expired brought back: gestures of the team.

With a reason, within the limit of a role, above it only when a second person agrees (adjusting.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import uuid7
from domain.members import queries as members
from domain.members.locking import lock
from domain.members.queries import MemberRef
from domain.programme import queries as programmes
from domain.wallets import adjusting
from domain.wallets.adjusting import Done
from domain.wallets.kinds import AdjustmentAct, TransactionKind

AHEAD_MAX = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class ExtendWallet:
    """Points of a member's `unit` are to last `until` then, and why.

    Which: those of one movement, those that would end before an instant, or (neither) all that
    would end before `until`.
    """

    member: MemberRef
    unit: str
    until: datetime
    reason: str
    idempotency_key: str
    transaction_id: UUID | None = None
    ending_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReinstateExpired:
    """Points that expired by this movement are to come back, and why."""

    transaction_id: UUID
    reason: str
    idempotency_key: str


async def extend(actor: Actor, command: ExtendWallet) -> Done:
    """Make points last longer; a date only ever gets later.

    Raises InvalidInput (also when there is nothing to extend), NotFound.
    """
    actor.require(Role.CARE, Role.LOYALTY)
    claim = idempotency.claim(actor, "walletExtend", command.idempotency_key, command)
    adjusting.check_reason(command.reason)
    version = await programmes.in_force()
    if version.programme.unit(command.unit) is None:
        raise InvalidInput("The programme has no such unit; see programme.units.", ("unit",))
    try:
        member = await members.find(actor, command.member)
    except DomainError as error:
        raise error.under("member") from None

    async def effect() -> idempotency.Result:
        now = await database.now()
        if not now < command.until <= now + AHEAD_MAX:
            raise InvalidInput("Say an instant within the next ten years.", ("until",))
        lots = await _lots(member.id, command)
        if not lots:
            raise InvalidInput("No points of this wallet would end before that.", ("until",))
        row = {
            "id": uuid7(),
            "member_id": member.id,
            "unit": command.unit,
            "points": sum(lots.values()),
            "reason": command.reason,
            "act": AdjustmentAct.EXTEND,
            "until": command.until,
            "lots": [str(lot) for lot in lots],
        }
        return await adjusting.ask(actor, row, version.programme.adjustments)

    return adjusting.done(*await idempotency.once(claim, effect))


async def reinstate(actor: Actor, command: ReinstateExpired) -> Done:
    """Bring back what expired, once: as new points, which last as the programme says of them.

    Raises NotFound, InvalidInput (it is no expiry, or too long ago), AlreadyReversed.
    """
    actor.require(Role.CARE, Role.LOYALTY)
    claim = idempotency.claim(actor, "walletReinstate", command.idempotency_key, command)
    adjusting.check_reason(command.reason)
    limits = (await programmes.in_force()).programme.adjustments

    async def effect() -> idempotency.Result:
        found = await database.row(
            """select t.id, coalesce(m.merged_into, m.id) as member_id, t.unit, t.kind,
                 -t.points as points,
                 t.occurred_at > pistis_now() - make_interval(days => $2) as is_recent
               from transactions t join members m on m.id = t.member_id where t.id = $1""",
            *(command.transaction_id, limits.reinstate_days),
        )
        if found is None or not actor.sees(found["member_id"]):
            raise NotFound("There is no such transaction.", ("transactionId",))
        if found["kind"] != TransactionKind.EXPIRE:
            raise InvalidInput("Only what has expired is brought back so.", ("transactionId",))
        if not found["is_recent"]:
            raise InvalidInput(
                f"It expired more than {limits.reinstate_days} days ago; adjust the wallet.",
                ("transactionId",),
            )
        row = {
            "id": uuid7(),
            "member_id": found["member_id"],
            "unit": found["unit"],
            "points": found["points"],
            "reason": command.reason,
            "act": AdjustmentAct.REINSTATE,
            "reverses": found["id"],
        }
        return await adjusting.ask(actor, row, limits)

    return adjusting.done(*await idempotency.once(claim, effect))


async def _lots(member_id: UUID, command: ExtendWallet) -> dict[UUID, int]:
    await lock([member_id])
    found = await database.rows(
        """select id, remaining from lots
           where member_id = $1 and unit = $2 and remaining > 0 and expires_at > pistis_now()
             and expires_at < least($3::timestamptz, $4::timestamptz)
             and ($5::uuid is null or $5 in (id, brought_by))
           order by id""",
        *(member_id, command.unit, command.until, command.ending_before, command.transaction_id),
    )
    return {row["id"]: row["remaining"] for row in found}
