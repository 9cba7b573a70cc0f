"""Signing in: a code is sent to an address, and a right code opens a session.

Nothing here depends on whether an address is known, but for what the holder of a right code is
told. All times are real ones; all limits stand in PostgreSQL, so that no restart forgets them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.access import budgets, codes, identities, queries, sending, sessions
from domain.access.addresses import Address
from domain.access.sessions import Tokens
from domain.actor import Actor, ActorKind
from domain.errors import CodeExpired, CodeWrong, InvalidInput, TooManyTries
from domain.ids import uuid7

LIFETIME_SECONDS = 300
RESEND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code is on its way. `resend_at` is when asking for another makes sense."""

    id: UUID
    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class VerifyCode:
    """The code that came, for the challenge it answers, and the device that signs in."""

    challenge_id: UUID
    code: str
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session; `member_id` is None while the address is not enrolled."""

    tokens: Tokens
    member_id: UUID | None


async def request_code(_actor: Actor, address: Address, language: str = "en") -> Challenge:
    """Send a new code to the address, worded in `language`; those sent before are void.

    Raises LimitReached (path address) after five in an hour, or ten in a day; RateLimited when
    the budgets of messages are spent (sending.py).
    """
    challenge_id, code = uuid7(), codes.fresh()
    async with database.transaction():
        await budgets.one_at_a_time(address)
        again_at = await budgets.request(address)
        await sending.spend(address)
        await database.rows(
            """update challenges set expires_at = now()
               where address = $1 and used_at is null and expires_at > now()""",
            address.text,
        )
        row = await database.row(
            """insert into challenges (id, channel, address, code_hash, tries, expires_at)
               values ($1, $2, $3, $4, 0, now() + make_interval(secs => $5))
               returning created_at, expires_at""",
            *(challenge_id, address.channel, address.text),
            *(codes.digest(challenge_id, code), float(LIFETIME_SECONDS)),
        )
        assert row is not None
        await database.after_commit(lambda: codes.send(address, code, language))
    resend_at = max(row["created_at"] + timedelta(seconds=RESEND_SECONDS), again_at)
    return Challenge(challenge_id, row["expires_at"], resend_at)


async def verify_code(actor: Actor, command: VerifyCode) -> SignedIn:
    """Open a session for the address that the code was sent to.

    Whom another issuer knows, and who proves a member's address, is that member from now on.
    Raises CodeWrong, CodeExpired or TooManyTries (path code; budgets.py). A try counts before it
    is judged.
    """
    code = command.code.strip()
    if len(code) != codes.DIGITS or not (code.isascii() and code.isdigit()):
        raise InvalidInput(f"A code has {codes.DIGITS} digits.", ("code",))
    device_id = sessions.checked_device(command.device_id)
    challenge = await _counted(command.challenge_id)
    if not codes.is_right(command.challenge_id, code, challenge["code_hash"]):
        left = codes.TRIES_MAX - challenge["tries"]
        raise CodeWrong(
            f"This is not the code that was sent; {left} of {codes.TRIES_MAX} tries are left. "
            "After that, request a new one.",
            ("code",),
        )
    async with database.transaction():
        used = await database.value(
            """update challenges set used_at = now()
               where id = $1 and used_at is null and expires_at > now() returning true""",
            command.challenge_id,
        )
        if not used:
            raise _expired()
        member_id = await queries.member_at(Address(challenge["channel"], challenge["address"]))
        if actor.identity_id is not None and actor.kind is ActorKind.GUEST and member_id:
            await identities.link(actor, member_id)
        tokens = await sessions.opened(member_id, command.challenge_id, device_id)
    return SignedIn(tokens, member_id)


async def _counted(challenge_id: UUID) -> Any:
    """The challenge, with this try counted and committed whatever comes of it."""
    async with database.transaction():
        row = await database.row(
            "select channel, address from challenges where id = $1", challenge_id
        )
        if row is None:
            raise _expired()
        address = Address(row["channel"], row["address"])
        await budgets.one_at_a_time(address)
        wait_seconds = await budgets.seconds_to_next_try(address)
        counted = await database.row(
            """update challenges set tries = tries + 1, tried_at = now()
               where id = $1 and used_at is null and expires_at > now()
                 and tries < $2 and $3 returning channel, address, code_hash, tries""",
            *(challenge_id, codes.TRIES_MAX, wait_seconds == 0),
        )
        if counted is None:
            raise await _uncounted(challenge_id, wait_seconds)
    return counted


async def _uncounted(challenge_id: UUID, wait_seconds: int) -> CodeExpired | TooManyTries:
    row = await database.row(
        "select tries, used_at is not null or expires_at <= now() as over from challenges"
        " where id = $1",
        challenge_id,
    )
    if row is None or row["over"]:
        return _expired()
    if row["tries"] >= codes.TRIES_MAX:
        return TooManyTries(
            f"A code may be tried {codes.TRIES_MAX} times: request a new one.", ("code",)
        )
    return TooManyTries(
        f"Too many codes were tried for this address: wait {budgets.worded(wait_seconds)}, "
        "and request a new one if this is too old then.",
        ("code",),
    )


def _expired() -> CodeExpired:
    return CodeExpired(
        "This code is too old, used, or replaced by a newer one: request another.", ("code",)
    )
