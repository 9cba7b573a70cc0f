"""/metrics: what all processes of this host counted, and how far PostgreSQL says that work is."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import prometheus_client
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.engines.processes import is_gone
from api.running import run_folder
from api.settings import Settings
from api.watching import standing
from domain import database, metrics, redis_connection

SAMPLE_SECONDS = 1.0


def routes(settings: Settings) -> list[BaseRoute]:
    """/metrics, for who shows the token; without one it is for this machine alone."""
    expected = f"Bearer {settings.metrics_token}".encode()

    async def tell(request: Request) -> Response:
        if settings.metrics_token:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, expected):
                why = "Send PISTIS_METRICS_TOKEN as the bearer token.\n"
                return PlainTextResponse(why, 401, {"WWW-Authenticate": "Bearer"})
        elif not _is_near(request):
            why = "Ask from this machine, or set PISTIS_METRICS_TOKEN and send it.\n"
            return PlainTextResponse(why, 403)
        families = await standing.families()
        body = await asyncio.to_thread(_written, families)
        return Response(body, media_type=prometheus_client.CONTENT_TYPE_LATEST)

    return [Route("/metrics", tell)]


async def sample() -> None:
    """Look every second at what only this process can see; until cancelled."""
    due = monotonic() + SAMPLE_SECONDS
    while True:
        await asyncio.sleep(max(0.0, due - monotonic()))
        metrics.loop_lag.set(max(0.0, monotonic() - due))
        due = monotonic() + SAMPLE_SECONDS
        size, used, waiting = database.pool_state()
        metrics.pool_size.set(size)
        metrics.pool_used.set(used)
        metrics.pool_waiting.set(waiting)
        metrics.redis_away.set(redis_connection.is_away())


def _is_near(request: Request) -> bool:
    # A proxy on this machine speaks for others.
    if not request.client or {"forwarded", "x-forwarded-for"} & set(request.headers.keys()):
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(request.client.host).is_loopback
    return False


def _written(families: list[Metric]) -> bytes:
    folder = os.environ.get(run_folder.VARIABLE)
    registry = prometheus_client.REGISTRY
    if folder:
        _bury(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(_Found(families))


def _bury(folder: Path) -> None:
    # What a process that has died had open does not count; what it counted does.
    for file in folder.glob("gauge_live*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and is_gone(int(pid)):
            file.unlink(missing_ok=True)


class _Found(CollectorRegistry):
    def __init__(self, families: list[Metric]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families
