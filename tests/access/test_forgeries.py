"""Sixty and more hostile tokens: refused, quickly, and nothing is fetched for them."""

import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from domain import database
from domain.access import keys, sessions, tokens
from domain.errors import Unauthenticated
from tests.factories.issuers import AUDIENCE, Company, a_company, believing
from tests.factories.members import a_member

pytestmark = pytest.mark.usefixtures("database")

LONGEST_MS = 5.0
Part = dict[str, Any]


@dataclass
class Forge:
    """A good token's parts, and the key that made it."""

    header: Part
    claims: Part
    private_key: Any
    public_jwk: Part
    refresh_token: str = ""

    def made(self, header: Part | None = None, claims: Part | None = None, raw: bytes = b"") -> str:
        """Signed by the right key, whatever it says."""
        head = encoded(orjson.dumps(self.header | (header or {})))
        body = encoded(raw or orjson.dumps(self.claims | (claims or {})))
        signer = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
        signature = signer.sign(f"{head}.{body}".encode(), self.private_key)
        return f"{head}.{body}.{encoded(signature)}"

    def with_text(self, text: str) -> str:
        """A claim more, as written: for what no encoder writes."""
        body = orjson.dumps(self.claims).decode()
        return self.made(raw=f"{body[:-1]},{text}}}".encode())

    def unsigned(self, algorithm: str, signature: str = "") -> str:
        head, body = (encoded(orjson.dumps(p)) for p in (self.header, self.claims))
        head = encoded(orjson.dumps(self.header | {"alg": algorithm}))
        return f"{head}.{body}.{signature}"

    def by_secret(self, secret: bytes, algorithm: str = "HS256") -> str:
        head, body = encoded(orjson.dumps(self.header | {"alg": algorithm})), self.body
        mac = hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
        return f"{head}.{body}.{encoded(mac)}"

    def body_with(self, name: str, text: str) -> bytes:
        """The claims with this one as written."""
        rest = {key: value for key, value in self.claims.items() if key != name}
        return f'{orjson.dumps(rest).decode()[:-1]},"{name}":{text}}}'.encode()

    @property
    def body(self) -> str:
        return encoded(orjson.dumps(self.claims))

    @property
    def pem(self) -> bytes:
        pem: bytes = self.private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def header(**said: Any) -> Callable[[Forge], str]:
    return lambda forge: forge.made(header=said)


def claim(**said: Any) -> Callable[[Forge], str]:
    return lambda forge: forge.made(claims=said)


def written(text: str) -> Callable[[Forge], str]:
    return lambda forge: forge.with_text(text)


def by_another(forge: Forge) -> str:
    return Forge(forge.header, forge.claims, generate_private_key(SECP256R1()), {}).made()


def in_der(forge: Forge) -> str:
    signed, _, signature = forge.made().rpartition(".")
    r, s = (base64.urlsafe_b64decode(signature + "==")[i : i + 32] for i in (0, 32))
    der = b"0" + bytes([len(r) + len(s) + 4]) + b"\2 " + r + b"\2 " + s
    return f"{signed}.{encoded(der)}"


def zeros(forge: Forge) -> str:
    return f"{forge.made().rpartition('.')[0]}.{encoded(bytes(64))}"


def malleable(forge: Forge) -> str:
    token = forge.made()
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + last[(last.index(token[-1]) & ~3) | ((last.index(token[-1]) + 1) & 3)]


