"""Signing in: a code is sent to an address, and a right code opens a session.

Nothing here depends on whether an address is known, but for what the holder of a right code is
told. All times are real ones; all limits stand in PostgreSQL, so that no restart forgets them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.access import codes, queries, sessions
from domain.access.addresses import Address
from domain.access.sessions import Tokens
from domain.actor import Actor
from domain.errors import CodeExpired, CodeWrong, InvalidInput, LimitReached, TooManyTries
from domain.ids import uuid7

LIFETIME_SECONDS = 300
RESEND_SECONDS = 30
REQUESTS_AN_HOUR = 5
TRIES_AN_HOUR = 10
TRIES_A_DAY = 30


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

    Raises LimitReached (path address) after five in an hour.
    """
    challenge_id, code = uuid7(), codes.fresh()
    async with database.transaction():
        await _one_at_a_time(address)
        recent = await database.rows(
            """select created_at, now() as now from challenges
               where address = $1 and created_at > now() - interval '1 hour'
               order by created_at desc limit $2""",
            *(address.text, REQUESTS_AN_HOUR),
        )
        if len(recent) == REQUESTS_AN_HOUR:
            wait = recent[-1]["created_at"] + timedelta(hours=1) - recent[-1]["now"]
            minutes = int(wait.total_seconds() // 60) + 1
            raise LimitReached(
                f"{REQUESTS_AN_HOUR} codes an hour are sent to one address: use the last one, "
                f"or ask again in {minutes} minutes.",
                ("address",),
            )
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
    resend_at = row["created_at"] + timedelta(seconds=RESEND_SECONDS)
    if len(recent) == REQUESTS_AN_HOUR - 1:
        resend_at = max(resend_at, recent[-1]["created_at"] + timedelta(hours=1))
    return Challenge(challenge_id, row["expires_at"], resend_at)


async def verify_code(_actor: Actor, command: VerifyCode) -> SignedIn:
    """Open a session for the address that the code was sent to.

    Raises CodeWrong, CodeExpired or TooManyTries (path code): five tries a code, ten an hour and
    thirty a day for an address. A try counts before it is judged.
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
        await _one_at_a_time(Address(row["channel"], row["address"]))
        # A try is at most five minutes younger than its challenge.
        tried = await database.row(
            """select coalesce(sum(tries), 0) as in_a_day, coalesce(sum(tries)
                 filter (where created_at > now() - interval '65 minutes'), 0) as in_an_hour
               from challenges
               where address = $1 and created_at > now() - interval '24 hours 5 minutes'""",
            row["address"],
        )
        assert tried is not None
        counted = await database.row(
            """update challenges set tries = tries + 1
               where id = $1 and used_at is null and expires_at > now()
                 and tries < $2 and $3 returning channel, address, code_hash, tries""",
            *(challenge_id, codes.TRIES_MAX),
            tried["in_an_hour"] < TRIES_AN_HOUR and tried["in_a_day"] < TRIES_A_DAY,
        )
        if counted is None:
            raise await _uncounted(challenge_id)
    return counted


async def _uncounted(challenge_id: UUID) -> CodeExpired | TooManyTries:
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
        "Too many codes were tried for this address: wait an hour, then request a new one.",
        ("code",),
    )


def _expired() -> CodeExpired:
    return CodeExpired(
        "This code is too old, used, or replaced by a newer one: request another.", ("code",)
    )


async def _one_at_a_time(address: Address) -> None:
    # What is counted for an address must not be counted by two at once.
    await database.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", address.text)
