"""Everything in one command: engines, schema, demo, API processes and worker, kept running."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from api.children import Child, bound, stop
from api.engines import Ended, Engines, ending_on_signals
from api.page_build import PageBuild
from api.settings import Settings, address
from api.watch import keep_running, say

ROLES = ("member", "shop", "staff")


def up(settings: Settings, demo: bool) -> None:
    """Run everything until SIGTERM, SIGINT or SIGHUP; `demo` fills an empty installation."""

    def prepare(settings: Settings) -> None:
        asyncio.run(_prepare(settings, demo))

    _run(settings, prepare, is_whole=True)


def serve(settings: Settings) -> None:
    """Run the API processes alone, all on one port, until SIGTERM, SIGINT or SIGHUP."""
    _run(settings, lambda _: None, is_whole=False)


def _run(settings: Settings, prepare: Callable[[Settings], None], is_whole: bool) -> None:
    try:
        with (
            ending_on_signals(),
            bound(settings.host, settings.port) as listening,
            Engines(settings.at_port(listening.getsockname()[1])) as engines,
        ):
            settings = engines.settings
            _tell_engines(engines)
            prepare(settings)
            # The other end stays open as long as this process lives, however it ends.
            lifeline, _ = os.pipe()
            share = ["serve", "--fd", str(listening.fileno())]
            children = [
                Child(f"API process {number}", share, settings, lifeline, listening.fileno())
                for number in range(1, settings.processes + 1)
            ]
            if is_whole:
                children.append(Child("worker", ["work"], settings, lifeline))
            here = address(settings.host, settings.port)
            log = settings.data / "log" / "graphiql.log"
            page = PageBuild(log, f"{settings.public_url}/graphiql")

            def ready() -> None:
                say(f"ready {here}")
                if is_whole:
                    page.start()

            try:
                for child in children:
                    child.start()
                _tell_addresses(settings)
                keep_running([*engines.own, *children], f"{here}/readyz", ready)
            finally:
                page.stop()
                stop(children)
    except (Ended, KeyboardInterrupt):
        say("stopped")


async def _prepare(settings: Settings, demo: bool) -> None:
    from domain import database

    applied = await database.migrate(settings.database_url)
    if applied:
        say(f"schema: {len(applied)} migrations applied, now at {applied[-1]}")
    if demo:
        try:
            from api.demo import seed
        except ModuleNotFoundError:
            return
        await seed(settings)


def _tell_engines(engines: Engines) -> None:
    embedded = " and ".join(engine.name for engine in engines.own)
    if embedded:
        say(f"{embedded} run in {engines.settings.data}; what they say is in its log/")


def _tell_addresses(settings: Settings) -> None:
    for title in ("GraphQL", "GraphiQL", "Programme"):
        say(f"{title:<13} {settings.public_url}/{title.lower()}")
    if settings.profile == "explore":
        from api.tokens import token

        for role in ROLES:
            say(f"{role + ' token':<13} {token(settings, role, None)}")
