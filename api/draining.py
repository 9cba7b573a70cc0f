"""The end of a process that serves: what is under way is finished, nothing new is begun."""

from __future__ import annotations

import asyncio

REQUEST_SECONDS = 20  # what runs when the process is told to end gets this long
LINGER_SECONDS = 3.0  # as long as a client may take to come again over an open connection

_begun = False
_waiting: set[asyncio.Event] = set()


def begin() -> None:
    """The process was told to end: from now on it says that it is not ready."""
    global _begun
    _begun = True


def tell_sockets() -> None:
    """Let every socket know; in the event loop."""
    for event in list(_waiting):
        event.set()


def begun() -> bool:
    """Whether the process is about to end."""
    return _begun


def forget() -> None:
    """For processes that serve again, as tests do."""
    global _begun
    _begun = False


class Notice:
    """For the time of a `with` block an event that is set when the process is about to end."""

    def __enter__(self) -> asyncio.Event:
        """The event."""
        self._event = asyncio.Event()
        if _begun:
            self._event.set()
        _waiting.add(self._event)
        return self._event

    def __exit__(self, *_: object) -> None:
        """Nobody waits for it any more."""
        _waiting.discard(self._event)
