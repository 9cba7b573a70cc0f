"""Access tokens: every forgery is refused, with what to do instead."""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from domain import database, secrets
from domain.access import access_keys, keys, sessions, tokens
from domain.actor import Actor, ActorKind, Role
from domain.errors import InvalidInput, Unauthenticated
from tests.factories.members import a_member

pytestmark = pytest.mark.usefixtures("database")

Change = Callable[[dict[str, Any], dict[str, Any]], None]


async def a_token() -> str:
    return (await sessions.opened((await a_member()).member_id)).access_token


async def forged(change: Change, key: Any = None, algorithm: str = "ES256") -> str:
    """A good token with something changed, signed again by our own key or another."""
    signer = await keys.signer()
    token = await a_token()
    claims = jwt.decode(token, options={"verify_signature": False})
    header = {"typ": "at+jwt", "kid": signer.kid}
    change(claims, header)
    return jwt.encode(claims, key or signer.private_key, algorithm=algorithm, headers=header)


def claim(name: str, value: Any) -> Change:
    return lambda claims, _: claims.__setitem__(name, value)


def without(name: str) -> Change:
    return lambda claims, _: claims.__delitem__(name)


def header(name: str, value: Any) -> Change:
    return lambda _, headers: headers.__setitem__(name, value)


def unchanged(_: dict[str, Any], __: dict[str, Any]) -> None:
    pass


async def refused(token: str) -> None:
    with pytest.raises(Unauthenticated) as raised:
        await tokens.actor_of(token)
    assert "sessionRefresh" in str(raised.value)


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")


async def test_a_token_says_who_calls() -> None:
    member = await a_member()
    found = await sessions.opened(member.member_id)
    actor = await tokens.actor_of(found.access_token)

    assert (actor.kind, actor.id, actor.roles) == (
        ActorKind.MEMBER,
        str(member.member_id),
        frozenset({Role.MEMBER}),
    )
    assert (actor.member_id, actor.expires_at) == (member.member_id, found.expires_at)
    assert await tokens.actor_of(await forged(unchanged))


FORGERIES: dict[str, Change] = {
    "another audience": claim("aud", "other"),
    "several audiences": claim("aud", ["pistis", "other"]),
    "another issuer": claim("iss", "urn:pistis:other"),
    "over": claim("exp", int(time.time()) - 1),
    "not begun": claim("nbf", int(time.time()) + 3600),
    "endless": without("exp"),
    "no audience": without("aud"),
    "no issuer": without("iss"),
    "no session": without("sid"),
    "no name": without("jti"),
    "no kind": without("kind"),
    "no roles": without("roles"),
    "of staff": claim("kind", "STAFF"),
    "of the system": claim("kind", "SYSTEM"),
    "with a role more": claim("roles", ["MEMBER", "ADMIN"]),
    "with an unknown role": claim("roles", ["ROOT"]),
    "with roles that are none": claim("roles", 7),
    "of a session that is none": claim("sid", "x"),
    "of a session that nobody opened": claim("sid", str(UUID(int=1))),
    "another type": header("typ", "JWT"),
    "no type": header("typ", None),
    "an unknown key": header("kid", "0" * 32),
    "a key that is a path": header("kid", "../../../../dev/null"),
    "a key that is SQL": header("kid", "' or true --                    "),
    "a key from elsewhere": header("jku", "https://example.org/jwks.json"),
    "a key of its own": header("jwk", {"kty": "EC"}),
    "a critical extension": header("crit", ["exp"]),
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_forged_token_is_refused(change: Change) -> None:
    await refused(await forged(change))


async def test_a_token_of_another_key_is_refused() -> None:
    await refused(await forged(unchanged, generate_private_key(SECP256R1())))


async def test_a_token_without_signature_is_refused() -> None:
    signer, token = await keys.signer(), await a_token()
    _, claims, signature = token.split(".")
    for algorithm in ("none", "None", "NONE", ""):
        head = encoded({"alg": algorithm, "typ": "at+jwt", "kid": signer.kid})
        await refused(f"{head}.{claims}.")
        await refused(f"{head}.{claims}.{signature}")


async def test_a_token_signed_with_the_public_half_as_a_secret_is_refused() -> None:
    signer, token = await keys.signer(), await a_token()
    public = signer.private_key.public_key()
    jwk = await database.value("select public_jwk from signing_keys where kid = $1", signer.kid)
    for secret in (
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        orjson.dumps(jwk),
    ):
        head = encoded({"alg": "HS256", "typ": "at+jwt", "kid": signer.kid})
        signed = f"{head}.{token.split('.')[1]}"
        mac = base64.urlsafe_b64encode(
            jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
                signed.encode(), secret
            )
        )
        await refused(f"{signed}.{mac.decode().rstrip('=')}")


