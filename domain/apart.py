"""What could not be done at once, as somebody held what it needs: it waits, with its like alone.

Each key has a line of its own, so one wallet that is locked holds up no other; and few lines wait
at the same time, so they leave connections to those that need not wait.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic

from domain import database
from domain.together import Answer, Asked, Together

# Fewer than a process has connections.
WAITING_AT_ONCE = 4


class Apart(Generic[Asked, Answer]):
    """Calls `call` for those of one `key` together, at most `at_most`; it may take its time."""

    def __init__(
        self,
        call: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        key: Callable[[Asked], Hashable],
        at_most: int,
    ) -> None:
        self._call = call
        self._key = key
        self._at_most = at_most
        self._lines: dict[Hashable, Together[Asked, Answer]] = {}
        self._askers: Counter[Hashable] = Counter()
        self._places = asyncio.Semaphore(WAITING_AT_ONCE)

    async def ask(self, asked: Asked) -> Answer:
        """What `call` answers to this one. In a transaction it stays there, alone."""
        if database.in_transaction():
            (answer,) = await self._call([asked])
            return answer
        key = self._key(asked)
        if key not in self._lines:
            self._lines[key] = Together(self._in_place, self._at_most, in_vain_for_all=True)
        self._askers[key] += 1
        try:
            return await self._lines[key].ask(asked)
        finally:
            self._askers[key] -= 1
            if not self._askers[key]:
                del self._askers[key], self._lines[key]

    async def _in_place(self, asked: Sequence[Asked]) -> Sequence[Answer]:
        async with self._places:
            return await self._call(asked)
