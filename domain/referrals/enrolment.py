"""Joining, whole: the member, what the programme gives for it, and the friend who brought it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.access import identities, sessions
from domain.access.sessions import Tokens
from domain.actor import Actor, ActorKind
from domain.errors import DomainError, NotAllowed, restored, stored
from domain.events import MemberEnrolled
from domain.members import enrolment as members
from domain.members import merged
from domain.members.commands import EnrolMember
from domain.members.remembered import was_here_before
from domain.programme import queries as programmes
from domain.programme.accruals import Part, PartKind
from domain.programme.queries import Version
from domain.referrals import operations as referrals
from domain.wallets import operations as wallets
from domain.wallets.posting import Move, Posting
from domain.wallets.unbought import earned, unbought

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody is a member. `refusal`: why the friend's code brought nothing; the rest stands.

    `tokens`: a session of the new member, for a caller who joined itself, unless another issuer's
    token goes on to be its own.
    """

    member_id: UUID
    replayed: bool
    refusal: DomainError | None = None
    tokens: Tokens | None = None


async def enrol(actor: Actor, command: EnrolMember) -> Enrolled:
    """Enrol the caller, or for a shop or the team somebody else; once for a key.

    Raises what members.enrolment raises. A key that comes again opens another session.
    """
    claim = idempotency.claim(actor, "memberEnrol", command.idempotency_key, command)
    version = await programmes.in_force()

    async def effect() -> dict[str, Any]:
        member_id, is_new = await members.enrol(actor, command, version)
        refusal = await _welcome(member_id, command.referral_code, version) if is_new else None
        if actor.identity_id is not None and actor.kind is ActorKind.GUEST:
            if not await identities.link(actor, member_id):
                raise NotAllowed("You are a member already: ask for `me`.")
        elif actor.kind is ActorKind.GUEST:
            await sessions.hand_over(actor)
        return {"member_id": str(member_id), "refusal": stored(refusal) if refusal else None}

    result, replayed = await idempotency.once(claim, effect)
    member_id = UUID(result["member_id"])
    if replayed:
        member_id = await merged.current(member_id)
    refusal = restored(result["refusal"]) if result["refusal"] else None
    tokens = None
    if actor.kind is ActorKind.GUEST and actor.session_id is not None:
        tokens = await sessions.opened_after(actor, member_id)
    return Enrolled(member_id, replayed, refusal, tokens)


async def _welcome(member_id: UUID, code: str | None, version: Version) -> DomainError | None:
    """Points for joining, and the friend's code: why that brought nothing, if so.

    Who was erased and comes back is welcome, and is not new.
    """
    refusal: DomainError | None = None
    referral_id = None
    is_back = await was_here_before(member_id)
    if code and is_back:
        refusal = NotAllowed(
            "A friend's code is for who is new; this address was a member's before.",
            ("referralCode",),
        )
    elif code:
        try:
            async with database.savepoint():
                referral_id = await referrals.join(member_id, code)
        except DomainError as error:
            refusal = error
    welcome = version.programme.welcome
    moves: tuple[Move, ...] = ()
    now = await database.now()
    if welcome is not None and not is_back and version.earns_at(now):
        part = Part("welcome", PartKind.WELCOME, welcome.unit, welcome.points, {})
        moves = (unbought(version, part, {"key": "welcome"}, "welcome", now),)
    await wallets.post_one(
        Posting(
            member_id,
            version=FIRST_VERSION,
            moves=moves,
            notices=tuple(earned(move) for move in moves),
            event=MemberEnrolled(member_id, referral_id),
        )
    )
    return refusal
