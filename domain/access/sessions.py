"""Sessions: opened by a right code, kept alive by refresh tokens that are good once, ended."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from domain import database, outbox, secrets
from domain.access import identities, revocations, tokens, trial
from domain.actor import Actor, Role
from domain.errors import InvalidInput, SessionEnded
from domain.events import SessionCompromised
from domain.ids import uuid7

DEVICE_LENGTH_MAX = 64
PREFIX = "psr_"
GRACE_SECONDS = 10

# The end of a session that is used now. An address that is not enrolled is believed for a day.
_ENDS = """least(now() + interval '30 days',
  {opened} + case when {member} is null then interval '1 day' else interval '180 days' end)"""

_PROLONG = f"""update sessions
  set used_at = now(), expires_at = {_ENDS.format(opened="created_at", member="member_id")}
  where id = $1 and ended_at is null and expires_at > now() and (not is_trial or $2)
  returning member_id"""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What an app keeps of a session. `expires_at` is the end of the access token."""

    access_token: str
    refresh_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class RefreshSession:
    """A refresh token, and the device that it comes from."""

    refresh_token: str
    device_id: str | None = None


async def opened(
    member_id: UUID | None,
    challenge_id: UUID | None = None,
    device_id: str | None = None,
    lifetime_seconds: int = tokens.LIFETIME_SECONDS,
) -> Tokens:
    """Open a session of a member, or of the address of a challenge that is not enrolled yet."""
    session_id = uuid7()
    access_token, expires_at = await tokens.signed(session_id, member_id, lifetime_seconds)
    refresh_token = PREFIX + token_urlsafe(32)
    async with database.transaction():
        await database.rows(
            f"""insert into sessions (id, member_id, challenge_id, device_id, expires_at, is_trial)
                values ($1, $2, $3, $4, {_ENDS.format(opened="now()", member="$2::uuid")}, $5)""",
            *(session_id, member_id, challenge_id, checked_device(device_id), trial.is_on()),
        )
        await _keep(refresh_token, session_id)
    return Tokens(access_token, refresh_token, expires_at)


async def refresh(command: RefreshSession) -> Tokens:
    """New tokens for one that is good once. Raises SessionEnded (path refreshToken).

    A token that comes again, or names another device, was stolen, and its session ends; unless it
    comes from the same device within ten seconds, as after a lost answer: then the successor is
    the same again.
    """
    token = command.refresh_token
    session = None
    async with database.transaction():
        session_id = await database.value(
            """update refresh_tokens t set used_at = now() from sessions s
               where t.hash = $1 and t.used_at is null and s.id = t.session_id
                 and coalesce(s.device_id = $2, true) returning s.id""",
            *(_hash(token), command.device_id),
        )
        is_first = session_id is not None
        if not is_first:
            session_id = await _asked_again(command)
        if session_id is None:
            await _end_stolen(token)
        else:
            session = await database.row(_PROLONG, session_id, trial.is_on())
        if session is not None and is_first:
            await _keep(_successor(token), session_id)
    if session is None:
        raise SessionEnded("The session is over: sign in again.", ("refreshToken",))
    access_token, expires_at = await tokens.signed(session_id, session["member_id"])
    return Tokens(access_token, _successor(token), expires_at)


async def end(actor: Actor, everywhere: bool = False) -> None:
    """End the caller's session, or all that its member has. Ending twice is no error.

    What another issuer has signed until now is refused too; that issuer may sign in anew.
    """
    await _end(actor.session_id, actor.identity_id, actor.member_id if everywhere else None)


async def end_all(actor: Actor, member_id: UUID) -> int:
    """End all sessions of a member, for the team: how many there were."""
    actor.require(Role.CARE)
    return await _end(None, None, member_id)


async def end_of_other(member_id: UUID, other_id: UUID) -> int:
    """End those sessions of a member that another opened, whom it was merged with: how many.

    By the other's address, or as whom another issuer knows as the other was.
    """
    found = await database.rows(
        """update sessions s set ended_at = now() from challenges c, profiles p
           where s.member_id = $1 and s.ended_at is null and c.id = s.challenge_id
             and p.member_id = $2 and c.address in (p.email, p.phone) returning s.id""",
        *(member_id, other_id),
    )
    identified = await database.rows(
        """update identities i set signed_out_at = now() from merged_rows r, merges m
           where i.member_id = $1 and r.place = 'identities.member_id' and r.row_id = i.id
             and m.id = r.merge_id and m.gone_id = $2 returning i.id""",
        *(member_id, other_id),
    )
    await revocations.announce([row["id"] for row in (*found, *identified)])
    return len(found)


async def opened_after(actor: Actor, member_id: UUID) -> Tokens:
    """Open a session of the member that the caller's address has become, on the same device."""
    row = await database.row(
        "select challenge_id, device_id from sessions where id = $1", actor.session_id
    )
    assert row is not None
    return await opened(member_id, row["challenge_id"], row["device_id"])


async def hand_over(actor: Actor) -> None:
    """The caller's address is enrolled now: its session can do no more than hear so again.

    It cannot be refreshed and ends with its access token; until then a lost answer can be had.
    """
    await database.rows("delete from refresh_tokens where session_id = $1", actor.session_id)
    await database.rows(
        """update sessions set expires_at = least(expires_at, now() + make_interval(secs => $2))
           where id = $1""",
        *(actor.session_id, float(tokens.LIFETIME_SECONDS)),
    )


def checked_device(device_id: str | None) -> str | None:
    """The name that an app gives its installation. InvalidInput (path deviceId) if too long."""
    if device_id is not None and len(device_id) > DEVICE_LENGTH_MAX:
        raise InvalidInput(
            f"A device's name has at most {DEVICE_LENGTH_MAX} characters; a UUID is good.",
            ("deviceId",),
        )
    return device_id


async def _asked_again(command: RefreshSession) -> UUID | None:
    found: UUID | None = await database.value(
        """select s.id from refresh_tokens t join sessions s on s.id = t.session_id
           where t.hash = $1 and t.used_at > now() - make_interval(secs => $2)
             and s.device_id is not distinct from $3""",
        *(_hash(command.refresh_token), float(GRACE_SECONDS), command.device_id),
    )
    return found


async def _end_stolen(token: str) -> None:
    found = await database.row(
        """update sessions set ended_at = now() where ended_at is null
             and id = (select session_id from refresh_tokens where hash = $1)
           returning id, member_id""",
        _hash(token),
    )
    if found is None:
        return
    await revocations.announce([found["id"]])
    if found["member_id"] is not None:
        await outbox.append(SessionCompromised(found["member_id"], found["id"]))


async def _end(session_id: UUID | None, identity_id: UUID | None, member_id: UUID | None) -> int:
    async with database.transaction():
        found = await database.rows(
            """update sessions set ended_at = now()
               where ended_at is null and (id = $1 or member_id = $2) returning id""",
            *(session_id, member_id),
        )
        ended = [row["id"] for row in found] + await identities.sign_out(member_id, identity_id)
        await revocations.announce(ended)
    return len(found)


async def _keep(token: str, session_id: UUID) -> None:
    await database.rows(
        "insert into refresh_tokens (hash, session_id) values ($1, $2)", _hash(token), session_id
    )


def _successor(token: str) -> str:
    # Derived, so that it can be handed out again without being kept in plain.
    made = hmac.digest(secrets.key("refresh"), token.encode(), hashlib.sha256)
    return PREFIX + base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
