"""Identities: UUIDv7, so that rows made together lie together; and codes that people type."""

import os
import secrets
import time
from typing import Any
from uuid import UUID

# No 0, 1, I, L, O, U: nothing that is misread aloud or on paper (after Crockford's base32).
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def plain(value: Any) -> str:
    """For orjson, which does not know an id as PostgreSQL's driver makes it: as text."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)


def code(length: int) -> str:
    """An unguessable code of `length` characters, 4.9 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def member_number() -> str:
    """Nine random digits and their Luhn check digit: a typing slip never names somebody else."""
    digits = str(secrets.randbelow(9 * 10**8) + 10**8)
    return digits + luhn(digits)


def luhn(digits: str) -> str:
    """The check digit of `digits` (ISO/IEC 7812-1)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
