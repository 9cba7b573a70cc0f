"""Redis: balances under versions, and the channel to live sockets. Never the only copy of anything.

One hash a member, `m:{id}`: `v` the newest version known, `b` a value, `bv` the version it is of,
`n` a nonce of the last reader that missed. A value is stored only if the nonce is still that
reader's and no newer version is known, so a stale value cannot be stored: a version that is
raised while a reader is at the database makes `v` newer; a Redis that lost its memory in between
has lost the nonce too. A version that could not be raised is kept here until it can be, and the
relay of facts raises it once more from its own process (domain/reactions.py).
"""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError

from domain import database
from domain.ids import uuid7

SHARDS = 64
_LIFETIME_SECONDS = 60
_PAUSE_SECONDS = 1.0

# A raise counts only where something is cached: a hash that is not there cannot be stale.
_RAISE = """
if redis.call('exists', KEYS[1]) == 1 then
  local known = tonumber(redis.call('hget', KEYS[1], 'v') or '0')
  if tonumber(ARGV[1]) > known then redis.call('hset', KEYS[1], 'v', ARGV[1]) end
end
"""
# Answers what another reader has stored in the meantime. Else this one may store: its nonce is
# the last. What is there already lives no longer for it.
_MISS = """
local held = redis.call('hmget', KEYS[1], 'v', 'bv', 'b')
local known = tonumber(held[1] or '0')
if tonumber(ARGV[3]) > known then
  redis.call('hset', KEYS[1], 'v', ARGV[3])
elseif held[3] and held[1] == held[2] then
  return held[3]
end
redis.call('hset', KEYS[1], 'n', ARGV[1])
redis.call('expire', KEYS[1], ARGV[2])
"""
_STORE = """
if redis.call('hget', KEYS[1], 'n') ~= ARGV[1] then return end
local known = tonumber(redis.call('hget', KEYS[1], 'v') or '0')
if tonumber(ARGV[2]) < known then return end
redis.call('hset', KEYS[1], 'v', ARGV[2], 'bv', ARGV[2], 'b', ARGV[3])
redis.call('expire', KEYS[1], ARGV[4])
"""

_redis: Redis | None = None
_away_until = 0.0
_unraised: dict[UUID, tuple[int, float]] = {}
_log = logging.getLogger("pistis.cache")

Value = dict[str, Any]
Command = tuple[Any, ...]


async def connect(url: str) -> None:
    """Open this process's client. Redis may be away: everything works without it, slower."""
    global _redis, _away_until
    # redis-py would send a command up to ten times after a lost reply, for a minute in all.
    _redis = Redis.from_url(
        url,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 0),
        protocol=3,
    )
    _away_until = 0.0


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


async def raise_versions(versions: dict[UUID, int]) -> bool:
    """Make known that these members are now at these versions, after commit: whether it is.

    What is not will be raised later, and is not read from Redis by this process until then.
    """
    now = time.monotonic()
    for member_id, version in versions.items():
        _unraised[member_id] = max(_known(member_id), version), now + _LIFETIME_SECONDS + 1
    for member_id in [key for key, (_, until) in _unraised.items() if until < now]:
        del _unraised[member_id]  # whatever Redis held of it is past its lifetime
    wanted = {member_id: version for member_id, (version, _) in _unraised.items()}
    raises = [("EVAL", _RAISE, 1, _key(key), version) for key, version in wanted.items()]
    # Raised twice does no harm, and that Redis has closed a connection shows when it is used.
    if await _answers(raises, attempts=2) is None:
        return False
    for member_id, version in wanted.items():
        if _known(member_id) == version:
            del _unraised[member_id]
    return True


async def remembered(
    member_ids: Sequence[UUID],
    read: Callable[[list[UUID]], Awaitable[dict[UUID, tuple[int, Value]]]],
) -> dict[UUID, Value]:
    """The value of each member: from Redis where it is fresh, else by `read` and then stored.

    `read` answers (version, value) out of one snapshot. A value with `until` (seconds) lives no
    longer than that. In a transaction Redis is left aside: what it sees may never come true.
    """
    if database.in_transaction() or time.monotonic() < _away_until:
        return {key: value for key, (_, value) in (await read(list(member_ids))).items()}
    found = await _held([key for key in member_ids if key not in _unraised])
    missing = [member_id for member_id in member_ids if member_id not in found]
    if not missing:
        return found
    nonce = uuid7().hex
    found |= await _announced(missing, nonce)
    missing = [member_id for member_id in missing if member_id not in found]
    stores: list[Command] = []
    for member_id, (version, value) in (await read(missing)).items() if missing else ():
        found[member_id] = value
        seconds = min(_LIFETIME_SECONDS, int(value.get("until", _LIFETIME_SECONDS)))
        if seconds > 0:
            body = orjson.dumps(value)
            stores.append(("EVAL", _STORE, 1, _key(member_id), nonce, version, body, seconds))
    await _answers(stores)
    return found


async def _held(member_ids: Sequence[UUID]) -> dict[UUID, Value]:
    held = await _answers([("HMGET", _key(key), "v", "bv", "b") for key in member_ids]) or []
    return {
        member_id: orjson.loads(body)
        for member_id, (known, version, body) in zip(member_ids, held, strict=False)
        if body is not None and known == version
    }


async def _announced(member_ids: Sequence[UUID], nonce: str) -> dict[UUID, Value]:
    # Says that this reader goes to the database; the values that others have brought by now.
    misses: list[Command] = [
        ("EVAL", _MISS, 1, _key(key), nonce, _LIFETIME_SECONDS, _known(key)) for key in member_ids
    ]
    bodies = await _answers(misses) or []
    return {
        member_id: orjson.loads(body)
        for member_id, body in zip(member_ids, bodies, strict=False)
        if body is not None
    }


def _known(member_id: UUID) -> int:
    # The version of this member that could not be raised, or 0.
    return _unraised.get(member_id, (0, 0.0))[0]


def channel(member_id: UUID) -> str:
    """The sharded channel on which a member's notifications are published."""
    return f"live:{member_id.int % SHARDS}"


async def publish(messages: Iterable[tuple[UUID, Value]]) -> None:
    """Tell live sockets, after commit. It may be lost: they find the gap in the database."""
    if time.monotonic() >= _away_until:
        await _answers([("SPUBLISH", channel(key), orjson.dumps(said)) for key, said in messages])


def _key(member_id: UUID) -> str:
    return f"m:{{{member_id}}}"


async def _answers(commands: Sequence[Command], attempts: int = 1) -> list[Any] | None:
    # To all of them in one round trip; None when Redis is away: it is left alone for a moment.
    global _away_until
    if not commands:
        return []
    together = client().pipeline(transaction=False)
    for command in commands:
        together.execute_command(*command)
    try:
        answers: list[Any] = await together.execute()
    except (RedisError, OSError) as error:
        if attempts > 1 and isinstance(error, Disconnected):
            return await _answers(commands, attempts - 1)
        _away_until = time.monotonic() + _PAUSE_SECONDS
        _log.debug("Redis is away: %s", type(error).__name__)
        return None
    _away_until = 0.0
    return answers
