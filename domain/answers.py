"""Whole answers in Redis: for each request the limit, the versions and the answer in one go.

All requests of this process that wait at the same moment share one round trip; what has gathered
while it ran is the next one. Nothing is decoded: bytes come in and go out.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from domain import cache, database, redis_connection, shared_versions
from domain.cache import LOOK, Store, Ticket
from domain.ids import uuid7
from domain.redis_connection import Script
from domain.throttle import GCRA, Limit

BYTES_MAX = 128 * 1024
_AT_ONCE = 128
_ANONYMOUS = "m:{anonymous}"
_UNLIMITED = "", Limit(0, 0)
_packed = msgspec.msgpack.Encoder().encode

_ASK = Script(f"""
{GCRA}
{LOOK}
local asked = cmsgpack.unpack(ARGV[2])
local found = {{}}
for i = 1, #asked, 6 do
  local key, field, known, bucket, interval_us, burst = unpack(asked, i, i + 5)
  local wait = 0
  if bucket ~= '' then wait = gcra(bucket, interval_us, burst, 1) end
  if wait > 0 then
    found[#found + 1] = wait
  else
    found[#found + 1] = look(key, field, known, ARGV[1])
  end
end
return found
""")


@dataclass(frozen=True, slots=True)
class Miss:
    """Redis does not have it, and has counted the request. No ticket: nothing can be stored."""

    ticket: Ticket | None


Line = tuple[str, Limit]
"""The bucket that a request is taken out of, and how it refills."""
Found = bytes | int | Miss | None
"""The answer; or the microseconds until the caller may ask again; or a Miss; None: Redis is away
and has counted nothing."""
Asked = tuple[UUID | None, str, Line | None, "asyncio.Future[Found]"]

_asked: list[Asked] = []
_stores: list[Store] = []
_running: asyncio.Task[None] | None = None


def ask(member_id: UUID | None, field: str, line: Line | None) -> "asyncio.Future[Found]":
    """What Redis has for this member (None: for whoever has no token) under `field`."""
    answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
    _asked.append((member_id, field, line, answer))
    _go_on()
    return answer


def keep(
    member_id: UUID | None, field: str, ticket: Ticket, body: bytes, seconds: float | None
) -> None:
    """Remember an answer that was read with this ticket; `seconds`: until it changes by itself.

    This process stores it before it asks Redis for the next.
    """
    assert not database.in_transaction(), "what was read may never come true"
    if len(body) <= BYTES_MAX:
        _stores.append((_key(member_id), field, ticket, cache.until(ticket, seconds), body))
        _go_on()


def _go_on() -> None:
    global _running
    if _running is None or _running.done():
        _running = asyncio.create_task(_run())


async def _run() -> None:
    while _asked or _stores:
        batch, stores = _asked[:_AT_ONCE], _stores[:]
        del _asked[:_AT_ONCE]
        _stores.clear()
        try:
            await cache.store(stores)
            found = await _ask(batch) if batch else ()
        except Exception as error:  # noqa: BLE001 - every one that waits is told
            for *_, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            continue
        for (*_, answer), each in zip(batch, found, strict=True):
            if not answer.done():
                answer.set_result(each)


async def _ask(batch: Sequence[Asked], *, is_first: bool = True) -> list[Found]:
    if redis_connection.is_away():
        return [None] * len(batch)
    asked: list[str | int] = []
    for member_id, field, line, _ in batch:
        known = cache.unraised(member_id) if member_id else 0
        bucket, limit = line or _UNLIMITED
        asked += (_key(member_id), field, known, bucket, limit.interval_us, limit.burst)
    # As one argument: redis-py takes longer to write many than all else takes together.
    raw = await _ASK.run((), uuid7().hex, _packed(asked))
    if raw is None:
        return [None] * len(batch)
    found = [each if type(each) is not list else Miss(Ticket.of(each)) for each in raw]
    if is_first and [] in raw and await shared_versions.make_known():
        return await _looked_again(batch, found)
    return found


async def _looked_again(batch: Sequence[Asked], found: list[Found]) -> list[Found]:
    # Redis had forgotten the versions of what all share; it has counted the requests.
    places = [place for place, each in enumerate(found) if each == Miss(None)]
    again = [(*batch[place][:2], None, batch[place][3]) for place in places]
    for place, each in zip(places, await _ask(again, is_first=False), strict=True):
        found[place] = Miss(None) if each is None else each
    return found


def _key(member_id: UUID | None) -> str:
    return _ANONYMOUS if member_id is None else cache.key_of(member_id)