FORGERIES: dict[str, Callable[[Forge], str]] = {
    **{f"alg {a!r}": lambda f, a=a: f.unsigned(a) for a in ("none", "None", "nOnE", "NONE", "")},  # type: ignore[misc]
    **{f"alg {a!r}, signed": lambda f, a=a: f.unsigned(a, "AAAA") for a in ("none", "nOnE")},  # type: ignore[misc]
    "the public key as a secret": lambda f: f.by_secret(f.pem),
    "the public JWK as a secret": lambda f: f.by_secret(orjson.dumps(f.public_jwk)),
    "an empty secret": lambda f: f.by_secret(b""),
    "HS256 called ES256": lambda f: f.by_secret(f.pem, "ES256"),
    **{f"alg {a}": header(alg=a) for a in ("ES384", "ES512", "ES256K", "RS256", "EdDSA", "es256")},
    "alg that is none": header(alg=None),
    "alg that is a list": header(alg=["ES256"]),
    "kid that is a path": header(kid="../../../../dev/null"),
    "kid that is SQL": header(kid="' or true --"),
    "kid that is unknown": header(kid="0" * 32),
    "kid that is long": header(kid="0" * 2000),
    "kid that is a number": header(kid=7),
    "kid that is a list": header(kid=["x"]),
    "kid with a zero byte": header(kid="0" * 31 + "\0"),
    "kid with a line": header(kid="0" * 32 + "\n"),
    "jku": header(jku="http://127.0.0.1:9/keys"),
    "x5u": header(x5u="http://127.0.0.1:9/cert"),
    "x5c": header(x5c=["MIIB"]),
    "jwk": lambda f: f.made(header={"jwk": f.public_jwk}),
    "crit unknown": header(crit=["exp2"], exp2=1),
    "crit of b64": header(crit=["b64"], b64=False),
    "b64 false": header(b64=False),
    "zip": header(zip="DEF"),
    "cty of a token in a token": header(cty="JWT"),
    "a refresh token's type": header(typ="rt+jwt"),
    "a logout token's type": header(typ="logout+jwt"),
    "another audience": claim(aud="other"),
    "several audiences without ours": claim(aud=["other", "another"]),
    "an audience in a list in a list": claim(aud=[[AUDIENCE, "pistis"]]),
    "an audience that is an object": claim(aud={"pistis": True, AUDIENCE: True}),
    "an audience with a space": claim(aud=f"{AUDIENCE} pistis"),
    "no audience": claim(aud=None),
    "too many audiences": claim(aud=[AUDIENCE, *map(str, range(20))]),
    "an issuer with a slash more": lambda f: f.made(claims={"iss": f.claims["iss"] + "/"}),
    "an issuer in capitals": lambda f: f.made(claims={"iss": f.claims["iss"].upper()}),
    "an issuer that is a list": lambda f: f.made(claims={"iss": [f.claims["iss"]]}),
    "an issuer elsewhere": claim(iss="http://127.0.0.1:9"),
    "expired by 61 s": lambda f: f.made(claims={"exp": int(time.time()) - 61}),
    "exp as text": lambda f: f.made(claims={"exp": str(f.claims["exp"])}),
    "exp as a fraction": lambda f: f.made(claims={"exp": f.claims["exp"] + 0.5}),
    "exp that is true": claim(exp=True),
    "exp beyond time": claim(exp=2**62),
    "exp below time": claim(exp=-(2**62)),
    "no exp": claim(exp=None),
    "not begun": lambda f: f.made(claims={"nbf": int(time.time()) + 120}),
    "signed tomorrow": lambda f: f.made(claims={"iat": int(time.time()) + 86400}),
    "nobody": claim(sub=""),
    "somebody with a zero byte": claim(sub="a\0b"),
    "somebody who is a number": claim(sub=7),
    "somebody with half a letter": written('"sub": "\\ud800"'),
    "exp twice": written('"exp": 99999999999'),
    "sub twice": written('"sub": "somebody else"'),
    "exp 1e400": lambda f: f.made(raw=f.body_with("exp", "1e400")),
    "exp NaN": lambda f: f.made(raw=f.body_with("exp", "NaN")),
    "exp Infinity": lambda f: f.made(raw=f.body_with("exp", "Infinity")),
    "claims in UTF-16": lambda f: f.made(raw=orjson.dumps(f.claims).decode().encode("utf-16")),
    "claims that are a list": lambda f: f.made(raw=b"[1]"),
    "claims that are deep": lambda f: f.made(raw=b"[" * 2500),
    "another key": by_another,
    "a signature in DER": in_der,
    "a signature of zeros": zeros,
    "a signature written in another way": malleable,
    "no signature": lambda f: f.made().rpartition(".")[0] + ".",
    "padding": lambda f: f.made() + "==",
    "five parts, encrypted": lambda f: f"{f.unsigned('dir')}.AAAA.AAAA",
    "two parts": lambda f: f.made().rpartition(".")[0],
    "a token of 1 MB": lambda f: f.made(claims={"x": "A" * 1_000_000}),
    "a token of 5 KB": lambda f: f.made(claims={"x": "A" * 5000}),
    "a refresh token": lambda f: f.refresh_token or "psr_" + "A" * 43,
}

