"""Builds the GraphiQL page beside the running server, which does not wait for it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path

from api.running.children import ROOT
from api.running.watch import say

UP_TO_DATE = "up to date"


class PageBuild:
    """One run of scripts/graphiql-build: niced, its output in a log, its end told in one line."""

    def __init__(self, log: Path, page: str) -> None:
        """Describe it; `start` starts it. `page` is the URL that will show it."""
        self._log = log
        self._page = page
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and go on."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["nice", str(ROOT / "scripts" / "graphiql-build")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=self._tell_end, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End it with all that it started, if it still runs."""
        if self._process and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self._process.pid, signal.SIGTERM)
                self._process.wait(2)

    def _tell_end(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if code == 0 and UP_TO_DATE not in self._log.read_text():
            say(f"the GraphiQL page is built: {self._page}")
        elif code > 0:
            say(f"the GraphiQL page could not be built; why: {self._log}")
