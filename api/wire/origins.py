"""Whose pages may call from a browser: our own, and those that are listed. Nobody is echoed."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, accept-language, traceparent,"
    " apollographql-client-name, apollographql-client-version, apollo-require-preflight",
    "Access-Control-Max-Age": "7200",
}
_EXPOSED = "Retry-After, ETag"


class Origins:
    """`allowed` are origins as browsers write them; `public_url` is where we are reached."""

    def __init__(self, allowed: str, public_url: str) -> None:
        self._allowed = frozenset(allowed.split())
        self._home = urlsplit(public_url).netloc

    def are_listed(self, origin: str | None) -> bool:
        """A page of this origin may read answers."""
        return origin in self._allowed

    def may_connect(self, headers: Mapping[str, str]) -> bool:
        """A socket may be opened: from no page at all, from one of ours, from one listed."""
        origin = headers.get("origin")
        if origin is None or origin in self._allowed:
            return True
        return urlsplit(origin).netloc in (headers.get("host"), self._home)


class CrossOrigin:
    """Answers preflights and lets listed origins read; the rest gets no such header (CORS)."""

    def __init__(self, app: ASGIApp, origins: Origins, path: str) -> None:
        self._app = app
        self._origins = origins
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_listed = self._origins.are_listed(origin)

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent.add_vary_header("Origin")
                if is_listed and origin:
                    sent["Access-Control-Allow-Origin"] = origin
                    sent["Access-Control-Expose-Headers"] = _EXPOSED
                    sent["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if is_preflight and is_listed:
            raw = [(name.lower().encode(), text.encode()) for name, text in _PREFLIGHT.items()]
            await send_readable({"type": "http.response.start", "status": 204, "headers": raw})
            await send({"type": "http.response.body"})
            return
        await self._app(scope, receive, send_readable)
