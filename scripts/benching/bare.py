"""The ceilings: bare Starlette routes, served by the product's own uvicorn settings. No GraphQL,
no tokens, no checks: what is left is what the answer costs at the very least.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from api.running import server
from api.settings import Settings
from domain.language import LANGUAGES
from domain.together import Together
from domain.wallets.words import TITLES
from scripts.benching import plan
from scripts.benching.fan import Fan

HOME = Path(__file__).parent / "home.sql"
FUNCTIONS = """
create function pg_temp.node(kind text, key text) returns text immutable language sql
return translate(encode(convert_to(kind || ':' || key, 'UTF8'), 'base64'), chr(10), '');
create function pg_temp.at(at timestamptz) returns text stable language sql
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
"""
POOL = 10


def create(settings: Settings) -> Starlette:
    """The application of the ceilings."""
    ceilings = _Ceilings(settings)
    routes = [
        Route("/healthz", _healthz),
        Route("/get/{n}", ceilings.get),
        Route("/mget/{n}", ceilings.mget),
        Route("/home/{n}", ceilings.home),
        WebSocketRoute("/fan/{n}", ceilings.fan.socket),
    ]
    return Starlette(routes=routes, lifespan=ceilings.open)


def key(number: int | str) -> str:
    """Where Redis has the whole answer for a member."""
    return f"bench:home:{number}"


def known() -> dict[str, Any]:
    """What a service without GraphQL would keep in its code: units, tiers, words, by language."""
    document = plan.programme()
    tiers = document["tiers"]
    return {
        "zone": document["timeZone"],
        "window_days": document["windowDays"],
        "units": [{"code": unit["code"], "unit": _unit(unit)} for unit in document["units"]],
        "tiers": {tier["code"]: _by_language(_tier, tier) for tier in tiers},
        "thresholds": {tier["code"]: tier["threshold"] for tier in tiers},
        "next": {
            tier["code"]: _by_language(_next, above) | {"threshold": above["threshold"]}
            for tier, above in pairwise(tiers)
        },
        "words": {name: dict(text) for name, text in TITLES.items()},
    }


def _by_language(make: Any, part: dict[str, Any]) -> dict[str, Any]:
    return {language: make(part, language) for language in LANGUAGES}


def _unit(unit: dict[str, Any]) -> dict[str, Any]:
    return {
        language: {"code": unit["code"], "name": unit["label"][language], "symbol": unit["symbol"]}
        for language in LANGUAGES
    }


def _tier(tier: dict[str, Any], language: str) -> dict[str, Any]:
    benefits = [{"title": benefit["title"][language]} for benefit in tier["benefits"]]
    return _next(tier, language) | {"rank": tier["rank"], "benefits": benefits}


def _next(tier: dict[str, Any], language: str) -> dict[str, Any]:
    return {"id": plan.node_id("Tier", tier["code"]), "name": tier["name"][language]}


class _Ceilings:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._together: Together[str, Any] = Together(self._read, 64)
        self._known = orjson.dumps(known()).decode()
        self._statement = HOME.read_text(encoding="utf-8")
        self.fan = Fan()

    @asynccontextmanager
    async def open(self, _: Starlette) -> AsyncIterator[None]:
        self._redis = Redis.from_url(self._settings.redis_url, protocol=3)
        self.fan.use(self._redis)
        async with asyncpg.create_pool(
            self._settings.database_url,
            min_size=POOL,
            max_size=POOL,
            init=_prepare,
            reset=_leave_as_is,
        ) as self._pool:
            yield
        await self._redis.aclose()

    async def get(self, request: Request) -> Response:
        """One GET a request."""
        return _json(await self._redis.get(key(request.path_params["n"])))

    async def mget(self, request: Request) -> Response:
        """One MGET for all requests that wait."""
        return _json(await self._together.ask(key(request.path_params["n"])))

    async def home(self, request: Request) -> Response:
        """One statement that makes the answer."""
        member_id = plan.member_id(int(request.path_params["n"]))
        async with self._pool.acquire() as connection:
            text = await connection.fetchval(self._statement, member_id, self._known)
        return _json(b'{"data":%b}' % text.encode())

    async def _read(self, keys: Any) -> list[Any]:
        return await self._redis.mget(keys)


async def _healthz(_: Request) -> Response:
    return Response(b"ok")


async def _prepare(connection: Any) -> None:
    await connection.execute(FUNCTIONS)


async def _leave_as_is(_: Any) -> None:
    # RESET would be three of four parts of a small statement; the product leaves it out too.
    return


def _json(body: Any) -> Response:
    return Response(body, media_type="application/json")


if __name__ == "__main__":
    # The same server, settings and all, around another application.
    vars(server)["create"] = create
    gc.freeze()
    server.serve(Settings.from_environment(), int(sys.argv[1]))
