"""Sessions, identities and keys that end are noticed by every process: sockets and tokens too.

Redis tells at once. What it loses is found in PostgreSQL, which is looked at every two seconds;
and whoever calls by HTTP is checked there again within four (tokens.py), whatever else fails.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import aclosing, suppress
from uuid import UUID

from redis.exceptions import RedisError

from domain import cache, database

CHANNEL = "ended"
LOOK_SECONDS = 2.0
_LOOK_BACK_SECONDS = 15.0
_SEEN_MAX = 10_000
_PAUSE_SECONDS = 1.0

_log = logging.getLogger("pistis.access")

Heard = Callable[[Collection[UUID]], None]

_heard: list[Heard] = []
_tasks: list[asyncio.Task[None]] = []


def hear(heard: Heard) -> Callable[[], None]:
    """Call `heard` with what ended, by `Actor.credential_id`, whichever process it ended in.

    It may be told twice of one, must be quick, and is told no more after calling what this answers.
    """
    _heard.append(heard)
    return lambda: _heard.remove(heard)


async def announce(credential_ids: Collection[UUID]) -> None:
    """These have ended, or are not what they were: told once the transaction has committed."""
    ended = list(credential_ids)

    async def tell() -> None:
        _tell(ended)
        with suppress(RedisError, OSError, AssertionError):  # then the others find it by looking
            text = ",".join(map(str, ended))
            await cache.client().publish(CHANNEL, text)

    if ended:
        await database.after_commit(tell)


def start() -> None:
    """Begin to notice what ends in other processes; with PostgreSQL and Redis connected."""
    assert not _tasks
    _tasks.extend([asyncio.create_task(_listen()), asyncio.create_task(_look())])


async def stop() -> None:
    """Notice no longer."""
    tasks = list(_tasks)
    _tasks.clear()
    pending = set(tasks)
    while pending:  # redis-py can swallow a cancellation before Python 3.12
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.05)


def _tell(credential_ids: Collection[UUID]) -> None:
    for heard in _heard.copy():
        heard(credential_ids)


async def _listen() -> None:
    while True:
        try:
            async with aclosing(cache.client().pubsub()) as ear:
                await ear.subscribe(CHANNEL)
                while True:
                    said = await ear.get_message(ignore_subscribe_messages=True, timeout=10.0)
                    if said is not None:
                        _tell([UUID(text) for text in said["data"].decode().split(",")])
        except Exception as error:  # noqa: BLE001 - what is lost meanwhile is found by looking
            _log.debug("revocations are not heard: %s", type(error).__name__)
        await asyncio.sleep(_PAUSE_SECONDS)


async def _look() -> None:
    seen: OrderedDict[tuple[UUID, object], None] = OrderedDict()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            found = await database.rows(_ENDED, _LOOK_BACK_SECONDS)
        except Exception as error:  # noqa: BLE001 - looked at again in a moment
            _log.debug("revocations are not found: %s", type(error).__name__)
            continue
        new = [row["id"] for row in found if (row["id"], row["at"]) not in seen]
        seen.update(((row["id"], row["at"]), None) for row in found)
        while len(seen) > _SEEN_MAX:
            seen.popitem(last=False)
        if new:
            _tell(new)


# Enough is looked back for that a slow commit, or a look that failed, leaves nothing out.
_ENDED = """
select id, ended_at as at from sessions where ended_at > now() - make_interval(secs => $1)
union all
select id, revoked_at from access_keys where revoked_at > now() - make_interval(secs => $1)
union all
select id, signed_out_at from identities where signed_out_at > now() - make_interval(secs => $1)
"""
