"""GraphQL over HTTP: POST for everything but subscriptions, GET for queries."""

import asyncio
import hashlib
import math
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from graphql import OperationType
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.execution import Execution, Operation, Request
from api.identity.auth import ActorOf
from api.known.looked import ETAG_BYTES, LOOKED, VARY, Looked, is_current
from api.problems import Answer, Code, Problem, only_problems
from api.watching import observation
from api.wire import negotiation, reading
from api.wire.results import encoded
from domain.actor import Actor, ActorKind
from domain.errors import RateLimited
from domain.failpoints import failpoint

T = TypeVar("T")
NewContext = Callable[[Actor, str | None], Any]
Stream = Callable[[Actor, str | None, Request], ASGIApp]
"""Answers as a stream of events (graphql_sse.py)."""

_HIT, _MISS = b'"cache":"hit"}}', b'"cache":"miss"}}'
BODY_BYTES = 64 * 1024
BODY_BYTES_OF_SYSTEMS = 4 * 1024 * 1024


class GraphQLOverHTTP:
    """The endpoint. `new_context(actor, language)` makes what resolvers get."""

    def __init__(
        self, execution: Execution, actor_of: ActorOf, new_context: NewContext, stream: Stream
    ) -> None:
        self._stream = stream
        self._execution = execution
        self._actor_of = actor_of
        self._new_context = new_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is. What was looked up for it stands in its scope."""
        response = await self._response(HTTPRequest(scope, receive))
        failpoint("replying")
        await response(scope, receive, send)

    async def _response(self, request: HTTPRequest) -> ASGIApp:
        media = negotiation.JSON
        try:
            with only_problems():
                _check_method(request.method)
                is_stream = request.method == "POST" and negotiation.wants_events(request.headers)
                if not is_stream:
                    media = negotiation.media_type(request.headers)
                actor = await self._actor_of(request.headers.getlist("authorization"))
                wanted = reading.graphql_request(await _parameters(request, actor))
                if request.method == "GET" and self._execution.locked:
                    _check_is_known(wanted)
        except Problem as problem:
            return _response(problem.answer(), media, problem.status, problem.headers)
        language = negotiation.language(request.headers.get("accept-language"))
        if is_stream:
            return self._stream(actor, language, wanted)
        looked: Looked | None = request.scope.get(LOOKED)
        context = self._new_context(actor, language)
        try:
            with only_problems():
                operation = await self._admitted(wanted, actor, request.scope, looked)
                _check_kind(request.method, operation)
                work = self._execution.run(operation, context)
                answer = await _while_client_waits(request, work)
                if looked is not None and "errors" not in answer:
                    return _remembered(request, answer, media, looked, context.good_for())
                return _response(answer, media)
        except Problem as problem:
            # Readers of plain application/json take another status for no GraphQL answer at all.
            is_mild = media == negotiation.JSON and problem.status in (400, 403, 404, 422)
            status = 200 if is_mild else problem.status
            return _response(problem.answer(), media, status, problem.headers)

    async def _admitted(
        self, wanted: Request, actor: Actor, scope: Scope, looked: Looked | None
    ) -> Operation:
        if looked is None:
            return await self._execution.admitted(wanted, actor, scope)
        if looked.wait_us:
            raise RateLimited(math.ceil(looked.wait_us / 1_000_000))
        return await self._execution.admitted(wanted, actor, scope, is_counted=looked.is_counted)


def _remembered(
    request: HTTPRequest, answer: Answer, media: str, looked: Looked, seconds: float | None
) -> Response:
    if "extensions" in answer:
        answer["extensions"]["cache"] = "hit"
    kept = encoded(answer)
    etag = hashlib.blake2b(kept, digest_size=ETAG_BYTES // 2).hexdigest().encode()
    looked.keep(etag + kept, seconds)
    # This one was not there yet: the rest of the bytes is the same.
    if kept.endswith(_HIT):
        kept = kept[: -len(_HIT)] + _MISS
    observation.caches("miss")
    if request.method != "GET":
        return _bytes(kept, media)
    quoted = b'W/"' + etag + b'"'
    headers = {"Cache-Control": "private, no-cache", "Vary": VARY, "ETag": quoted.decode()}
    if is_current(request.headers.get("if-none-match", "").encode(), quoted):
        return Response(None, 304, headers)
    return _bytes(kept, media, headers)


async def _parameters(request: HTTPRequest, actor: Actor) -> dict[str, Any]:
    if request.method == "GET":
        await reading.body(request, 0)
        return reading.query_string(request.scope["query_string"])
    negotiation.must_be_json(request.headers)
    is_system = actor.kind in (ActorKind.SERVICE, ActorKind.STAFF)
    return reading.json_object(
        await reading.body(request, BODY_BYTES_OF_SYSTEMS if is_system else BODY_BYTES)
    )


def _check_method(method: str) -> None:
    if method not in ("GET", "POST"):
        allow = {"Allow": "GET, POST"}
        raise Problem(Code.BAD_REQUEST, "Use POST.", status=405, headers=allow)


def _check_is_known(wanted: Request) -> None:
    # A page elsewhere can make a browser send any GET.
    if wanted.document_id is None:
        message = "GET serves known documents by documentId; send others by POST."
        raise Problem(Code.BAD_REQUEST, message, status=405, headers={"Allow": "POST"})


def _check_kind(method: str, operation: Operation) -> None:
    if operation.kind is OperationType.SUBSCRIPTION:
        raise Problem(
            Code.BAD_REQUEST,
            "Subscriptions are served over WebSocket (graphql-transport-ws) or text/event-stream.",
        )
    if method == "GET" and operation.kind is not OperationType.QUERY:
        allow = {"Allow": "POST"}
        raise Problem(Code.BAD_REQUEST, "Send mutations by POST.", status=405, headers=allow)


async def _while_client_waits(request: HTTPRequest, work: Coroutine[Any, Any, T]) -> T:
    running = asyncio.ensure_future(work)
    # The body is read, so the next message can only be that the client went.
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((running, gone), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        raise Problem(Code.BAD_REQUEST, "Nobody waits for the answer any more.")
    finally:
        gone.cancel()
        running.cancel()


def _response(
    answer: Answer, media: str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return _bytes(encoded(answer), media, headers, status)


def _bytes(
    body: bytes, media: str, headers: dict[str, str] | None = None, status: int = 200
) -> Response:
    named = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, named, f"{media}; charset=utf-8")
