"""How many sockets at a time: of one member, and from one address, in this process."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from starlette.types import Scope

OF_MEMBER = 5
OF_ADDRESS = 50


def _stays() -> None:
    return None


class Places:
    """At most `most` for each key. `newest_wins`: who comes takes the place of the oldest.

    A phone that has lost its network comes again long before its old socket is known to be dead.
    """

    def __init__(self, most: int, *, newest_wins: bool = False) -> None:
        self._most = most
        self._newest_wins = newest_wins
        self._taken: dict[Hashable, dict[object, Callable[[], None]]] = {}

    @contextmanager
    def place(self, key: Hashable | None, leave: Callable[[], None] = _stays) -> Iterator[bool]:
        """For the block, if there is one: whether there is. No key: there always is.

        `leave` is called if it is given to another.
        """
        if key is None:
            yield True
            return
        taken = self._taken.setdefault(key, {})
        if len(taken) >= self._most and self._newest_wins:
            taken.pop(next(iter(taken)))()
        if len(taken) >= self._most:
            yield False
            return
        mine = object()
        taken[mine] = leave
        try:
            yield True
        finally:
            taken.pop(mine, None)
            if not taken and self._taken.get(key) is taken:
                del self._taken[key]


def address(scope: Scope) -> str | None:
    """Where a socket comes from; None from this machine: a proxy's clients are many."""
    host = (scope.get("client") or ("",))[0]
    try:
        return None if ip_address(host.partition("%")[0]).is_loopback else host
    except ValueError:
        return None
