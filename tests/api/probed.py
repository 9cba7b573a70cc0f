"""A server that tells how long it was busy at a stretch; `planted`: with Strawberry's own limiters.

    python -m tests.api.probed FD [planted]

It prints `busy MILLISECONDS` whenever that is more than ever before: CPU time of the event loop's
thread between two turns of a task that wants to run every few milliseconds.
"""

import asyncio
import sys
import time

from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.extensions import MaxAliasesLimiter, QueryDepthLimiter

from api import gate
from api.app import create
from api.running import server
from api.settings import Settings

EVERY_SECONDS = 0.002
LIMITERS = (QueryDepthLimiter(max_depth=12), MaxAliasesLimiter(max_alias_count=30))


class Probe:
    """Tells of the longest stretch so far, for as long as the process lives."""

    def __init__(self) -> None:
        self._longest = 20.0
        self._loop = asyncio.get_running_loop()
        self._wait()

    def _wait(self) -> None:
        self._since = time.thread_time()
        self._loop.call_later(EVERY_SECONDS, self._look)

    def _look(self) -> None:
        stretch = (time.thread_time() - self._since) * 1000
        if stretch > self._longest:
            self._longest = stretch
            print(f"busy {stretch:.1f}", flush=True)
        self._wait()


def probed(app: ASGIApp) -> ASGIApp:
    """The application, with a probe that starts with the first request."""
    probes: list[Probe] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not probes:
            probes.append(Probe())
        await app(scope, receive, send)

    return answer


def main() -> None:
    """Serve on the socket FD as the settings of the environment say."""
    if "planted" in sys.argv:
        rules = [rule for limiter in LIMITERS for rule in limiter.validation_rules]
        gate._RULES = (*gate._RULES, *rules)
    server.create = lambda settings: probed(create(settings))  # type: ignore[attr-defined]
    server.serve(Settings.from_environment(serving=True), int(sys.argv[1]))


if __name__ == "__main__":
    main()
