"""Calls of this process that wait at the same moment are made as one, each with its own answer.

No timer: what has gathered while the previous call ran is the next one. A wallet that all want at
once is locked once for many, and holds up one connection, not all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import asyncpg

from domain import database

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Waiting(Generic[Asked, Answer]):
    asked: Asked
    answer: asyncio.Future[Answer]


class Together(Generic[Asked, Answer]):
    """Shares `call`, which answers at most `at_most` at once, in their order."""

    def __init__(
        self, call: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]], at_most: int
    ) -> None:
        self._call = call
        self._at_most = at_most
        self._waiting: list[_Waiting[Asked, Answer]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """What `call` answers to this one. In a transaction it stays there, alone."""
        if database.in_transaction():
            (answer,) = await self._call([asked])
            return answer
        waiting = _Waiting[Asked, Answer](asked, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        # The call is shared: a caller that goes away must not take the others with it.
        return await asyncio.shield(waiting.answer)

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._at_most], self._waiting[self._at_most :]
            error = await self._answered(batch)
            if error is not None and len(batch) > 1 and _is_of_one(error):
                for each in batch:
                    _fail([each], await self._answered([each]))
            else:
                _fail(batch, error)

    async def _answered(self, batch: Sequence[_Waiting[Asked, Answer]]) -> Exception | None:
        try:
            answers = await self._call([each.asked for each in batch])
        except Exception as error:  # noqa: BLE001 - every one that waits is told
            return error
        for each, answer in zip(batch, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(answer)
        return None


def _is_of_one(error: Exception) -> bool:
    # The call was undone for one that could not be locked, taken or reckoned. Of an outage nobody
    # knows what was done before it.
    if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.TransactionRollbackError):
        return True
    return not isinstance(error, database.OUTAGES)


def _fail(batch: Sequence[_Waiting[Asked, Answer]], error: Exception | None) -> None:
    for each in batch:
        if error is not None and not each.answer.done():
            each.answer.set_exception(error)
