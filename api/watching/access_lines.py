"""A line for each request, gathered for a moment: a request must not wait for standard error."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from api.settings import Settings
from api.watching import observation
from api.watching.observation import Observation

GATHER_SECONDS = 0.2
GATHER_LINES = 500


class AccessLines:
    """Writes lines in batches, at the latest 0.2 seconds after they were said."""

    def __init__(self, fd: int, is_json: bool) -> None:
        self._fd = fd
        self._form = _json if is_json else _text
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._second = (0, "")

    def add(self, event: str, observed: Observation, status: int, seconds: float) -> None:
        """Say that this request is answered. Two microseconds."""
        now = time.time()
        second = int(now)
        if self._second[0] != second:
            self._second = second, observation.instant(second)[:19]
        instant = f"{self._second[1]}.{int((now - second) * 1e6):06d}Z"
        self._lines.append(self._form(event, instant, observed, status, int(seconds * 1e6)))
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(GATHER_SECONDS, self.flush)
        elif len(self._lines) >= GATHER_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered; nobody need be reading any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gathered, self._lines = "".join(self._lines).encode(), []
        try:
            while gathered:
                gathered = gathered[os.write(self._fd, gathered) :]
        except OSError:
            return


def of(settings: Settings) -> AccessLines | None:
    """What writes them, at levels that ask for them."""
    if settings.log_level not in ("debug", "info"):
        return None
    return AccessLines(sys.stderr.fileno(), settings.log == "json")


def _json(event: str, instant: str, observed: Observation, status: int, took_us: int) -> str:
    # By hand, in a third of the time: all of it is numbers and names that have nothing to escape.
    cache = f'"cache":"{observed.cache}",' if observed.cache else ""
    code = f'"code":"{observed.code}",' if observed.code else ""
    return (
        f'{{"time":"{instant}","level":"info","event":"{event}","logger":"pistis.access",'
        f'"request_id":"{observed.request_id}","operation":"{observed.operation}",{cache}'
        f'"status":{status},{code}"duration_us":{took_us}}}\n'
    )


def _text(event: str, instant: str, observed: Observation, status: int, took_us: int) -> str:
    named = (status, observed.operation, observed.cache, observed.code)
    words = " ".join(str(word) for word in named if word)
    return f"{instant[11:19]} info    {words} {took_us} us\n"
