"""Known queries of members, and of who has no token, answered before anything else is at work.

The shortest way through this process, so it speaks plain ASGI: one look at the headers, the body
known again by its bytes, the caller out of memory, and one round trip to Redis that all share who
wait (domain/answers.py). What Redis does not have goes on to the application, with a `Looked` in
its scope that says where the answer belongs.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bounds.rates import Rates
from api.identity.auth import ActorOf
from api.known.looked import ETAG_BYTES, LOOKED, VARY, Looked, is_current
from api.known.recognising import BYTES_MAX, Manner, Recognising, Wanted
from api.watching import observation
from api.watching.access_lines import AccessLines
from api.watching.observation import Observation
from api.wire.observing import timed
from api.wire.reading import BODY_SECONDS
from domain import answers, tracing
from domain.actor import ActorKind

_OF_POST = ((b"cache-control", b"no-store"), (b"vary", b"Origin"))
_OF_GET = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", f"{VARY}, Origin".encode()),
)
# Pages of other origins are answered with headers of their own; bodies of a GET are refused.
_SPECIAL = frozenset({b"origin", b"transfer-encoding"})
_REMEMBERED = (ActorKind.MEMBER, ActorKind.ANONYMOUS)


class KnownAnswers:
    """In front of `app`, for POST and GET to `path`. `headers` are those of every answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        path: str,
        recognising: Recognising,
        actor_of: ActorOf,
        rates: Rates,
        headers: Mapping[str, str],
        lines: AccessLines | None,
    ) -> None:
        self._app = app
        self._path = path
        self._recognising = recognising
        self._actor_of = actor_of
        self._rates = rates
        self._lines = lines
        others = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        self._headers = {"POST": [*_OF_POST, *others], "GET": [*_OF_GET, *others]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        raw = scope["headers"]
        headers: dict[bytes, bytes] = dict(raw)
        method = scope["method"]
        manner = self._recognising.manner(headers, method)
        if manner is None or len(headers) != len(raw) or not _SPECIAL.isdisjoint(headers):
            await self._app(scope, receive, send)
            return
        if method == "POST":
            message = await receive()
            if message.get("more_body"):
                message = await _whole(message, receive)
            receive = _Again(message, receive)
            if message["type"] != "http.request" or message.get("more_body"):
                await self._app(scope, receive, send)
                return
            wanted = self._recognising.posted(message.get("body", b""))
        elif method == "GET" and b"content-length" not in headers:
            wanted = self._recognising.named(scope["query_string"])
        else:
            wanted = None
        looked = await self._looked(scope, headers, wanted, manner) if wanted else None
        if looked is not None and wanted is not None:
            if type(looked.found) is bytes:
                await self._tell(scope, headers, wanted, manner, looked.found, send, begun)
                return
            scope[LOOKED] = looked
        await self._app(scope, receive, send)

    async def _looked(
        self, scope: Scope, headers: dict[bytes, bytes], wanted: Wanted, manner: Manner
    ) -> Looked | None:
        given = headers.get(b"authorization")
        try:
            actor = await self._actor_of([given.decode("latin-1")] if given is not None else [])
        except Exception:  # noqa: BLE001 - the application meets it too, and says what it may
            return None
        if actor.kind not in _REMEMBERED:
            return None
        field = wanted.field + manner.language if manner.language else wanted.field
        line = self._rates.line(actor, scope)
        found = await answers.ask(actor.member_id, field, line)
        return Looked(found, actor.member_id, field)

    async def _tell(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        wanted: Wanted,
        manner: Manner,
        found: bytes,
        send: Send,
        begun: float,
    ) -> None:
        observed = Observation(observation.request_id(scope["headers"]))
        observed.operation, observed.cache = wanted.name or observation.UNKNOWN, "hit"
        body, status = found[ETAG_BYTES:], 200
        method = scope["method"]
        sent = self._headers[method].copy()
        sent.append((b"content-type", manner.media))
        sent.append((b"x-request-id", observed.request_id.encode()))
        if method == "GET":
            etag = b'W/"' + found[:ETAG_BYTES] + b'"'
            sent.append((b"etag", etag))
            if is_current(headers.get(b"if-none-match"), etag):
                status, body = 304, b""
        if status == 200:
            sent.append((b"content-length", b"%d" % len(body)))
        with tracing.span(observed.operation, cache="hit"):
            await send({"type": "http.response.start", "status": status, "headers": sent})
            await send({"type": "http.response.body", "body": body})
        seconds = perf_counter() - begun
        timed(observed, seconds)
        if self._lines is not None:
            self._lines.add("request", observed, status, seconds)


async def _whole(message: Message, receive: Receive) -> Message:
    # A body that comes in pieces, as one message: as much of it as may be known again.
    body = bytearray(message.get("body", b""))
    with suppress(TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            while message.get("more_body") and len(body) <= BYTES_MAX:
                message = await receive()
                if message["type"] != "http.request":
                    return message
                body += message.get("body", b"")
    return {**message, "body": bytes(body)}


class _Again:
    """A `receive` whose first message has been read already, and comes again."""

    __slots__ = ("_message", "_receive")

    def __init__(self, message: Message, receive: Receive) -> None:
        self._message: Message | None = message
        self._receive = receive

    async def __call__(self) -> Message:
        message, self._message = self._message, None
        return await self._receive() if message is None else message
