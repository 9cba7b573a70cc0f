"""Around everything: each request gets an id, an access line, a place in the metrics, a span."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.watching import observation
from api.watching.access_lines import AccessLines
from api.watching.observation import Observation
from domain import metrics, tracing

# Where requests go that are no GraphQL; of other paths nothing is told, for they may hold anything.
_PLACES = ("healthz", "readyz", "metrics", "graphiql", "programme", "r", ".well-known")
_QUIET = ("/healthz", "/readyz", "/metrics")

# Looking a label up costs as much as counting.
_timed: dict[tuple[str, str], Any] = {}


class Observing:
    """Plain ASGI, the outermost: what others refuse is seen too."""

    def __init__(self, app: ASGIApp, lines: AccessLines | None) -> None:
        self._app = app
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the answer's header `X-Request-Id` names the request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        observed = Observation(observation.request_id(scope["headers"]))
        if scope["path"] != "/graphql":
            observed.operation = _place(scope["path"])
        observation.current.set(observed)
        header = (b"x-request-id", observed.request_id.encode())
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        if scope["type"] == "websocket":
            await self._serve_socket(observed, scope, receive, send)
            return
        begun = perf_counter()
        try:
            with tracing.span("request"):
                await self._app(scope, receive, send_named)
        finally:
            self._tell("request", observed, status, perf_counter() - begun)

    async def _serve_socket(
        self, observed: Observation, scope: Scope, receive: Receive, send: Send
    ) -> None:
        begun = perf_counter()
        observed.operation = "socket"
        metrics.sockets.inc()
        try:
            await self._app(scope, receive, send)
        finally:
            metrics.sockets.dec()
            if self._lines:
                self._lines.add("socket closed", observed, 101, perf_counter() - begun)

    def _tell(self, event: str, observed: Observation, status: int, seconds: float) -> None:
        timed(observed, seconds)
        if self._lines and observed.operation not in _QUIET:
            self._lines.add(event, observed, status, seconds)


@contextmanager
def operating() -> Iterator[None]:
    """An operation on a socket, counted as a request over HTTP is."""
    begun = perf_counter()
    try:
        with tracing.span("request"):
            yield
    finally:
        if observed := observation.current.get():
            timed(observed, perf_counter() - begun)


def timed(observed: Observation, seconds: float) -> None:
    """Count the request, by the name of its operation and whether Redis had its answer."""
    key = observed.operation, observed.cache
    child = _timed.get(key)
    if child is None:
        child = _timed[key] = metrics.requests.labels(*key)
    child.observe(seconds)


def _place(path: str) -> str:
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return f"/{first}" if first in _PLACES else "elsewhere"
