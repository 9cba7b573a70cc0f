"""Signals that end a process let it stop first what it started."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)  # nohup and others have their say


class Ended(SystemExit):
    """The process was told to end."""


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Unwind at the first signal, ignore the next: who just dies leaves engines behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {kind: signal.getsignal(kind) for kind in ENDING}
    ours = [kind for kind, handler in before.items() if handler in UNTOUCHED]

    def end(number: int, _frame: FrameType | None) -> None:
        for kind in ours:
            signal.signal(kind, signal.SIG_IGN)
        raise KeyboardInterrupt if number == signal.SIGINT else Ended(128 + number)

    for kind in ours:
        signal.signal(kind, end)
    try:
        yield
    finally:
        for kind in ours:
            signal.signal(kind, before[kind])
