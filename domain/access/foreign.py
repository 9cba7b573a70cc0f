"""Tokens of configured issuers: who calls, by (issuer, subject) and nothing else of the token."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.access import compact, identities, key_rings
from domain.access.compact import Token
from domain.access.issuers import Issuer
from domain.actor import Actor, ActorKind, Role, expanded

AUDIENCES_MAX = 10
_NAMES_OF_KEYS = {"x5t", "x5t#S256"}
_TYPES = {"at+jwt", "application/at+jwt", "jwt"}
# What marks a token as one for the app that signed in, not for us.
_OF_SIGNING_IN = {"nonce", "at_hash", "c_hash"}
_KINDS = {"typ": {"Bearer"}, "token_use": {"access"}}


@dataclass(frozen=True, slots=True)
class Presented:
    """A caller as its token says. `issued_at` is in Unix seconds; `kid`: of one of our keys."""

    actor: Actor
    issued_at: int = 0
    kid: str | None = None


async def presented(token: Token) -> Presented | None:
    """Who shows this token of another issuer; None unless it is good, and for us."""
    found = key_rings.believed(token.claims.get("iss"))
    if found is None:
        return None
    issuer, ring = found
    kid, algorithm = token.header.get("kid"), token.header.get("alg")
    if not _has_good_header(token.header, issuer) or not _is_for_us(token.claims, issuer):
        return None
    roles = _roles(token.claims, issuer)
    if issuer.roles and not roles:
        return None
    key = await ring.key(str(kid), str(algorithm))
    if key is None or not compact.is_signed(token, str(algorithm), key):
        return None
    return await _known(token.claims, roles)


async def _known(claims: dict[str, Any], roles: frozenset[Role]) -> Presented:
    identity_id, member_id = await identities.identity(claims["iss"], claims["sub"])
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    kind = ActorKind.STAFF if roles else ActorKind.MEMBER if member_id else ActorKind.GUEST
    name = claims.get("name", "") if roles and compact.has_texts(claims, ("name",), 80) else ""
    actor = Actor(
        kind,
        str(identity_id if roles else member_id or identity_id),
        roles or frozenset({Role(kind)}),
        None if roles else member_id,
        expires_at=expires_at,
        name=name,
        identity_id=identity_id,
    )
    return Presented(actor, claims["iat"])


def _has_good_header(header: dict[str, Any], issuer: Issuer) -> bool:
    kind = header.get("typ", "JWT")
    return (
        header.keys() <= {"alg", "kid", "typ"} | _NAMES_OF_KEYS
        and header.get("alg") in issuer.algorithms
        and compact.has_texts(header, ("kid",))
        and isinstance(kind, str)
        and kind.lower() in _TYPES
    )


def _is_for_us(claims: dict[str, Any], issuer: Issuer) -> bool:
    said = claims.get("aud")
    audiences = [said] if isinstance(said, str) else said
    is_of_signing_in = not claims.keys().isdisjoint(_OF_SIGNING_IN) or any(
        claims.get(name) not in {None, *good} for name, good in _KINDS.items()
    )
    return (
        isinstance(audiences, list)
        and len(audiences) <= AUDIENCES_MAX
        and all(isinstance(each, str) for each in audiences)
        and issuer.audience in audiences
        and (issuer.takes_id_tokens or not is_of_signing_in)
        and compact.has_texts(claims, ("sub",))
        and "iat" in claims
    )


def _roles(claims: dict[str, Any], issuer: Issuer) -> frozenset[Role]:
    # Keycloak nests its roles: realm_access.roles.
    said: Any = claims.get(issuer.roles_claim)
    if said is None:
        said = claims
        for part in issuer.roles_claim.split("."):
            said = said.get(part) if isinstance(said, dict) else None
    groups: Iterable[Any] = [said] if isinstance(said, str) else said or ()
    if not isinstance(groups, list):
        return frozenset()
    given = (issuer.roles.get(each, ()) for each in groups if isinstance(each, str))
    return expanded({role for roles in given for role in roles})