OURS_ALONE: dict[str, Callable[[Forge], str]] = {
    "no type": header(typ=None),
    "a type of others": header(typ="JWT"),
    "a list of audiences": claim(aud=["pistis"]),
    "of staff": claim(kind="STAFF", roles=["ADMIN"]),
    "of the system": claim(kind="SYSTEM"),
    "with a role more": claim(roles=["MEMBER", "ADMIN"]),
    "of a session that nobody opened": claim(sid="01890000-0000-7000-8000-000000000000"),
    "without a session": claim(sid=None),
}
THEIRS_ALONE: dict[str, Callable[[Forge], str]] = {
    "an ID token": claim(nonce="n", at_hash="h"),
    "a refresh token that is signed": claim(typ="Refresh"),
    "an ID token by its claim": claim(token_use="id"),
    "no key's name": header(kid=None),
    "no instant of signing": claim(iat=None),
    "a subject of 300 letters": claim(sub="x" * 300),
}


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    async with a_company() as made, believing([made.configured()]):
        yield made


async def ours() -> Forge:
    """With one of our own tokens, and the key that we sign with."""
    signer = await keys.signer()
    session = await sessions.opened((await a_member()).member_id)
    claims = jwt.decode(session.access_token, options={"verify_signature": False})
    jwk = await database.value("select public_jwk from signing_keys where kid = $1", signer.kid)
    head = {"alg": "ES256", "kid": signer.kid, "typ": "at+jwt"}
    return Forge(head, claims, signer.private_key, jwk, session.refresh_token)


def theirs(company: Company) -> Forge:
    head = {"alg": "ES256", "kid": company.key.kid, "typ": "at+jwt"}
    return Forge(head, company.claims("person 7"), company.key.private, company.key.jwk)


async def refused_in_ms(token: str, name: str) -> float:
    began = time.process_time()
    try:
        actor = await tokens.actor_of(token)
    except Unauthenticated:
        return (time.process_time() - began) * 1000
    pytest.fail(f"{name}: {actor.kind}")


def test_there_are_sixty() -> None:
    assert len(FORGERIES) >= 60


async def test_hostile_tokens_of_ours_are_refused_quickly() -> None:
    forge = await ours()
    assert await tokens.actor_of(forge.made())
    took = {
        name: await refused_in_ms(made(forge), name)
        for name, made in {**FORGERIES, **OURS_ALONE}.items()
    }
    assert max(took.values()) <= LONGEST_MS, max(took, key=lambda name: took[name])
    assert median(took.values()) <= LONGEST_MS / 5


async def test_hostile_tokens_of_an_issuer_are_refused_quickly_and_fetch_nothing(
    company: Company,
) -> None:
    forge = theirs(company)
    assert await tokens.actor_of(forge.made())
    fetched = company.fetches.total()
    took = {
        name: await refused_in_ms(made(forge), name)
        for name, made in {**FORGERIES, **THEIRS_ALONE}.items()
    }
    assert max(took.values()) <= LONGEST_MS, max(took, key=lambda name: took[name])
    assert company.fetches.total() == fetched
    assert await database.value("select count(*) from identities") == 1


async def test_neither_can_sign_for_the_other(company: Company) -> None:
    mine, other = await ours(), theirs(company)
    assert await tokens.actor_of(other.made())
    for claims, signer in ((mine, other), (other, mine)):
        for kid in (mine.header["kid"], other.header["kid"]):
            crossed = Forge({**signer.header, "kid": kid}, claims.claims, signer.private_key, {})
            await refused_in_ms(crossed.made(), "crossed")