async def test_what_is_no_token_is_refused_quickly() -> None:
    token = await a_token()
    head, claims, signature = token.split(".")
    for text in (
        "", ".", "..", "a.b.c", "é", token[:-2], f"{token}A", f"{token}.x", f"{head}.{claims}",
        f"{head}.{encoded({'iss': 'x'})}.{signature}", f"{encoded([])}.{claims}.{signature}",
        f"{encoded({'kid': 7})}.{claims}.{signature}", "{" * 1000, "x" * 4097, "A" * 10**6,
    ):  # fmt: skip
        await refused(text)


async def test_a_token_of_another_installation_is_refused() -> None:
    token = await a_token()
    kid = jwt.get_unverified_header(token)["kid"]
    try:
        secrets.open_with("the secret of another installation")
        await refused(token)
    finally:
        secrets.open_with("a secret that is good for tests only")
    assert await tokens.actor_of(token)
    assert "PRIVATE" not in str(await keys.jwks())
    assert kid in [key["kid"] for key in (await keys.jwks())["keys"]]


async def test_a_token_that_is_known_ends_in_time() -> None:
    member = await a_member()
    brief = await sessions.opened(member.member_id, lifetime_seconds=2)
    assert await tokens.actor_of(brief.access_token)

    while await _is_good(brief.access_token):
        pass
    assert datetime.now(UTC) >= brief.expires_at
    await refused(brief.access_token)


async def test_a_session_that_another_process_ends_is_noticed_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = await a_token()
    assert await tokens.actor_of(token)
    await database.rows("update sessions set ended_at = now()")

    assert await tokens.actor_of(token)
    assert tokens.TRUSTED_SECONDS < 5
    monkeypatch.setattr(tokens, "TRUSTED_SECONDS", 0.0)
    await refused(token)


async def _is_good(token: str) -> bool:
    try:
        return bool(await tokens.actor_of(token))
    except Unauthenticated:
        return False


async def test_a_key_says_whose_it_is_and_what_it_may_do() -> None:
    made = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})
    actor = await tokens.actor_of(made)

    assert (actor.kind, actor.name, actor.roles) == (
        ActorKind.SERVICE,
        "The Corner",
        frozenset({Role.SHOP, Role.TILL}),
    )
    assert (actor.expires_at, actor.session_id, actor.member_id) == (None, None, None)
    assert made not in str(await database.rows("select k::text from access_keys k"))


async def test_a_key_that_is_unknown_or_revoked_is_refused() -> None:
    made = await access_keys.make(ActorKind.STAFF, "Eleni", {Role.ADMIN})
    await database.rows("update access_keys set revoked_at = now()")

    for key in (made, "psk_", f"{made}x", f"psk_{'0' * 43}"):
        with pytest.raises(Unauthenticated, match="unknown or revoked"):
            await tokens.actor_of(key)


@pytest.mark.parametrize(
    ("kind", "name", "roles", "path"),
    [
        (ActorKind.SERVICE, "till", {Role.CARE}, "roles"),
        (ActorKind.SERVICE, "till", set(), "roles"),
        (ActorKind.STAFF, "Eleni", {Role.MEMBER}, "roles"),
        (ActorKind.STAFF, " ", {Role.CARE}, "name"),
        (ActorKind.STAFF, "x" * 81, {Role.CARE}, "name"),
    ],
)
async def test_a_key_that_cannot_be_right_is_not_made(
    kind: ActorKind, name: str, roles: set[Role], path: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await access_keys.make(kind, name, roles)
    assert raised.value.path == (path,)
    assert await database.value("select count(*) from access_keys") == 0


def test_an_actor_says_nothing_personal() -> None:
    actor = Actor(ActorKind.MEMBER, "7")
    assert actor.key == "member:7"
