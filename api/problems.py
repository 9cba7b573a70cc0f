"""What stands in a response's top-level `errors`: a closed list of codes, each with its remedy."""

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import redis.exceptions
from tortoise.exceptions import DBConnectionError

from api.watching import observation
from api.watching.logs import outline
from domain import errors, metrics
from domain.database import OUTAGES

_log = logging.getLogger("pistis")

Entry = dict[str, Any]
Answer = dict[str, Any]


class Code(StrEnum):
    """Top-level error codes."""

    BAD_REQUEST = "BAD_REQUEST"
    VALIDATION = "VALIDATION"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PAGE_TOO_LARGE = "PAGE_TOO_LARGE"
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    TIMEOUT = "TIMEOUT"
    INTERNAL = "INTERNAL"


# The HTTP status when nothing was executed, and what the caller can do.
_MEANING: dict[Code, tuple[int, str]] = {
    Code.BAD_REQUEST: (400, "Mend the request as the message says; as it stands it never works."),
    Code.VALIDATION: (422, "Compare document and variables with the schema."),
    Code.UNAUTHENTICATED: (401, "Refresh the token with sessionRefresh, or sign in again."),
    Code.FORBIDDEN: (403, "Call with a token whose role permits it; descriptions name the roles."),
    Code.NOT_FOUND: (404, "Check the id: there is nothing that this caller may see."),
    Code.PERSISTED_QUERY_NOT_FOUND: (404, "Send the document's text along, or register it."),
    Code.PAGE_TOO_LARGE: (422, "Ask for 1 to 100 at a time, and for the rest by cursor."),
    Code.QUERY_TOO_COSTLY: (422, "Ask for less at a time: split the document."),
    Code.RATE_LIMITED: (429, "Wait a little, then try again."),
    Code.UNAVAILABLE: (503, "Nothing was done: send the same request again in a moment."),
    Code.TIMEOUT: (504, "Ask for less at a time, or try again later."),
    Code.INTERNAL: (500, "Quote the incident to whoever runs this server."),
}

_HEADERS: dict[Code, dict[str, str]] = {
    Code.UNAUTHENTICATED: {"WWW-Authenticate": "Bearer"},
    Code.RATE_LIMITED: {"Retry-After": "1"},
    Code.UNAVAILABLE: {"Retry-After": "1"},
}

# By class, first match. What is not listed is a bug, and its text stays here.
_KNOWN: list[tuple[type[Exception], Code]] = [
    (errors.Unauthenticated, Code.UNAUTHENTICATED),
    (errors.PageTooLarge, Code.PAGE_TOO_LARGE),
    (errors.Unavailable, Code.UNAVAILABLE),
    (errors.NotAllowed, Code.FORBIDDEN),
    (errors.NotFound, Code.NOT_FOUND),
    (errors.LimitReached, Code.RATE_LIMITED),
    (errors.TooManyTries, Code.RATE_LIMITED),
    (errors.DomainError, Code.BAD_REQUEST),
]

_AWAY = (
    *OUTAGES,
    DBConnectionError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
)


class Problem(Exception):
    """A request that is not executed. `entries` are its errors, `status` its HTTP status."""

    def __init__(
        self,
        code: Code,
        *messages: str,
        status: int | None = None,
        entries: Sequence[Entry] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status or _MEANING[code][0]
        self.entries = list(entries) or [entry(code, message) for message in messages]
        self.headers = _HEADERS.get(code, {}) | dict(headers or {})
        if wait := [told["extensions"].get("retryAfterSeconds") for told in self.entries]:
            self.headers |= {"Retry-After": str(wait[0])} if wait[0] else {}

    def answer(self) -> Answer:
        """The response: errors, and no data."""
        return {"errors": self.entries}


def entry(code: Code, message: str, **more: Any) -> Entry:
    """One error. `more` goes into its extensions."""
    extensions = {"code": code, "hint": _MEANING[code][1], **more}
    if request_id := observation.current_id():
        extensions["requestId"] = request_id
    observation.fails(code)
    metrics.errors.labels(code).inc()
    if code in (Code.UNAVAILABLE, Code.RATE_LIMITED):
        extensions.setdefault("retryAfterSeconds", 1)
    return {"message": message, "extensions": extensions}


def explained(error: BaseException, where: str = "a request") -> Entry:
    """What may be told about an exception; a bug becomes an incident, told by number only."""
    for kind, code in _KNOWN:
        if isinstance(error, kind):
            path = getattr(error, "path", ())
            more: dict[str, Any] = {"inputPath": list(path)} if path else {}
            if isinstance(error, errors.RateLimited):
                more["retryAfterSeconds"] = error.retry_after_seconds
            return entry(code, str(error), **more)
    if isinstance(error, _AWAY):
        _log.warning("an engine is away or busy", extra={"error": type(error).__name__})
        return entry(Code.UNAVAILABLE, "The server cannot reach what it needs just now.")
    incident = secrets.token_hex(6)
    told = {"incident": incident, "where": where, **outline(error)}
    _log.error("a bug became an incident", extra=told)
    return entry(Code.INTERNAL, "Something went wrong on the server.", incident=incident)


@contextmanager
def only_problems(*besides: type[Exception]) -> Iterator[None]:
    """Let nothing out but Problem (and `besides`): the rest is told as far as it may be."""
    let_out: tuple[type[Exception], ...] = (Problem, *besides)
    try:
        yield
    except let_out:
        raise
    except Exception as error:  # noqa: BLE001 - the edge: beyond it, a text could leak
        told = explained(error)
        raise Problem(told["extensions"]["code"], entries=[told]) from None
