"""What lasts as long as its session, identity or key does: sockets, and streams of events."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from domain.actor import Actor


class Credentials:
    """Those by which somebody is connected to this process."""

    def __init__(self) -> None:
        self._held: dict[UUID, dict[object, Callable[[], None]]] = {}

    @contextmanager
    def held(self, actor: Actor, end: Callable[[], None]) -> Iterator[None]:
        """For the block: call `end` when what lets this caller in has ended or changed."""
        key, mine = actor.credential_id, object()
        if key is None:
            yield
            return
        self._held.setdefault(key, {})[mine] = end
        try:
            yield
        finally:
            held = self._held[key]
            del held[mine]
            if not held:
                del self._held[key]

    def ended(self, credential_ids: Collection[UUID]) -> None:
        """These have ended, or are not what they were."""
        for key in credential_ids:
            for end in list(self._held.get(key, {}).values()):
                end()
