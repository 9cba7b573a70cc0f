"""Balances in Redis, under versions (domain/cache.py): never a stale one."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import orjson

from domain import cache, database, metrics, shared_versions
from domain.cache import LOOK, Store, Ticket, Value, key_of, unraised
from domain.ids import uuid7
from domain.redis_connection import Script, is_away

FIELD = "b"
_FOUND = metrics.cached.labels("balances", "hit")
_MISSED = metrics.cached.labels("balances", "miss")

_LOOK = Script(f"""
{LOOK}
local found = {{}}
for i, key in ipairs(KEYS) do found[i] = look(key, ARGV[1], tonumber(ARGV[i + 2]), ARGV[2]) end
return found
""")


async def remembered(
    member_ids: Sequence[UUID],
    read: Callable[[list[UUID]], Awaitable[dict[UUID, Value]]],
) -> dict[UUID, Value]:
    """The balances of each member: from Redis where they are fresh, else by `read`, then stored.

    A value with `until` (seconds) lives no longer than that. In a transaction Redis is left aside:
    what it sees may never come true.
    """
    if database.in_transaction() or is_away():
        return await read(list(member_ids))
    looked = dict(zip(member_ids, await _look(member_ids), strict=True))
    found = {key: orjson.loads(body) for key, body in looked.items() if isinstance(body, bytes)}
    missing = [member_id for member_id in member_ids if member_id not in found]
    _FOUND.inc(len(found))
    if not missing:
        return found
    _MISSED.inc(len(missing))
    stores: list[Store] = []
    for member_id, value in (await read(missing)).items():
        found[member_id] = value
        ticket = looked[member_id]
        if isinstance(ticket, Ticket):
            until_us = cache.until(ticket, value.get("until"))
            body = orjson.dumps(value)
            stores.append((key_of(member_id), FIELD, ticket, until_us, body))
    await cache.store(stores)
    return found


async def _look(member_ids: Sequence[UUID]) -> list[bytes | Ticket | None]:
    keys = [key_of(member_id) for member_id in member_ids]
    known = [unraised(member_id) for member_id in member_ids]
    found = await _LOOK.run(keys, FIELD, uuid7().hex, *known)
    if found and found[0] == [] and await shared_versions.make_known():
        found = await _LOOK.run(keys, FIELD, uuid7().hex, *known)
    if found is None:
        return [None] * len(keys)
    return [each if isinstance(each, bytes) else Ticket.of(each) for each in found]
