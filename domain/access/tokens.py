"""Access tokens: who calls, signed for ten minutes; and everything else that names a caller."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import jwt

from domain import database, secrets
from domain.access import access_keys, compact, foreign, identities, keys, revocations, trial
from domain.access.compact import Token
from domain.access.foreign import Presented
from domain.access.keys import jwks as jwks
from domain.actor import Actor, ActorKind, Role
from domain.errors import Unauthenticated
from domain.together import shared

LIFETIME_SECONDS = 600
AUDIENCE = "pistis"
TYPE = "at+jwt"

# A session that ends is noticed by the other processes this much later at the latest, by this one
# at once (revocations.py).
TRUSTED_SECONDS = 4.0
_KNOWN_MAX = 10_000
_CLAIMS = ("iss", "aud", "sub", "sid", "jti", "kind")
_HEADER = {"alg": "ES256", "typ": TYPE}


@dataclass(slots=True)
class _Known:
    presented: Presented
    checked_at: float


_known: OrderedDict[bytes, _Known] = OrderedDict()


def issuer() -> str:
    """Who signs: this installation, whatever its address is today."""
    return f"urn:pistis:{secrets.key('issuer').hex()[:16]}"


def role_of(member_id: UUID | None) -> Role:
    """What a session permits: a member's, or that of an address which is not enrolled yet."""
    return Role.GUEST if member_id is None else Role.MEMBER


async def signed(
    session_id: UUID, member_id: UUID | None, lifetime_seconds: int = LIFETIME_SECONDS
) -> tuple[str, datetime]:
    """An access token for a session, and when it ends."""
    assert lifetime_seconds <= keys.LIFETIME_SECONDS_MAX, "its key is not believed for so long"
    signer = await keys.signer()
    now = int(time.time())
    ends = now + lifetime_seconds
    role = role_of(member_id)
    claims = {
        "iss": issuer(),
        "aud": AUDIENCE,
        "sub": str(member_id or session_id),
        "sid": str(session_id),
        "jti": uuid4().hex,
        "iat": now,
        "exp": ends,
        "kind": role,
        "roles": [role],
    }
    token = jwt.encode(
        claims, signer.private_key, algorithm="ES256", headers={"kid": signer.kid, "typ": TYPE}
    )
    return token, datetime.fromtimestamp(ends, UTC)


async def actor_of(bearer: str) -> Actor:
    """Who calls with this token or key. Raises Unauthenticated, which says what to do."""
    if len(bearer) > compact.BYTES_MAX or not bearer.isascii():
        raise refusal()
    digest = hashlib.sha256(bearer.encode()).digest()
    known = _known.get(digest)
    presented = known.presented if known else await _presented(bearer)
    if presented is None:
        raise refusal(is_key=bearer.startswith(access_keys.PREFIX))
    actor = presented.actor
    if actor.expires_at is not None and actor.expires_at <= datetime.now(UTC):
        raise refusal(is_key=actor.key_id is not None)
    began = time.monotonic()
    if known is not None and known.checked_at + TRUSTED_SECONDS > began:
        return actor
    if not await _in_force(presented):
        _known.pop(digest, None)
        if known is not None and actor.identity_id is not None:
            return await actor_of(bearer)  # it may be a member by now
        raise refusal(is_key=actor.key_id is not None)
    _remember(digest, _Known(presented, began))
    return actor


def forget(credential_ids: Collection[UUID]) -> None:
    """Notice at their next use that these (`Actor.credential_id`) may have ended or changed."""
    wanted = set(credential_ids)
    for digest, known in list(_known.items()):
        if known.presented.actor.credential_id in wanted:
            del _known[digest]


def refusal(*, is_key: bool = False) -> Unauthenticated:
    """What a caller is told whose token or key is not good; never why it is not."""
    if is_key:
        return Unauthenticated("This key is unknown or revoked: ask whoever runs the server.")
    return Unauthenticated(
        "The access token is not good, or its time or session has ended: "
        "refresh it with sessionRefresh, sent without it, or sign in again."
    )


def _remember(digest: bytes, known: _Known) -> None:
    if known.presented.actor.kind is ActorKind.GUEST and known.presented.actor.identity_id:
        return  # it may become a member in another process, and is one with its next request
    _known[digest] = known
    _known.move_to_end(digest)
    if len(_known) > _KNOWN_MAX:
        _known.popitem(last=False)


async def _presented(bearer: str) -> Presented | None:
    if bearer.startswith(access_keys.PREFIX):
        holder = await access_keys.holder(bearer)
        return Presented(holder) if holder else None
    token = compact.taken_apart(bearer)
    if token is None or not compact.is_in_time(token.claims, time.time()):
        return None
    if token.claims.get("iss") == issuer():
        return await _ours(token)
    return await foreign.presented(token)


async def _ours(token: Token) -> Presented | None:
    kid = token.header.get("kid")
    if token.header != {**_HEADER, "kid": kid} or not isinstance(kid, str):
        return None
    if not compact.has_texts(token.claims, _CLAIMS) or token.claims["aud"] != AUDIENCE:
        return None
    key = await keys.public_key(kid)
    if key is None or not compact.is_signed(token, "ES256", key):
        return None
    actor = _claimed(token.claims)
    return Presented(actor, kid=kid) if actor else None


def _claimed(claims: dict[str, Any]) -> Actor | None:
    try:
        kind = ActorKind(claims["kind"])
        roles = frozenset(Role(role) for role in claims["roles"])
        session_id, subject = UUID(claims["sid"]), UUID(claims["sub"])
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    member_id = subject if kind is ActorKind.MEMBER else None
    if kind not in (ActorKind.GUEST, ActorKind.MEMBER) or roles != {role_of(member_id)}:
        return None
    return Actor(kind, str(subject), roles, member_id, session_id, expires_at)


async def _in_force(presented: Presented) -> bool:
    actor = presented.actor
    if actor.key_id is not None:
        return await access_keys.is_in_force(actor.key_id)
    if actor.identity_id is not None:
        return await identities.is_in_force(actor, presented.issued_at)
    if presented.kid is None or await keys.public_key(presented.kid) is None:
        return False
    (is_open,) = await _open([actor.session_id], trials=trial.is_on())
    return is_open


@shared
async def _open(session_ids: Sequence[UUID], trials: bool) -> list[bool]:
    found = await database.rows(
        """select id from sessions where id = any($1) and ended_at is null and expires_at > now()
             and (not is_trial or $2)""",
        *(session_ids, trials),
    )
    still = {row["id"] for row in found}
    return [session_id in still for session_id in session_ids]


revocations.hear(forget)
