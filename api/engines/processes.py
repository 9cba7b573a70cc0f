"""Server processes: waiting for them, seeing that they are gone, ending them, their log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from api.settings import Refused

LOG_BYTES = 10_000_000


class EngineError(Refused):
    """An embedded engine does not run; the message says why and what to do."""


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true within the seconds."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_gone(pid: int) -> bool:
    """Whether the process has ended; a zombie that nobody reaps has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return Path("/proc/self").exists()


def end(pid: int, *signals: int, seconds: float = 10.0) -> None:
    """Stop a process that is not our child: each signal in turn, until it is gone."""
    for number in signals:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(lambda: is_gone(pid), seconds):
            return


def open_log(path: Path) -> int:
    """The log's file descriptor, for appending; a log that has grown large is kept as .1."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def said(path: Path, since: int) -> str:
    """What was written to the log from the offset on, its last lines."""
    with path.open("rb") as file:
        file.seek(since)
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-10:])
