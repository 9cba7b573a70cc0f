"""Redis: balances under versions, and the channel to live sockets. Never the only copy of anything.

One hash a member, `m:{id}`: `v` the newest version known, `b` a value, `bv` the version it is of,
`n` a nonce of the last reader that missed. A value is stored only if the nonce is still that
reader's and no newer version is known, so a stale value cannot be stored: a version that is
raised while a reader is at the database makes `v` newer; a Redis that lost its memory in between
has lost the nonce too.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.ids import uuid7

SHARDS = 64
_LIFETIME_SECONDS = 60

# A raise counts only where something is cached: a hash that is not there cannot be stale.
_RAISE = """
for i, key in ipairs(KEYS) do
  if redis.call('exists', key) == 1 then
    local known = tonumber(redis.call('hget', key, 'v') or '0')
    if tonumber(ARGV[i]) > known then redis.call('hset', key, 'v', ARGV[i]) end
  end
end
"""
_STORE = """
if redis.call('hget', KEYS[1], 'n') ~= ARGV[1] then return 0 end
local known = tonumber(redis.call('hget', KEYS[1], 'v') or '0')
if tonumber(ARGV[2]) < known then return 0 end
redis.call('hset', KEYS[1], 'v', ARGV[2], 'bv', ARGV[2], 'b', ARGV[3])
redis.call('expire', KEYS[1], ARGV[4])
return 1
"""
_MISS = """
redis.call('hset', KEYS[1], 'n', ARGV[1])
redis.call('expire', KEYS[1], ARGV[2])
"""

_redis: Redis | None = None
_log = logging.getLogger("pistis.cache")

Value = dict[str, Any]


async def connect(url: str) -> None:
    """Open this process's client. Redis may be away: everything works without it, slower."""
    global _redis
    # redis-py would send a command again after a lost reply; a raise must not be late, nor twice.
    never_again = Retry(NoBackoff(), 0)
    _redis = Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=1, retry=never_again, protocol=3
    )


async def close() -> None:
    """Close this process's client."""
    global _redis
    if _redis is not None:
        await _redis.aclose()
        _redis = None


def client() -> Redis:
    """The client, for those who subscribe."""
    assert _redis is not None, "connect(url) comes first"
    return _redis


async def reachable() -> bool:
    """Redis answers."""
    try:
        return bool(await client().ping())
    except (RedisError, OSError):
        return False


async def raise_versions(versions: dict[UUID, int]) -> None:
    """Make known that these members are now at these versions; after commit."""
    if versions:
        together = client().pipeline(transaction=False)
        for member_id, version in versions.items():
            together.eval(_RAISE, 1, _key(member_id), version)
        await _quietly(together.execute())


async def remembered(
    member_ids: Sequence[UUID],
    read: Callable[[list[UUID]], Awaitable[dict[UUID, tuple[int, Value]]]],
) -> dict[UUID, Value]:
    """The value of each member: from Redis where it is fresh, else by `read` and then stored.

    `read` answers (version, value) out of one snapshot. A value with `until` (seconds) lives no
    longer than that.
    """
    found = await _held(member_ids)
    missing = [member_id for member_id in member_ids if member_id not in found]
    if not missing:
        return found
    nonce = uuid7().hex
    announced = client().pipeline(transaction=False)
    for member_id in missing:
        announced.eval(_MISS, 1, _key(member_id), nonce, _LIFETIME_SECONDS)
    await _quietly(announced.execute())
    stored = client().pipeline(transaction=False)
    for member_id, (version, value) in (await read(missing)).items():
        found[member_id] = value
        seconds = min(_LIFETIME_SECONDS, int(value.get("until", _LIFETIME_SECONDS)))
        if seconds > 0:
            body = orjson.dumps(value)
            stored.eval(_STORE, 1, _key(member_id), nonce, version, body, seconds)
    await _quietly(stored.execute())
    return found


async def _held(member_ids: Sequence[UUID]) -> dict[UUID, Value]:
    together = client().pipeline(transaction=False)
    for member_id in member_ids:
        together.hmget(_key(member_id), ["v", "bv", "b"])
    answers = await _quietly(together.execute()) or []
    return {
        member_id: orjson.loads(held[2])
        for member_id, held in zip(member_ids, answers, strict=False)
        if held[2] is not None and held[0] == held[1]
    }


def channel(member_id: UUID) -> str:
    """The sharded channel on which a member's notifications are published."""
    return f"live:{member_id.int % SHARDS}"


async def publish(messages: Iterable[tuple[UUID, Value]]) -> None:
    """Tell live sockets, after commit. It may be lost: they find the gap in the database."""
    together = client().pipeline(transaction=False)
    for member_id, message in messages:
        together.execute_command("SPUBLISH", channel(member_id), orjson.dumps(message))
    if len(together):
        await _quietly(together.execute())


def _key(member_id: UUID) -> str:
    return f"m:{{{member_id}}}"


async def _quietly(command: Any) -> Any:
    try:
        return await command
    except (RedisError, OSError) as error:
        _log.debug("redis is away: %s", type(error).__name__)
        return None
