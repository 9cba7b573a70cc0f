"""Processes that the supervisor starts: their life, their end with it, the socket they share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from api.running import run_folder
from api.settings import Refused, Settings

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 25.0
PORT_SECONDS = 2.0


class PortTaken(Refused):
    """Another program listens on the port."""


class Leash:
    """Two pipes that children read: one closes with the supervisor, one when they may begin."""

    def __init__(self) -> None:
        """Closed at first."""
        # The other end stays open as long as this process lives, however it ends.
        self.lifeline, _ = os.pipe()
        self.gate, self._opener = os.pipe()

    def let_go(self) -> None:
        """Everything is there: children that have loaded their code may begin."""
        os.close(self._opener)


class Child:
    """`python -m api ...`, told its settings by environment."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        settings: Settings,
        leash: Leash,
        folder: Path,
        *fds: int,
    ) -> None:
        """Describe it; `start` starts it. In `folder` it leaves what it counts."""
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        pipes = ("--lifeline", str(leash.lifeline), "--gate", str(leash.gate))
        self._command = [sys.executable, "-m", "api", *command, *pipes]
        self._fds = (leash.lifeline, leash.gate, *fds)
        self._environment = settings.environment() | {
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": _path(),
            run_folder.VARIABLE: str(folder),
        }

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches it through the supervisor only."""
        self.process = subprocess.Popen(
            self._command,
            env=os.environ | self._environment,
            pass_fds=self._fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def stop(children: Iterable[Child]) -> None:
    """Ask all of them to end, then wait; who does not end in time is killed."""
    living = [child.process for child in children if child.process and child.process.poll() is None]
    for process in living:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in living:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with(lifeline: int) -> None:
    """Make this process stop when the other end of the pipe closes: its supervisor was killed.

    An orphan would hold the port and work on beside its successor.
    """

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def wait_at(gate: int) -> None:
    """Wait until the supervisor has prepared what this process needs."""
    os.read(gate, 1)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket that children can share; PortTaken if another keeps it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            listening.bind((host, port))
            listening.listen(2048)
            return listening
        except OSError as error:
            # Children of a killed supervisor need a moment to notice.
            if time.monotonic() > deadline:
                raise PortTaken(
                    f"Cannot listen on {host} port {port}: {error.strerror}. "
                    "Stop what listens there, or choose another --port."
                ) from None
            time.sleep(0.1)


def _path() -> str:
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
