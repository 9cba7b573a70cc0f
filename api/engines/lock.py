"""Locks between processes on files; the kernel takes them back when their process ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from api.engines.processes import EngineError

PATIENCE_SECONDS = 60.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path`; wait for whoever has it now, at most PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (file := owned(path)):
        if time.monotonic() > deadline:
            raise EngineError(
                f"Another process has been starting or stopping the engines for long: see {path}."
            )
        time.sleep(0.02)
    with file:
        yield


def owned(path: Path) -> IO[str] | None:
    """The lock of `path`, held until it is closed; None if another has it."""
    file = path.open("a")
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
