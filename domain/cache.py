"""Redis: what is remembered of members, under versions. Never the only copy of anything.

One hash a member, `m:{id}`: `v` the newest version that was raised while the hash is there, `n` a
nonce that came with the hash, and for each value its body (`..b`), the stamp that it is of (`..s`:
the member's version, and those of what all share) and until when it is right by itself (`..u`).

Who misses takes a ticket, the stamp and the nonce, before the first statement at the database, and
stores with it. So a stale value cannot be stored: what is committed before the ticket is seen by
the statements, what is raised after it makes another stamp; a Redis that lost its memory in
between has lost the nonce too. A version that could not be raised is kept here until it can be,
and the relay of facts raises it once more from its own process (domain/reactions.py).
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain import database, redis_connection, shared_versions
from domain.ids import plain
from domain.redis_connection import Script, is_away
from domain.redis_connection import client as client
from domain.redis_connection import close as close
from domain.redis_connection import connect as connect
from domain.redis_connection import reachable as reachable

SHARDS = 64
LIFETIME_SECONDS = 60
_SECOND_US = 1_000_000

# A raise counts only where something is remembered: a hash that is not there cannot be stale.
_RAISE = Script("""
for i, key in ipairs(KEYS) do
  if redis.call('exists', key) == 1 then
    local known = tonumber(redis.call('hget', key, 'v') or '0')
    if tonumber(ARGV[i]) > known then redis.call('hset', key, 'v', ARGV[i]) end
  end
end
return 1
""")
_NOW = f"""
{shared_versions.STAMP}
local time = redis.call('time')
local now = time[1] * 1000000 + time[2]
local of_shared = stamp_of_shared(now)
"""
LOOK = f"""
{_NOW}
-- The body of a value that is right; else a ticket, with which no earlier ticket is spoilt.
local function look(key, field, known, nonce)
  if not of_shared then return {{}} end
  local held = redis.call('hmget', key, 'v', 'n', field .. 's', field .. 'u', field .. 'b')
  local version = held[1] or '0'
  if known > tonumber(version) then
    version = string.format('%.0f', known)
    redis.call('hset', key, 'v', version)
  end
  local stamp = version .. of_shared
  if held[3] == stamp and tonumber(held[4]) > now then return held[5] end
  if not held[2] then
    held[2] = nonce
    redis.call('hset', key, 'n', nonce)
  end
  redis.call('expire', key, {LIFETIME_SECONDS})
  return {{stamp, held[2], string.format('%.0f', now)}}
end
"""
# A hash that is full of values that nobody looked up again begins anew.
_STORE = Script(f"""
{_NOW}
if not of_shared then return 0 end
for i, key in ipairs(KEYS) do
  local field, stamp, nonce, till, body = unpack(ARGV, 5 * i - 4, 5 * i)
  local held = redis.call('hmget', key, 'v', 'n')
  if held[2] == nonce and (held[1] or '0') .. of_shared == stamp then
    if redis.call('hlen', key) > 100 then
      redis.call('del', key)
      redis.call('hset', key, 'v', held[1] or '0', 'n', nonce)
      redis.call('expire', key, {LIFETIME_SECONDS})
    end
    redis.call('hset', key, field .. 's', stamp, field .. 'u', till, field .. 'b', body)
  end
end
return 1
""")

_PUBLISH = Script("""
for i, channel in ipairs(KEYS) do redis.call('spublish', channel, ARGV[i]) end
return 1
""")
_unraised: dict[UUID, tuple[int, float]] = {}

Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to store a value of this hash that is read from now on. `taken_us`: Redis's time."""

    stamp: bytes
    nonce: bytes
    taken_us: int

    @classmethod
    def of(cls, found: Sequence[bytes]) -> "Ticket | None":
        """As a script gave it; None where nothing can be stored now."""
        return cls(found[0], found[1], int(found[2])) if found else None


async def raise_versions(versions: dict[UUID, int]) -> bool:
    """Make known that these members are now at these versions, after commit: whether it is.

    What is not will be raised later, and is not read from Redis by this process until then.
    """
    assert not database.is_rehearsal(), "nothing has changed: see database.after_commit"
    now = time.monotonic()
    for member_id, version in versions.items():
        _unraised[member_id] = max(unraised(member_id), version), now + LIFETIME_SECONDS + 1
    for member_id in [key for key, (_, until) in _unraised.items() if until < now]:
        del _unraised[member_id]  # whatever Redis held of it is past its lifetime
    wanted = {member_id: version for member_id, (version, _) in _unraised.items()}
    if not wanted:
        return True
    # Raised twice does no harm.
    keys = [key_of(member_id) for member_id in wanted]
    if await _RAISE.run(keys, *wanted.values(), attempts=2) is None:
        return False
    for member_id, version in wanted.items():
        if unraised(member_id) == version:
            del _unraised[member_id]
    return True


Store = tuple[str, str, Ticket, int, bytes]
"""(hash, field, ticket, until when it is right in microseconds of Redis's time, body)."""


def until(ticket: Ticket, seconds: float | None) -> int:
    """Until when what changes by itself in so many seconds may be told: a minute at the most."""
    lifetime = LIFETIME_SECONDS if seconds is None else min(seconds, LIFETIME_SECONDS)
    return ticket.taken_us + int(lifetime * _SECOND_US)


async def store(stores: Sequence[Store]) -> None:
    """Remember these, unless something has happened since their tickets were taken."""
    good = [each for each in stores if each[3] > each[2].taken_us]
    if good and not is_away():
        args = [
            part
            for _, field, ticket, until_us, body in good
            for part in (field, ticket.stamp, ticket.nonce, until_us, body)
        ]
        await _STORE.run([key for key, *_ in good], *args)


def unraised(member_id: UUID) -> int:
    """The version of this member that could not be raised yet, or 0."""
    return _unraised.get(member_id, (0, 0.0))[0]


def key_of(member_id: UUID) -> str:
    """The hash of a member."""
    return f"m:{{{member_id}}}"


def channel(member_id: UUID) -> str:
    """The sharded channel on which a member's notifications are published."""
    return f"live:{member_id.int % SHARDS}"


async def publish(messages: Iterable[tuple[UUID, Value]]) -> None:
    """Tell live sockets, after commit. It may be lost: they find the gap in the database."""
    assert not database.is_rehearsal(), "nothing has happened: see database.after_commit"
    told = [(channel(key), orjson.dumps(said, default=plain)) for key, said in messages]
    if told and not is_away():
        await _PUBLISH.run([name for name, _ in told], *[said for _, said in told])


async def _make_up() -> bool:
    return await raise_versions({})


redis_connection.when_back(_make_up)
