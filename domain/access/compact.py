"""A signed token (JWS, compact) taken apart strictly: what could be read in two ways is none."""

import base64
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from jwt.algorithms import get_default_algorithms
from jwt.exceptions import PyJWTError

BYTES_MAX = 4096
# Hosts' clocks differ a little: a token from the next second is no forgery.
LEEWAY_SECONDS = 60

_PARTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_ALGORITHMS = get_default_algorithms()


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """Nothing of it is believed yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def taken_apart(text: str) -> Token | None:
    """The parts of a token; None for what is none, or is longer than 4 KB."""
    match = _PARTS.fullmatch(text) if len(text) <= BYTES_MAX else None
    if match is None:
        return None
    try:
        header, claims = _object(_decoded(match[1])), _object(_decoded(match[2]))
        signature = _decoded(match[3])
    except (ValueError, RecursionError):
        return None
    return Token(header, claims, text.rpartition(".")[0].encode(), signature)


def is_signed(token: Token, algorithm: str, key: Any) -> bool:
    """Whether the signature is this key's by this algorithm; the header has no say in either."""
    try:
        method = _ALGORITHMS[algorithm]
        prepared = method.prepare_key(key)
        if method.check_key_length(prepared):  # says what is wrong with it
            return False
        return bool(method.verify(token.signed, prepared, token.signature))
    except (PyJWTError, ValueError, TypeError, AttributeError):
        return False


def is_in_time(claims: dict[str, Any], now: float) -> bool:
    """Whether it has begun, and has an end that has not come. Times are whole seconds."""
    ends = claims.get("exp")
    if type(ends) is not int or not now < ends < 2**40:
        return False
    begins = (claims.get(name, 0) for name in ("nbf", "iat"))
    return all(type(each) is int and each <= now + LEEWAY_SECONDS for each in begins)


def has_texts(claims: dict[str, Any], names: Collection[str], length_max: int = 255) -> bool:
    """Whether each of these is there as a text that can be kept: not empty, printable, short."""
    texts = [claims.get(name) for name in names]
    return all(isinstance(t, str) and 0 < len(t) <= length_max and t.isprintable() for t in texts)


def _decoded(part: str) -> bytes:
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    # The last letter has bits that say nothing; one token must not have two writings.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    read = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(read, dict):
        raise ValueError
    return read


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError
    return read


def _no_constant(_: str) -> None:
    raise ValueError
