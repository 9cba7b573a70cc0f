"""Around every route: headers that browsers heed, and an answer when everything else fails."""

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, only_problems

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def headers(is_https: bool) -> dict[str, str]:
    """What every answer has."""
    strict = {"Strict-Transport-Security": "max-age=31536000"} if is_https else {}
    return _HEADERS | strict


class Guard:
    """Plain ASGI, for anything that wraps requests in tasks loses cancellations."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app = app
        self._headers = headers(is_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; a route's own headers stay as they are."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                sent = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    sent.setdefault(name, value)
            await send(message)

        try:
            with only_problems():
                await self._app(scope, receive, send_guarded)
        except Problem as problem:
            if not has_begun:
                response = JSONResponse(problem.answer(), problem.status, problem.headers)
                await response(scope, receive, send_guarded)
