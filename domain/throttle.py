"""How often is too often: a bucket that refills steadily, in Redis, exact over all processes.

GCRA: a bucket is one instant, `due`, at which it will be full again; what would move it further
than `burst` intervals ahead is refused. Redis gone: what guards codes, tries and points (`strict`)
is counted in PostgreSQL, everything else in this process alone. Real time, not the business clock.
"""

import hmac
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tortoise import fields
from tortoise.models import Model

from domain import database, metrics, secrets
from domain.errors import RateLimited
from domain.redis_connection import Script, is_away
from domain.together import Together

GCRA = """
local function gcra(key, interval_us, burst, cost)
  local time = redis.call('time')
  local now = time[1] * 1000000 + time[2]
  local due = math.max(tonumber(redis.call('get', key) or now), now)
  local after = due + interval_us * math.min(cost, burst)
  local wait = after - now - interval_us * burst
  if wait > 0 then return math.ceil(wait) end
  redis.call('set', key, string.format('%.0f', after), 'px', math.ceil((after - now) / 1000))
  return 0
end
"""
_TAKE = Script(f"""
{GCRA}
local waits = {{}}
for i, key in ipairs(KEYS) do
  waits[i] = gcra(key, tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]))
end
return waits
""")
_AT_ONCE = 100
_MOST_BUCKETS = 20_000
_SECOND_US = 1_000_000


class Throttle(Model):
    """A bucket counted here while Redis is away: when it will be full again, in microseconds."""

    bucket: str = fields.CharField(max_length=120, primary_key=True)
    due_us: int = fields.BigIntField()

    class Meta:
        table = "throttles"


@dataclass(frozen=True, slots=True)
class Limit:
    """One every `interval_us` in the long run, `burst` at once. `strict`: also without Redis."""

    interval_us: int
    burst: int
    strict: bool = False

    @classmethod
    def per_second(cls, rate: float, burst_seconds: float = 10) -> Self:
        """So many a second, and what was left unused of `burst_seconds` at once."""
        return cls(round(_SECOND_US / rate), max(1, round(rate * burst_seconds)))

    @classmethod
    def per_hour(cls, count: int, *, hours: float = 1) -> Self:
        """So many in `hours`, all at once if need be; strict."""
        return cls(round(hours * 3600 * _SECOND_US / count), count, strict=True)


def bucket(who: str, what: str) -> str:
    """The bucket, and key in Redis, of `who` (an actor's key, or `hidden`) for `what`."""
    return f"rl:{{{who}}}:{what}"


def hidden(personal: str) -> str:
    """Stands for an address or a network in a bucket: nobody reads it back without the secret."""
    return hmac.digest(secrets.key("throttle"), personal.encode(), "sha256").hex()[:24]


async def take(bucket: str, limit: Limit, cost: int = 1) -> None:
    """Take `cost` (no more than the burst) out of the bucket; RateLimited if it is not there.

    What must stay counted though it fails, as a try does, is counted before its transaction. In a
    rehearsal it counts as ever.
    """
    wait_us = None if is_away() else await _waits.ask((bucket, limit, cost))
    if wait_us is None:
        wait_us = await _without_redis(bucket, limit, cost)
    if wait_us:
        metrics.throttled.labels(bucket.rpartition(":")[2]).inc()
        raise RateLimited(math.ceil(wait_us / _SECOND_US))


async def prune() -> int:
    """Delete the counters of PostgreSQL that are full again: how many."""
    return await database.drained(
        """delete from throttles where bucket in (select bucket from throttles
             where due_us < extract(epoch from clock_timestamp()) * 1e6 limit $1)
           returning 1"""
    )


class Buckets:
    """The same in this process's memory, for `now_us` of a clock that only goes forward."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}

    def take(self, bucket: str, limit: Limit, cost: int, now_us: float) -> int:
        """0 when taken, else the microseconds until it can be."""
        after = max(self._due.get(bucket, 0), now_us) + limit.interval_us * min(cost, limit.burst)
        wait = after - now_us - limit.interval_us * limit.burst
        if wait > 0:
            return math.ceil(wait)
        self._due.pop(bucket, None)
        if len(self._due) >= _MOST_BUCKETS:
            del self._due[next(iter(self._due))]  # the one that was used longest ago
        self._due[bucket] = after
        return 0


Asked = tuple[str, Limit, int]

_here = Buckets()


async def _without_redis(bucket: str, limit: Limit, cost: int) -> int:
    if not limit.strict:
        return _here.take(bucket, limit, cost, time.monotonic() * _SECOND_US)
    with database.outside_rehearsal():
        wait_us: int = await database.value(
            "select throttle_take($1, $2, $3, $4)", bucket, limit.interval_us, limit.burst, cost
        )
    return wait_us


async def _ask_redis(asked: Sequence[Asked]) -> list[int | None]:
    # None: Redis is away. What was sent may have counted all the same; such a try counts twice.
    buckets = [bucket for bucket, _, _ in asked]
    numbers = [n for _, limit, cost in asked for n in (limit.interval_us, limit.burst, cost)]
    waits: list[int | None] | None = await _TAKE.run(buckets, *numbers)
    return waits or [None] * len(asked)


_waits = Together[Asked, int | None](_ask_redis, _AT_ONCE)
