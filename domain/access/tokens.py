"""Access tokens: who calls, signed for ten minutes; and the opaque keys of services and staff."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID, uuid4

import jwt
from jwt.exceptions import PyJWTError

from domain import database, secrets
from domain.access import access_keys, keys
from domain.access.keys import jwks as jwks
from domain.actor import Actor, ActorKind, Role
from domain.errors import Unauthenticated

LIFETIME_SECONDS = 600
AUDIENCE = "pistis"
TYPE = "at+jwt"
BYTES_MAX = 4096

# A session that ends is noticed by the other processes this much later, and by this one at once.
TRUSTED_SECONDS = 4.0
_KNOWN_MAX = 10_000
_CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "exp", "kind", "roles"]
_HEADER = {"alg", "kid", "typ"}


@dataclass(slots=True)
class _Known:
    actor: Actor
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
    if len(bearer) > BYTES_MAX or not bearer.isascii():
        _refuse()
    digest = hashlib.sha256(bearer.encode()).digest()
    known = _known.get(digest)
    if known is None:
        actor = await _presented(bearer)
    elif known.checked_at + TRUSTED_SECONDS > time.monotonic():
        return _unexpired(known.actor)
    else:
        actor = _unexpired(known.actor)
    began = time.monotonic()
    if not await _in_force(actor):
        _known.pop(digest, None)
        _refuse(actor.kind)
    _known[digest] = _Known(actor, began)
    _known.move_to_end(digest)
    if len(_known) > _KNOWN_MAX:
        _known.popitem(last=False)
    return actor


def forget(session_ids: Collection[UUID]) -> None:
    """Notice at the next use of their tokens that these sessions may have ended."""
    wanted = set(session_ids)
    for digest in [d for d, known in _known.items() if known.actor.session_id in wanted]:
        del _known[digest]


async def _presented(bearer: str) -> Actor:
    if bearer.startswith(access_keys.PREFIX):
        holder = await access_keys.holder(bearer)
        if holder is None:
            _refuse(ActorKind.SERVICE)
        return holder
    return _claimed(await _verified(bearer))


async def _verified(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        if set(header) != _HEADER or header["typ"] != TYPE or not isinstance(header["kid"], str):
            _refuse()
        public_key = await keys.public_key(header["kid"])
        if public_key is None:
            _refuse()
        claims: dict[str, Any] = jwt.decode(
            token,
            public_key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            issuer=issuer(),
            options={
                "require": _CLAIMS,
                "strict_aud": True,
                "enforce_minimum_key_length": True,
                # Hosts' clocks differ a little: a token from the next second is no forgery.
                "verify_iat": False,
            },
        )
    except PyJWTError:
        _refuse()
    return claims


def _claimed(claims: dict[str, Any]) -> Actor:
    try:
        kind = ActorKind(claims["kind"])
        roles = frozenset(Role(role) for role in claims["roles"])
        session_id, subject = UUID(claims["sid"]), UUID(claims["sub"])
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        _refuse()
    member_id = subject if kind is ActorKind.MEMBER else None
    if kind not in (ActorKind.GUEST, ActorKind.MEMBER) or roles != {role_of(member_id)}:
        _refuse()
    return Actor(kind, str(subject), roles, member_id, session_id, expires_at)


async def _in_force(actor: Actor) -> bool:
    if actor.session_id is None:
        return await access_keys.is_in_force(UUID(actor.id))
    found = await database.value(
        """select true from sessions
           where id = $1 and ended_at is null and expires_at > now()""",
        actor.session_id,
    )
    return bool(found)


def _unexpired(actor: Actor) -> Actor:
    if actor.expires_at is not None and actor.expires_at <= datetime.now(UTC):
        _refuse()
    return actor


def _refuse(kind: ActorKind = ActorKind.MEMBER) -> NoReturn:
    if kind in (ActorKind.SERVICE, ActorKind.STAFF):
        raise Unauthenticated("This key is unknown or revoked: ask whoever runs the server.")
    raise Unauthenticated(
        "The access token is not good, or its time or session has ended: "
        "refresh it with sessionRefresh, sent without it, or sign in again."
    )
