"""The servers that are measured: one process each, on the one core that is theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from api.running.children import bound
from api.settings import Settings
from scripts.benching import gauges

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


@dataclass(frozen=True)
class Served:
    """A process that answers on a port of 127.0.0.1."""

    port: int
    pid: int


@contextmanager
def api(settings: Settings) -> Iterator[Served]:
    """The product's own server, one process, without a worker."""
    with _running(settings, "-m", "api", "serve", "--fd") as served:
        yield served


@contextmanager
def bare(settings: Settings) -> Iterator[Served]:
    """The ceilings: bare routes under the same uvicorn (bare.py)."""
    with _running(settings, "-m", "scripts.benching.bare") as served:
        yield served


@contextmanager
def _running(settings: Settings, *command: str) -> Iterator[Served]:
    with bound("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        fd = listening.fileno()
        here = replace(settings, port=port, public_url="").at_port(port)
        process = subprocess.Popen(
            [sys.executable, *command, str(fd)],
            cwd=ROOT,
            env=os.environ | here.environment(),
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/healthz")
        gauges.pin([process.pid], gauges.cores()[0])
        yield Served(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(URLError, OSError), urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer; the server ended with {process.poll()}")
