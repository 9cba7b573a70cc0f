"""Whole answers in Redis: for each request the limit, the versions and the answer in one go.

All requests of this process that wait at the same moment share one round trip; what has gathered
while it ran is the next one. Nothing is decoded: bytes come in and go out.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import cache, redis_connection, shared_versions
from domain.cache import LOOK, Store, Ticket
from domain.ids import uuid7
from domain.redis_connection import Script
from domain.throttle import GCRA, Limit

BYTES_MAX = 128 * 1024
_AT_ONCE = 128
_ANONYMOUS = "m:{anonymous}"

_ASK = Script(f"""
{GCRA}
{LOOK}
local found = {{}}
for i = 1, #KEYS, 2 do
  local field, known, interval_us, burst = unpack(ARGV, 2 * i, 2 * i + 3)
  local wait = 0
  if KEYS[i + 1] ~= '' then wait = gcra(KEYS[i + 1], tonumber(interval_us), tonumber(burst), 1) end
  if wait > 0 then
    found[#found + 1] = wait
  else
    found[#found + 1] = look(KEYS[i], field, tonumber(known), ARGV[1])
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
    keys: list[str] = []
    args: list[str | int] = [uuid7().hex]
    for member_id, field, line, _ in batch:
        keys.append(_key(member_id))
        args.append(field)
        args.append(cache.unraised(member_id) if member_id else 0)
        if line is None:
            keys.append("")
            args += (0, 0)
        else:
            keys.append(line[0])
            args += (line[1].interval_us, line[1].burst)
    raw = await _ASK.run(keys, *args)
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
