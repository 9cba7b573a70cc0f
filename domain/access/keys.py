"""The keys that sign access tokens: made at first need, published by their public halves."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

from domain import database, secrets

KID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that this installation can sign with."""

    kid: str
    private_key: EllipticCurvePrivateKey


_signer: Signer | None = None
_public: dict[str, EllipticCurvePublicKey] = {}


async def signer() -> Signer:
    """The newest key that the installation's secret opens; made when there is none."""
    found = _signer or await _kept()
    if found is None:
        async with database.transaction():
            # Of processes that start together one makes the key, the others find it.
            await database.rows("select pg_advisory_xact_lock(hashtext('pistis signing keys'))")
            found = await _kept() or await _made()
    await database.after_commit(lambda: _remember(found))
    return found


async def public_key(kid: str) -> EllipticCurvePublicKey | None:
    """The public half of one of our keys; None for a `kid` that is not ours."""
    if kid not in _public and len(kid) == KID_LENGTH:
        jwk = await database.value("select public_jwk from signing_keys where kid = $1", kid)
        if jwk is not None:
            made = ECAlgorithm.from_jwk(jwk)
            assert isinstance(made, EllipticCurvePublicKey)
            _public[kid] = made
    return _public.get(kid)


async def jwks() -> dict[str, Any]:
    """All public halves as a JSON Web Key Set (RFC 7517), newest first."""
    found = await database.rows("select public_jwk from signing_keys order by created_at desc")
    return {"keys": [row["public_jwk"] for row in found]}


def forget() -> None:
    """Read the keys anew: this process turns to another database."""
    global _signer
    _signer = None
    _public.clear()


async def _remember(found: Signer) -> None:
    # Not before the commit: a key that was rolled back must not sign anything.
    global _signer
    _signer = found


async def _kept() -> Signer | None:
    found = await database.rows(
        "select kid, private_pem from signing_keys order by created_at desc"
    )
    for row in found:
        try:
            opened = serialization.load_pem_private_key(row["private_pem"].encode(), _password())
        except ValueError:
            continue  # of another secret: it still verifies, and ends with its last token
        assert isinstance(opened, EllipticCurvePrivateKey)
        return Signer(row["kid"], opened)
    return None


async def _made() -> Signer:
    made = generate_private_key(SECP256R1())
    jwk: dict[str, Any] = ECAlgorithm.to_jwk(made.public_key(), as_dict=True)
    # The thumbprint of RFC 7638, so that equal keys have equal names.
    needed = orjson.dumps(
        {name: jwk[name] for name in ("crv", "kty", "x", "y")}, option=orjson.OPT_SORT_KEYS
    )
    kid = hashlib.sha256(needed).hexdigest()[:KID_LENGTH]
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_password()),
    )
    await database.rows(
        "insert into signing_keys (kid, private_pem, public_jwk) values ($1, $2, $3)",
        *(kid, pem.decode(), jwk | {"kid": kid, "use": "sig", "alg": "ES256"}),
    )
    return Signer(kid, made)


def _password() -> bytes:
    return secrets.key("signing").hex().encode()
