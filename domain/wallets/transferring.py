"""Points that a member sends to another: at once, or waiting for who has that address.

Whatever becomes of them, the sender is answered alike and sees the same until they could come
back: nobody learns by it who is a member, or who takes part. So a gift cannot be called back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import database, idempotency, throttle
from domain.access import addresses
from domain.access.addresses import Address
from domain.actor import Actor, Role
from domain.calendar import midnight
from domain.errors import (
    DomainError,
    InsufficientPoints,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
)
from domain.events import GiftWaits, PointsSent
from domain.ids import uuid7
from domain.members import enrolment, references
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef
from domain.programme import queries as programmes
from domain.programme import stops
from domain.programme.queries import Version
from domain.programme.terms import Transfers
from domain.throttle import Limit
from domain.wallets import arriving, operations
from domain.wallets.gift_models import MESSAGE_MAX
from domain.wallets.kinds import TransactionKind
from domain.wallets.models import POINTS_MAX
from domain.wallets.posting import Move, Notice, Posting

WAITS = timedelta(days=7)

_INSERT = """
insert into gifts (id, sender_id, receiver_id, address_hash, unit, points, message, state, sent_at,
  returns_at, ended_at, ended_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10,
  case when $11::uuid is not null then $9 end, $11)"""


@dataclass(frozen=True, slots=True, repr=False)
class SendPoints:
    """Send `points` of the caller's `unit`. Personal: to whom, and the message."""

    unit: str
    to: MemberRef
    points: int
    idempotency_key: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The gift that was sent, now or when this key came first."""

    gift_id: UUID
    replayed: bool


@dataclass(frozen=True, slots=True)
class _To:
    """Whom a gift is for: a member, or who will have the address with this hash."""

    member_id: UUID | None
    address_hash: str | None


async def send(actor: Actor, command: SendPoints) -> Sent:
    """Send points: they leave at once, and arrive at once or wait for seven days.

    Raises InvalidInput, NotAllowed, LimitReached, InsufficientPoints; NotFound for a number that
    is nobody's; RateLimited after as many tries in a day as the programme allows, rehearsals and
    failures included.
    """
    actor.require(Role.MEMBER)
    claim = idempotency.claim(actor, "walletTransfer", command.idempotency_key, command)
    version = await programmes.in_force()
    terms = _terms(version, command)
    address = _checked(command)
    known = await idempotency.replay(claim)
    if known is not None:
        return Sent(UUID(known["gift"]), replayed=True)
    await stops.check_spending("unit")
    limit = Limit.per_hour(terms.day_tries_max, hours=24)
    await throttle.take(throttle.bucket(actor.key, "transfers"), limit)

    async def effect() -> idempotency.Result:
        to = await _addressee(command.to, address)
        return {"gift": str(await _send(actor, command, to, version, terms))}

    result, replayed = await idempotency.once(claim, effect)
    return Sent(UUID(result["gift"]), replayed)


def _terms(version: Version, command: SendPoints) -> Transfers:
    unit = version.programme.unit(command.unit)
    if unit is None:
        raise InvalidInput("The programme has no such unit; see programme.units.", ("unit",))
    if unit.transfers is None:
        raise NotAllowed("This unit cannot be sent to others.", ("unit",))
    if not 1 <= command.points <= POINTS_MAX:
        raise InvalidInput("At least one point is sent; look at the amount.", ("points",))
    least, most = unit.transfers.points_min, unit.transfers.points_max
    if command.points < least or (most is not None and command.points > most):
        between = f"{least} to {most}" if most is not None else f"{least} or more"
        raise LimitReached(f"Send {between} at a time.", ("points",))
    return unit.transfers


def _checked(command: SendPoints) -> Address | None:
    message = command.message
    if message is not None and not 1 <= len(message.strip()) <= len(message) <= MESSAGE_MAX:
        raise InvalidInput(f"A message has 1 to {MESSAGE_MAX} characters.", ("message",))
    to = command.to
    if to.number is None and to.phone is None and to.email is None:
        raise InvalidInput("Say to whom by number, phone or email.", ("to",))
    if to.number is not None:
        return None
    try:
        return addresses.address(to.phone, to.email)
    except InvalidInput as error:
        raise error.under("to") from None


async def _addressee(ref: MemberRef, address: Address | None) -> _To:
    if address is not None:
        # Whoever joins by it at this moment does so before, or finds what waits.
        await enrolment.one_at_a_time(address)
    (found,) = await references.ids_of([ref], [await database.now()])
    if isinstance(found, UUID):
        return _To(found, None)
    if address is None:
        raise NotFound("No member has this number; look at it again.", ("to", "number"))
    return _To(None, arriving.address_hash(address))


async def _send(
    actor: Actor, command: SendPoints, to: _To, version: Version, terms: Transfers
) -> UUID:
    sender_id, now = actor.member_id, await database.now()
    assert sender_id is not None, "the role MEMBER belongs to members alone"
    if to.member_id == sender_id:
        raise InvalidInput("This is your own; send to somebody else.", ("to",))
    members = [sender_id, to.member_id or sender_id]
    states = await _locked(members)
    if states[sender_id] != MemberState.ACTIVE:
        raise NotAllowed("Only an active member can send points; the programme's team can help.")
    takes = await _within(command, terms, version, members, now)
    gift_id = uuid7()
    await _take(sender_id, gift_id, command)
    arrived = None
    if to.member_id and takes and states[to.member_id] == MemberState.ACTIVE:
        posting = arriving.arrival(gift_id, to.member_id, command.unit, command.points)
        arrived = posting.moves[0].id
    else:
        posting = Posting(sender_id, event=GiftWaits(sender_id, gift_id))
    await operations.post_one(posting)
    await database.rows(
        _INSERT,
        *(gift_id, sender_id, to.member_id, to.address_hash, command.unit, command.points),
        *(command.message, "ARRIVED" if arrived else "WAITING", now, now + WAITS, arrived),
    )
    return gift_id


async def _locked(member_ids: Sequence[UUID]) -> dict[UUID, str]:
    # People before what may be their pool, as whoever gives to it locks them.
    found = await database.rows(
        """select id, state from members m where id = any($1)
           order by exists (select from pools p where p.id = m.id), id for no key update""",
        member_ids,
    )
    return {row["id"]: row["state"] for row in found}


async def _within(
    command: SendPoints,
    terms: Transfers,
    version: Version,
    members: Sequence[UUID],
    now: datetime,
) -> bool:
    """Check what was sent before; whether the receiver's wallet takes anything at present."""
    zone = version.rules.zone
    today = now.astimezone(zone).date()
    row = await database.row(
        """select coalesce(sum(points) filter (where sent_at >= $3), 0)::bigint as day,
             coalesce(sum(points), 0)::bigint as month, exists (
               select from wallets where member_id = $5 and unit = $2 and frozen) as is_frozen
           from gifts where sender_id = $1 and unit = $2 and sent_at >= $4""",
        *(members[0], command.unit, midnight(today, zone), midnight(today.replace(day=1), zone)),
        members[1],
    )
    assert row is not None
    bounds = (
        (terms.day_points_max, row["day"], "day"),
        (terms.month_points_max, row["month"], "month"),
    )
    for most, sent, period in bounds:
        if most is not None and sent + command.points > most:
            left = max(0, most - sent)
            raise LimitReached(
                f"At most {most} can be sent in a {period}; {left} more in this one.", ("points",)
            )
    return not row["is_frozen"]


async def _take(sender_id: UUID, gift_id: UUID, command: SendPoints) -> None:
    move = Move(
        unit=command.unit,
        kind=TransactionKind.TRANSFER_OUT,
        points=-command.points,
        house=arriving.HOUSE,
        title={"key": "gift_sent"},
        id=gift_id,
    )
    notice = Notice(
        "GIFT_SENT", {"gift": str(gift_id), "unit": move.unit, "points": command.points}
    )
    event = PointsSent(sender_id, gift_id)
    try:
        await operations.post_one(Posting(sender_id, moves=(move,), notices=(notice,), event=event))
    except DomainError as error:
        error.path = error.path or ("points",)
        raise
    # Only now: what was due has paid what it could.
    debt = await database.value(
        "select debt from wallets where member_id = $1 and unit = $2", sender_id, command.unit
    )
    if debt:
        raise InsufficientPoints(0, command.points, ("points",))
