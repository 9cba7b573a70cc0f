"""A restart that nobody notices: each API process goes when the one that replaces it serves."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from api.running.children import STOP_SECONDS, Child
from api.running.run_folder import is_ready
from api.running.watch import say

READY_SECONDS = 60.0
SIGNAL = signal.SIGUSR2  # a terminal that closes sends SIGHUP, and means the end


class Rolling:
    """Upon SIGUSR2 starts each child anew; what it replaces ends once the new one serves."""

    def __init__(self, children: Sequence[Child], folder: Path) -> None:
        """Listen for the signal; `look` does the work."""
        self._children = children
        self._folder = folder
        self._left: list[Child] = []
        self._old: subprocess.Popen[bytes] | None = None
        self._step: Callable[[float], None] = self._begin
        self._until = 0.0
        self._is_asked = False
        signal.signal(SIGNAL, self._ask)

    def look(self, now: float) -> None:
        """Do the next step if it is time. `now` is monotonic."""
        self._step(now)

    def stop(self) -> None:
        """End what is being replaced just now."""
        if self._old and self._old.poll() is None:
            self._old.terminate()
            try:
                self._old.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._old.kill()
                self._old.wait()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked = True

    def _begin(self, now: float) -> None:
        if self._is_asked and not self._left:
            self._is_asked, self._left = False, list(self._children)
            say("the API processes are started anew, one by one")
        if self._left:
            child = self._left[0]
            self._old = child.process
            child.start()
            self._until, self._step = now + READY_SECONDS, self._wait_for_new

    def _wait_for_new(self, now: float) -> None:
        # One that dies is started again by its Watch, under another number.
        new = self._left[0].process
        if new and is_ready(self._folder, new.pid):
            if self._old and self._old.poll() is None:
                self._old.terminate()
            self._until, self._step = now + STOP_SECONDS, self._wait_for_old
        elif now > self._until:
            say(f"the new {self._left[0].name} does not come to serve; the restart is given up")
            self._put_back(new)

    def _wait_for_old(self, now: float) -> None:
        if self._old and self._old.poll() is None:
            if now > self._until:
                self._old.kill()
            return
        self._old = None
        say(f"{self._left.pop(0).name} was started anew")
        self._step = self._begin

    def _put_back(self, new: subprocess.Popen[bytes] | None) -> None:
        if self._old and self._old.poll() is None:
            self._left[0].process = self._old
            if new and new.poll() is None:
                new.kill()
                new.wait()
        self._old, self._left, self._step = None, [], self._begin
