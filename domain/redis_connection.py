"""This process's way to Redis: commands that share a round trip; away, and back again.

While Redis is away nobody waits for it: a probe of its own finds out when it answers again, and
those who have something to make up for (`when_back`) come before everybody else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import NoScriptError, RedisError

from domain import database, tracing

PROBE_SECONDS = 0.3
_TIMEOUT_SECONDS = 1.0
# Of what must be tried although Redis seems to be away: if it is back it answers in this time.
_IMPATIENT_SECONDS = 0.1

Command = tuple[Any, ...]

_redis: Redis | None = None
_is_away = False
_probe: asyncio.Task[None] | None = None
_owed: list[Callable[[], Awaitable[bool]]] = []
_log = logging.getLogger("pistis.cache")


async def connect(url: str) -> None:
    """Open this process's client. Redis may be away: everything works without it, slower."""
    global _redis, _is_away
    # redis-py would send a command up to ten times after a lost reply, for a minute in all.
    _redis = Redis.from_url(
        url,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=3,
    )
    _is_away = False


async def close() -> None:
    """Close this process's client."""
    global _redis, _probe
    if _probe is not None:
        _probe.cancel()
        _probe = None
    if _redis is not None:
        await _redis.aclose()
        _redis = None


def client() -> Redis:
    """The client, for those who subscribe."""
    assert _redis is not None, "connect(url) comes first"
    return _redis


def is_away() -> bool:
    """Redis did not answer when it was last asked."""
    return _is_away


def when_back(make_up: Callable[[], Awaitable[bool]]) -> None:
    """Call `make_up` when Redis answers again, before it counts as back; again if it says False."""
    _owed.append(make_up)


async def reachable() -> bool:
    """Redis answers."""
    try:
        return bool(await client().ping())
    except (RedisError, OSError):
        return False


async def answers(commands: Sequence[Command], attempts: int = 1) -> list[Any] | None:
    """To all of them in one round trip; None when Redis is away.

    They are sent even if it seems to be, as it may be back; but then hardly waited for.
    """
    if not commands:
        return []
    together = client().pipeline(transaction=False)
    for command in commands:
        together.execute_command(*command)
    found: list[Any] | None = await _heard(together.execute, attempts)
    return found


class Script:
    """Lua that Redis keeps, known by its hash."""

    def __init__(self, lua: str) -> None:
        self._lua = lua
        self._sha = sha1(lua.encode(), usedforsecurity=False).hexdigest()

    async def run(self, keys: Sequence[Any], *args: Any, attempts: int = 1) -> Any:
        """What it returns; None when Redis is away. Sent even so, but then hardly waited for."""
        return await _heard(lambda: self._called(keys, args), attempts)

    async def _called(self, keys: Sequence[Any], args: Sequence[Any]) -> Any:
        redis: Any = client()
        try:
            return await redis.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.execute_command("EVAL", self._lua, len(keys), *keys, *args)


async def _heard(call: Callable[[], Awaitable[Any]], attempts: int) -> Any:
    try:
        async with asyncio.timeout(_IMPATIENT_SECONDS if _is_away else None):
            with tracing.span("redis"):
                return await call()
    except (RedisError, OSError) as error:
        if attempts > 1 and isinstance(error, Disconnected):
            # That Redis has closed a connection shows only when it is used.
            return await _heard(call, attempts - 1)
        lost(error)
        return None


def lost(error: Exception) -> None:
    """Redis does not answer: leave it alone until it does."""
    global _is_away, _probe
    if not _is_away:
        _log.debug("Redis is away: %s", type(error).__name__)
    _is_away = True
    if _probe is None or _probe.done():
        with database.outside_rehearsal():  # a task keeps what was around when it began
            _probe = asyncio.create_task(_until_back())


async def _until_back() -> None:
    global _is_away
    while _is_away:
        await asyncio.sleep(PROBE_SECONDS)
        if await reachable() and all([await make_up() for make_up in _owed]):
            _is_away = False
            _log.debug("Redis is back")
