"""Calls of this process that wait at the same moment are made as one, each with its own answer.

No timer: what has gathered while the previous call ran is the next one. A wallet that all want at
once is locked once for many, and holds up one connection, not all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

import asyncpg

from domain import database

_READERS_AT_ONCE = 256

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Waiting(Generic[Asked, Answer]):
    asked: Asked
    answer: asyncio.Future[Answer]


class Together(Generic[Asked, Answer]):
    """Shares `call`, which answers at most `at_most` at once, in their order.

    `in_vain_for_all`: all wait for the same lock, so what one could not get none can.
    """

    def __init__(
        self,
        call: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        at_most: int,
        *,
        in_vain_for_all: bool = False,
    ) -> None:
        self._call = call
        self._at_most = at_most
        self._in_vain_for_all = in_vain_for_all
        self._waiting: list[_Waiting[Asked, Answer]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """What `call` answers to this one. In a transaction it stays there, alone."""
        if database.in_transaction():
            (answer,) = await self._call([asked])
            return answer
        waiting: _Waiting[Asked, Answer]
        waiting = _Waiting(asked, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        # The call is shared: a caller that goes away gives up its own answer, and nothing else.
        return await waiting.answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._at_most], self._waiting[self._at_most :]
            error = await self._answered(batch)
            if error is not None and len(batch) > 1 and self._is_of_one(error):
                for each in batch:
                    _fail([each], await self._answered([each]))
            else:
                _fail(batch, error)

    def _is_of_one(self, error: Exception) -> bool:
        # The call was undone for one that could not be locked, taken or reckoned. Of an outage
        # nobody knows what was done before it.
        if isinstance(error, asyncpg.LockNotAvailableError):
            return not self._in_vain_for_all
        if isinstance(error, asyncpg.TransactionRollbackError):
            return True
        return not isinstance(error, database.OUTAGES)

    async def _answered(self, batch: Sequence[_Waiting[Asked, Answer]]) -> Exception | None:
        try:
            answers = await self._call([each.asked for each in batch])
        except Exception as error:  # noqa: BLE001 - every one that waits is told
            return error
        for each, answer in zip(batch, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(answer)
        return None


Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")
_Wanted = tuple[Sequence[Key], tuple[tuple[str, Any], ...]]


def shared(read: Callable[..., Awaitable[Sequence[Row]]]) -> Callable[..., Awaitable[list[Row]]]:
    """`read(keys, **arguments)`, its statement shared by all of this process who wait for it.

    Who may see a key, or a row, is for the caller to say: what is read here is read for everybody.
    """

    async def call(wanted: Sequence[_Wanted[Any]]) -> list[list[Row]]:
        groups: dict[Any, dict[Any, Any]] = {}
        for keys, arguments in wanted:
            groups.setdefault(arguments, {}).update(dict.fromkeys(keys))

        async def fill(arguments: Any, rows: dict[Any, Any]) -> None:
            found = await read(list(rows), **dict(arguments))
            rows.update(zip(rows, found, strict=True))

        first, *others = (fill(*group) for group in groups.items())
        await (asyncio.gather(first, *others) if others else first)
        return [[groups[arguments][key] for key in keys] for keys, arguments in wanted]

    together = Together[_Wanted[Any], list[Row]](call, _READERS_AT_ONCE)

    @wraps(read)
    async def ask(keys: Sequence[Any], **arguments: Any) -> list[Row]:
        if not keys:
            return []
        if database.in_transaction():
            return list(await read(list(keys), **arguments))
        return await together.ask((keys, tuple(arguments.items())))

    return ask


def _fail(batch: Sequence[_Waiting[Asked, Answer]], error: Exception | None) -> None:
    for each in batch:
        if error is not None and not each.answer.done():
            each.answer.set_exception(error)
