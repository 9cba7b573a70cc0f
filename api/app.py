"""The Starlette application: its routes, and what is open while it serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from api import exports, graphiql, programme_page
from api.bounds.rates import Rates
from api.execution import Execution
from api.identity.admission import admitting
from api.identity.auth import actor_of
from api.known.known_answers import KnownAnswers
from api.known.recognising import Recognising
from api.known.registry import Registry
from api.live.connections import Parts
from api.live.credentials import Credentials
from api.live.fanout import Fanout
from api.live.graphql_ws import GraphQLOverWebSocket
from api.running.opening import opened
from api.settings import Settings
from api.watching import access_lines, health, metrics
from api.wire import middleware
from api.wire.graphql_http import GraphQLOverHTTP
from api.wire.graphql_sse import EventStream
from api.wire.middleware import Guard
from api.wire.observing import Observing
from api.wire.origins import CrossOrigin, Origins
from domain.access import revocations, tokens
from domain.actor import Actor
from domain.notifications import live
from schema.context import Context
from schema.root import schema


def create(settings: Settings) -> ASGIApp:
    """The application with these settings; its lifespan opens PostgreSQL and Redis."""
    rates = Rates.of(settings)
    locked = settings.profile == "locked"
    registry = Registry(locked=locked)
    execution = Execution(schema, locked=locked, rates=rates, registry=registry)
    origins = Origins(settings.allowed_origins, settings.public_url)

    def new_context(actor: Actor, language: str | None) -> Any:
        return Context(actor, language, settings.public_url)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with opened(settings), admitting(settings):
            live.start()
            hear_no_more = revocations.hear(credentials.ended)
            sampling = asyncio.create_task(metrics.sample())
            try:
                yield
                await execution.finish()
            finally:
                hear_no_more()
                await live.stop()
                sampling.cancel()
                if lines:
                    lines.flush()

    credentials = Credentials()
    parts = Parts(execution, actor_of, new_context, Fanout(new_context), credentials)
    over_http = GraphQLOverHTTP(execution, actor_of, new_context, partial(EventStream, parts))
    over_socket = GraphQLOverWebSocket(parts, origins)
    routes: list[BaseRoute] = [
        Route("/graphql", over_http),
        WebSocketRoute("/graphql", over_socket),
        Route("/.well-known/jwks.json", _jwks),
        Route("/r/{code}", _invitation),
        Route("/claim/{code}", _receipt),
        *health.routes(),
        *metrics.routes(settings),
        *graphiql.routes(settings),
        *programme_page.routes(settings),
        *exports.routes(settings),
    ]
    is_https = settings.public_url.startswith("https:")
    guard = Middleware(Guard, is_https=is_https)
    lines = access_lines.of(settings)
    seen = Middleware(Observing, lines=lines)
    across = Middleware(CrossOrigin, origins=origins, path="/graphql")
    app = Starlette(routes=routes, middleware=[seen, across, guard], lifespan=lifespan)
    # A redirect to a trailing slash would repeat the caller's Host header.
    app.router.redirect_slashes = False
    return KnownAnswers(
        app,
        path="/graphql",
        recognising=Recognising(registry, execution),
        actor_of=actor_of,
        rates=rates,
        headers=middleware.headers(is_https),
        lines=lines,
    )


async def _jwks(_: Request) -> JSONResponse:
    return JSONResponse(await tokens.jwks(), headers={"Cache-Control": "public, max-age=300"})


async def _invitation(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/programme?code={quote(request.path_params['code'], safe='')}", 302)


async def _receipt(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/programme?claim={quote(request.path_params['code'], safe='')}", 302)
