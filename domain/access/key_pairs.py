"""Pairs of keys for ES256: made, named by thumbprint, the private half sealed by the secret."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

from domain import secrets

_KID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """As it is kept: the private half encrypted, the public one as a JSON Web Key."""

    kid: str
    private_pem: str
    public_jwk: dict[str, Any]


def is_kid(text: str) -> bool:
    """Whether one of our keys could be called so."""
    return _KID.fullmatch(text) is not None


def made() -> KeyPair:
    """A new pair."""
    private_key = generate_private_key(SECP256R1())
    jwk: dict[str, Any] = ECAlgorithm.to_jwk(private_key.public_key(), as_dict=True)
    # The thumbprint of RFC 7638, so that equal keys have equal names.
    needed = orjson.dumps(
        {name: jwk[name] for name in ("crv", "kty", "x", "y")}, option=orjson.OPT_SORT_KEYS
    )
    kid = hashlib.sha256(needed).hexdigest()[:32]
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_password()),
    )
    return KeyPair(kid, pem.decode(), jwk | {"kid": kid, "use": "sig", "alg": "ES256"})


def opened(private_pem: str) -> EllipticCurvePrivateKey | None:
    """The private half; None if it was sealed by another secret."""
    try:
        found = serialization.load_pem_private_key(private_pem.encode(), _password())
    except ValueError:
        return None
    assert isinstance(found, EllipticCurvePrivateKey)
    return found


def _password() -> bytes:
    return secrets.key("signing").hex().encode()
