"""Balances in Redis, under versions (domain/cache.py): never a stale one."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import orjson

from domain import answers, database, metrics
from domain.answers import Miss
from domain.cache import Value
from domain.redis_connection import is_away

FIELD = "b"
_FOUND = metrics.cached.labels("balances", "hit")
_MISSED = metrics.cached.labels("balances", "miss")


_aside: ContextVar[bool] = ContextVar("aside", default=False)


@contextmanager
def aside() -> Iterator[None]:
    """For the block leave Redis aside: what has just changed for many is not to be found there."""
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)


async def remembered(
    member_ids: Sequence[UUID],
    read: Callable[[list[UUID]], Awaitable[dict[UUID, Value]]],
) -> dict[UUID, Value]:
    """The balances of each member: from Redis where they are fresh, else by `read`, then stored.

    A value with `until` (seconds) lives no longer than that. In a transaction Redis is left aside:
    what it sees may never come true.
    """
    if database.in_transaction() or is_away() or _aside.get():
        return await read(list(member_ids))
    asked = {member_id: answers.ask(member_id, FIELD, None) for member_id in member_ids}
    looked = {member_id: await answer for member_id, answer in asked.items()}
    found = {key: orjson.loads(body) for key, body in looked.items() if isinstance(body, bytes)}
    missing = [member_id for member_id in member_ids if member_id not in found]
    _FOUND.inc(len(found))
    if not missing:
        return found
    _MISSED.inc(len(missing))
    for member_id, value in (await read(missing)).items():
        found[member_id] = value
        miss = looked[member_id]
        if isinstance(miss, Miss) and miss.ticket is not None:
            body = orjson.dumps(value)
            answers.keep(member_id, FIELD, miss.ticket, body, value.get("until"))
    return found
