"""A line for each request, gathered for a moment: a request must not wait for standard error."""

from __future__ import annotations

import asyncio
import os
import sys
import time

import orjson

from api import observation
from api.observation import Observation
from api.settings import Settings

GATHER_SECONDS = 0.2
GATHER_LINES = 500


class AccessLines:
    """Writes lines in batches, at the latest 0.2 seconds after they were said."""

    def __init__(self, fd: int, is_json: bool) -> None:
        self._fd = fd
        self._is_json = is_json
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, event: str, observed: Observation, status: int, seconds: float) -> None:
        """Say that this request is answered. A few microseconds."""
        said = {
            "time": observation.instant(time.time()),
            "level": "info",
            "event": event,
            "request_id": observed.request_id,
            "operation": observed.operation,
            "cache": observed.cache,
            "status": status,
            "code": observed.code,
            "duration_us": int(seconds * 1e6),
        }
        self._lines.append(_json(said) if self._is_json else _text(said))
        if len(self._lines) >= GATHER_LINES:
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(GATHER_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what has gathered; nobody need be reading any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gathered, self._lines = b"".join(self._lines), []
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


def _json(said: dict[str, object]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _text(said: dict[str, object]) -> bytes:
    words = (said["status"], said["operation"], said["cache"], said["code"])
    told = " ".join(str(word) for word in words if word)
    return f"{str(said['time'])[11:19]} info    {told} {said['duration_us']} us\n".encode()
