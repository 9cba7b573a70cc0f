"""Whether this process lives, and whether it can serve."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

import domain.migrations
from api.running import draining
from domain import cache, database
from domain.wallets import guard

_MIGRATIONS = {path.stem for path in Path(domain.migrations.__path__[0]).glob("[0-9]*.py")}


def routes() -> list[BaseRoute]:
    """/healthz and /readyz."""
    return [Route("/healthz", _healthz), Route("/readyz", _readyz)]


async def _healthz(_: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})


async def _readyz(_: Request) -> JSONResponse:
    if draining.begun():
        return _not_ready("This process is about to end.")
    try:
        applied = await database.rows("select name from tortoise_migrations")
        missing = _MIGRATIONS - {row["name"] for row in applied}
        problems = [] if missing else await guard.open_problems()
    except database.OUTAGES:
        return _not_ready("PostgreSQL does not answer.")
    if missing:
        return _not_ready(f"The schema lacks {min(missing)}: run `python -m api migrate`.")
    if problems:
        named = ", ".join(problems)
        return _not_ready(f"The ledger does not fit: {named}; see `python -m api proof`.")
    if not await cache.reachable():
        return JSONResponse({"status": "degraded", "why": "Redis does not answer."})
    return JSONResponse({"status": "ready"})


def _not_ready(why: str) -> JSONResponse:
    return JSONResponse({"status": "unavailable", "why": why}, 503)
