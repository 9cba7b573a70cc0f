"""What is known of the request in hand: its id, and what the access line will say of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import count

UNKNOWN = "unknown"

# A UUID, with or without its dashes, as a trace id has none: nothing else is taken over, for what
# a caller can choose may be a name, a number, a secret.
_ID = re.compile(rb"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(\1[0-9a-fA-F]{4}){3}[0-9a-fA-F]{8}")
_HEADER = b"x-request-id"

# Unique without asking the kernel for chance each time.
_process = secrets.token_hex(6)
_numbers = count(1)


class Observation:
    """One request, or one operation on a socket. `operation` is a name of the registry."""

    __slots__ = ("cache", "code", "operation", "request_id")

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.operation = UNKNOWN
        self.cache = ""  # hit or miss, of known documents
        self.code = ""  # of the first error that was told


current: ContextVar[Observation | None] = ContextVar("observation", default=None)


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that the caller's `X-Request-Id` gives, if it is a UUID; else one of our own."""
    for name, value in headers:
        if name == _HEADER and len(value) <= 36 and _ID.fullmatch(value):
            return value.decode("ascii")
    return f"{_process}-{next(_numbers)}"


def instant(seconds: float) -> str:
    """A time as lines have it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def current_id() -> str | None:
    """The id of the request in hand."""
    observed = current.get()
    return observed.request_id if observed else None


def begin() -> None:
    """What this task does from now on is a request of its own, under the id of its socket."""
    outer = current.get()
    current.set(Observation(outer.request_id if outer else request_id(())))


def names(operation: str, cache: str = "") -> None:
    """Say what the request in hand runs: a name of the registry; and whether Redis had it."""
    if observed := current.get():
        observed.operation, observed.cache = operation, cache


def caches(result: str) -> None:
    """Say whether Redis had the answer of the request in hand."""
    if observed := current.get():
        observed.cache = result


def fails(code: str) -> None:
    """Say that the request in hand is told an error of this code."""
    if (observed := current.get()) and not observed.code:
        observed.code = code
