"""Watches processes and starts again those that died; tells when the server answers."""

from __future__ import annotations

import contextlib
import http.client
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from api.engines import Engines
from api.settings import Refused

FIRST_RESTART_SECONDS = 0.2
RESTART_SECONDS = 5.0
LOOK_SECONDS = 0.1


class Watched(Protocol):
    """A process that is to run: an engine or a child."""

    name: str
    process: subprocess.Popen[bytes] | None

    def start(self) -> None:
        """Start it, again if need be."""


class Watch:
    """Starts a process again when it dies: the first time soon, then at most every 5 seconds."""

    def __init__(self, watched: Watched) -> None:
        """Watch one that has been started."""
        self._watched = watched
        self._due: float | None = None
        self._not_before = 0.0

    def look(self, now: float) -> None:
        """See whether it died, or whether its next start is due. `now` is monotonic."""
        process = self._watched.process
        if self._due is not None and now >= self._due:
            self._start(now)
        elif self._due is None and process and process.poll() is not None:
            self._due = max(now + FIRST_RESTART_SECONDS, self._not_before)
            wait = self._due - now
            say(f"{self._watched.name} {end_of(process)}; it is started again in {wait:.1f} s")

    def _start(self, now: float) -> None:
        self._not_before = now + RESTART_SECONDS
        try:
            self._watched.start()
        except (Refused, OSError) as error:
            self._due = self._not_before
            say(f"{error}\n{self._watched.name} is tried again in {RESTART_SECONDS:.0f} s")
        else:
            self._due = None
            say(f"{self._watched.name} was started again")


class Heir:
    """Starts engines here once the process is gone that they were shared with."""

    def __init__(self, engines: Engines) -> None:
        """Watch engines that may be shared."""
        self._engines = engines
        self._not_before = 0.0

    def look(self, now: float) -> None:
        """Take them over if nobody owns them. `now` is monotonic."""
        if not self._engines.are_shared or now < self._not_before:
            return
        try:
            if self._engines.take_over():
                say("the engines lost the process that ran them; they were started again here")
        except (Refused, OSError) as error:
            self._not_before = now + RESTART_SECONDS
            say(str(error))


class Looks(Protocol):
    """Something that has a look every tenth of a second."""

    def look(self, now: float) -> None:
        """Do what is due. `now` is monotonic."""


def keep_running(watches: Sequence[Looks], url: str, when_ready: Callable[[], None]) -> None:
    """Watch for ever; call `when_ready` once, when the server at `url` says that it is ready."""
    is_ready = False
    while True:
        for watch in watches:
            watch.look(time.monotonic())
        if not is_ready and answers(url):
            is_ready = True
            when_ready()
        time.sleep(LOOK_SECONDS)


def answers(url: str) -> bool:
    """Whether GET `url` is answered with 200 now."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_of(process: subprocess.Popen[bytes]) -> str:
    """How the process ended, in words."""
    code = process.returncode
    if code is not None and code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def say(text: str) -> None:
    """Tell whoever started this; nobody need be listening any more."""
    with contextlib.suppress(OSError):
        print(text, flush=True)
