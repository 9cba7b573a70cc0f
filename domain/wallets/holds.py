"""Points that a till sets aside: held, then captured in whole or in part, or freed."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain import idempotency
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, Stopped
from domain.events import HoldEnded, PointsHeld
from domain.idempotency import Claim
from domain.ids import uuid7
from domain.members import queries as members
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef
from domain.programme import queries as programmes
from domain.programme import stops
from domain.wallets import hold_queries, operations
from domain.wallets.hold_queries import HoldRow
from domain.wallets.kinds import TransactionKind
from domain.wallets.models import POINTS_MAX
from domain.wallets.posting import Move, Posting
from domain.wallets.unbought import spending

LIFE_MAX = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HoldPoints:
    """Set `points` of a member's `unit` aside for so many seconds, at most seven days."""

    member: MemberRef
    unit: str
    points: int
    expires_in_seconds: int
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class CaptureHold:
    """Take `points` of a hold (None: all); the rest goes back."""

    hold_id: UUID
    idempotency_key: str
    points: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Give all of a hold back."""

    hold_id: UUID
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Done:
    """The hold that was made or ended, now or when this key came first."""

    hold_id: UUID
    replayed: bool


async def hold(actor: Actor, command: HoldPoints) -> Done:
    """Set points aside. Raises NotFound, InvalidInput, NotAllowed, Stopped, InsufficientPoints."""
    actor.require(Role.TILL, Role.SHOP)
    claim = idempotency.claim(actor, "walletHold", command.idempotency_key, command)
    if not 1 <= command.points <= POINTS_MAX:
        raise InvalidInput("At least one point is held; look at the amount.", ("points",))
    life = timedelta(seconds=command.expires_in_seconds)
    if not timedelta(seconds=1) <= life <= LIFE_MAX:
        most = int(LIFE_MAX.total_seconds())
        raise InvalidInput(f"A hold lives 1 to {most} seconds.", ("expiresInSeconds",))
    now, version = await programmes.present()
    if version is None or version.programme.unit(command.unit) is None:
        raise InvalidInput("The programme has no such unit; see programme.units.", ("unit",))
    try:
        member = await members.find(actor, command.member)
    except DomainError as error:
        raise error.under("member") from None
    refusal: DomainError | None = None
    if member.state is not MemberState.ACTIVE:
        refusal = NotAllowed("Only an active member can pay with points.", ("member",))
    elif (why := await stops.why_no_spending()) is not None:
        refusal = Stopped(why, ("unit",))
    if refusal is not None:
        known = await idempotency.replay(claim)
        if known is None:
            raise refusal
        return _done(known, replayed=True)
    hold_id = uuid7()
    move = Move(
        unit=command.unit,
        kind=TransactionKind.HOLD,
        points=-command.points,
        house="held",
        title={"key": "held"},
        id=hold_id,
        hold_until=now + life,
    )
    made = PointsHeld(member.id, hold_id)
    result = {"hold": str(hold_id)}
    posting = Posting(member.id, claim=claim, moves=(move,), event=made, result=result)
    return await _post(posting, ("points",))


async def capture(actor: Actor, command: CaptureHold) -> Done:
    """Take a hold's points, or some of them; the rest is freed by the same act.

    Raises NotFound, NotAllowed (an order has it), InvalidInput, HoldExpired, HoldEnded,
    OverCapture.
    """
    actor.require(Role.TILL, Role.SHOP)
    claim = idempotency.claim(actor, "holdCapture", command.idempotency_key, command)
    if command.points is not None and not 1 <= command.points <= POINTS_MAX:
        raise InvalidInput("At least one point is captured; or release the hold.", ("points",))
    row = await _hold(actor, command.hold_id)
    now, version = await programmes.present()
    move = Move(
        unit=row.unit_code,
        kind=TransactionKind.HOLD_CAPTURE,
        points=0,
        house="redemption",
        title=spending({"key": "hold_captured"}, version, row.unit_code, now),
        hold_id=row.id,
        captures=command.points,
    )
    return await _post(_ending(row, claim, move), ("holdId",))


async def release(actor: Actor, command: ReleaseHold) -> Done:
    """Give a hold back. Raises NotFound, NotAllowed (an order has it), HoldExpired, HoldEnded."""
    actor.require(Role.TILL, Role.SHOP)
    claim = idempotency.claim(actor, "holdRelease", command.idempotency_key, command)
    row = await _hold(actor, command.hold_id)
    move = Move(
        unit=row.unit_code,
        kind=TransactionKind.HOLD_RELEASE,
        points=0,
        house="held",
        title={"key": "hold_released"},
        hold_id=row.id,
    )
    return await _post(_ending(row, claim, move), ("holdId",))


async def _hold(actor: Actor, hold_id: UUID) -> HoldRow:
    (row,) = await hold_queries.holds(actor, [hold_id])
    if row is None:
        raise NotFound("There is no such hold.", ("holdId",))
    if row.order_id is not None:
        message = "An order is paid with this hold; complete or cancel that by orderAdvance."
        raise NotAllowed(message, ("holdId",))
    return row


def _ending(row: HoldRow, claim: Claim, move: Move) -> Posting:
    return Posting(
        row.member_id,
        claim=claim,
        moves=(move,),
        event=HoldEnded(row.member_id, row.id),
        result={"hold": str(row.id)},
    )


async def _post(posting: Posting, path: tuple[str, ...]) -> Done:
    outcome = await operations.post_with_others(posting)
    return _done(*operations.answered(posting, outcome, path))


def _done(result: idempotency.Result, replayed: bool) -> Done:
    return Done(UUID(result["hold"]), replayed)
