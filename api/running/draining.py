"""The end of a process that serves: what is under way is finished, nothing new is begun."""

from __future__ import annotations

from collections.abc import Callable

REQUEST_SECONDS = 20  # what runs when the process is told to end gets this long
LINGER_SECONDS = 3.0  # as long as a client may take to come again over an open connection

_begun = False
_sockets: dict[Callable[[], None], None] = {}


def begin() -> None:
    """The process was told to end: from now on it says that it is not ready."""
    global _begun
    _begun = True


def tell_sockets() -> None:
    """Let every socket know; in the event loop."""
    for tell in list(_sockets):
        tell()


def begun() -> bool:
    """Whether the process is about to end."""
    return _begun


def told(tell: Callable[[], None]) -> Callable[[], None]:
    """Call `tell` when the process is about to end; not any more after calling what this answers.

    In a process that is about to end it is called at once.
    """
    _sockets[tell] = None
    if _begun:
        tell()

    def forget_it() -> None:
        _sockets.pop(tell, None)

    return forget_it
