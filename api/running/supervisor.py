"""Everything in one command: engines, schema, demo, API processes and worker, kept running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from api.engines import Ended, Engines, ending_on_signals
from api.page_build import PageBuild
from api.running import run_folder
from api.running.children import Child, Leash, bound, stop
from api.running.rolling import Rolling
from api.running.watch import Heir, Watch, keep_running, say
from api.settings import Settings, address


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
            run_folder.made(settings.data) as folder,
            Engines(settings.at_port(listening.getsockname()[1])) as engines,
        ):
            _tell_engines(engines)
            leash = Leash()
            children = _children(engines.settings, leash, folder, listening.fileno())
            worker = Child("worker", ["work"], engines.settings, leash, folder)
            everything = [*children, worker] if is_whole else children
            rolling = Rolling(children, folder)
            try:
                for child in everything:
                    child.start()
                prepare(engines.settings)
                leash.let_go()
                _tell_addresses(engines.settings)
                _keep_running(engines, everything, rolling, is_whole)
            finally:
                stop(everything)
                rolling.stop()
    except (Ended, KeyboardInterrupt):
        say("stopped")


def _children(settings: Settings, leash: Leash, folder: Path, fd: int) -> list[Child]:
    share = ["serve", "--fd", str(fd)]
    names = [f"API process {number}" for number in range(1, settings.processes + 1)]
    return [Child(name, share, settings, leash, folder, fd) for name in names]


def _keep_running(
    engines: Engines, children: list[Child], rolling: Rolling, is_whole: bool
) -> None:
    settings = engines.settings
    here = address(settings.host, settings.port)
    page = PageBuild(settings.data / "log" / "graphiql.log", f"{settings.public_url}/graphiql")

    def ready() -> None:
        say(f"ready {here}")
        if is_whole:
            page.start()

    try:
        watches: list[Watch | Heir] = [Watch(each) for each in (*engines.embedded, *children)]
        keep_running([rolling, *watches, Heir(engines)], f"{here}/readyz", ready)
    finally:
        page.stop()


async def _prepare(settings: Settings, demo: bool) -> None:
    from domain import database

    applied = await database.migrate(settings.database_url)
    if applied:
        say(f"schema: {len(applied)} migrations applied, now at {applied[-1]}")
    if demo:
        from api.demo import seed

        await seed(settings)


def _tell_engines(engines: Engines) -> None:
    names = " and ".join(engine.name for engine in engines.embedded)
    if names:
        whose = ", shared with another process" if engines.are_shared else ""
        say(f"{names} run in {engines.settings.data}{whose}; what they say is in its log/")


def _tell_addresses(settings: Settings) -> None:
    for title in ("GraphQL", "GraphiQL", "Programme"):
        say(f"{title:<13} {settings.public_url}/{title.lower()}")
    if settings.profile == "explore":
        from api.identity.tokens import ready_tokens

        for role, token in asyncio.run(ready_tokens(settings)).items():
            say(f"{role + ' token':<13} {token}")
