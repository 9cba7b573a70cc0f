"""The one connection of a rehearsal (domain/database.py), and what is done on it in turn."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Stage:
    """A transaction that is rolled back; what is a transaction elsewhere is a part of it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._whole = connection.transaction()
        self._turn = asyncio.Lock()
        self._is_over = False

    async def begin(self, setting: str) -> None:
        """Begin, with a setting that holds for as long as it lasts."""
        await self._whole.start()
        await self._connection.execute(setting)

    @asynccontextmanager
    async def part(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection, for nobody else meanwhile; what is raised within undoes this part.

        A connection does one thing at a time, and the fields of an answer are read side by side.
        """
        async with self._turn:
            if self._is_over:
                raise asyncpg.InterfaceError("The rehearsal is over.")
            point = self._connection.transaction()
            await point.start()
            try:
                yield self._connection
            except BaseException:
                await to_the_end(point.rollback())
                raise
            if await to_the_end(point.commit()):
                raise asyncio.CancelledError

    async def end(self) -> None:
        """Undo everything, once what is under way is done; whoever comes later is refused."""
        if await to_the_end(self._undone()):
            raise asyncio.CancelledError

    async def _undone(self) -> None:
        async with self._turn:
            self._is_over = True
            await self._whole.rollback()


async def to_the_end(step: Coroutine[Any, Any, None]) -> bool:
    """Do the step, which nobody may break off half done: whether the caller was cancelled.

    A connection must not be handed back while its COMMIT is still under way.
    """
    task = asyncio.ensure_future(step)
    goes = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            goes = True
    task.result()
    return goes
