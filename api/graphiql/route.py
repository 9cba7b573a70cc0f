"""What is served below /graphiql: the page, its settings and its files."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.graphiql import build, operations
from api.graphiql.missing import BEING_BUILT, NOT_BUILT
from api.settings import Settings

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
# Monaco and the motion library write style attributes; nothing else is allowed inline.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
GUARDED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Assets(StaticFiles):
    """Files named by their content, so that a browser may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Add what every file of the page is sent with."""
        response = await super().get_response(path, scope)
        response.headers.update(GUARDED)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def routes(settings: Settings, static: Path = build.STATIC) -> list[BaseRoute]:
    """The routes of the page; a build that ends later is picked up without a restart."""

    async def page(request: Request) -> Response:
        headers = GUARDED | {"Cache-Control": "no-cache"}
        if (static / "index.html").exists():
            return FileResponse(static / "index.html", headers=headers)
        if not build.is_running(static):
            return HTMLResponse(NOT_BUILT, 503, headers)
        return HTMLResponse(BEING_BUILT, 503, headers | {"Retry-After": "3"})

    async def configuration(request: Request) -> Response:
        answer = {
            "profile": settings.profile,
            "endpoint": "/graphql",
            "tokens": await _tokens(request, settings),
            "operations": operations.menu(),
        }
        return JSONResponse(answer, headers=GUARDED | {"Cache-Control": "no-store"})

    return [
        Route("/graphiql", page),
        Route("/graphiql/", page),
        Route("/graphiql/config.json", configuration),
        Mount("/graphiql/assets", Assets(directory=static / "assets", check_dir=False)),
    ]


async def _tokens(request: Request, settings: Settings) -> dict[str, Any]:
    # A foreign name that resolves to this machine must not read tokens out of the page.
    host = request.headers.get("host", "").rsplit(":", 1)[0]
    if settings.profile != "explore" or host not in LOOPBACK:
        return {}
    from api.identity.tokens import demo_tokens

    return dict(await demo_tokens(settings))
