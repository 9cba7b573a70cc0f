"""Versions of what all members share: the catalogue (rewards, offers, surveys) and the programme.

Triggers raise them in the transaction of the change, whoever makes it, and append the fact
(migrations/sql/0009_documents.sql). Redis is told after commit, and once more by the relay of
facts. Of a stock only that it is used up, or is there again, makes another catalogue. Windows
open and close by themselves: Redis is told of the next such instant too, and beyond it knows
nothing until it is told of the one after.
"""

from tortoise import fields
from tortoise.models import Model

from domain import database, redis_connection
from domain.redis_connection import Script

KEY = "shared"
NAMES = ("catalogue", "programme")

# What holds for all now, as a part of stamps: the versions, and the instant up to which they hold.
STAMP = f"""
local function stamp_of_shared(now)
  local at = redis.call('hmget', '{KEY}', 'catalogue', 'programme', 'next', 'until')
  if not at[4] or (at[4] ~= '' and now >= tonumber(at[4])) then return nil end
  return ':' .. at[1] .. ':' .. at[2] .. ':' .. at[3]
end
"""
_TIME = Script("local t = redis.call('time') return string.format('%.0f', t[1] * 1000000 + t[2])")
_RAISE = Script("""
local known = redis.call('hmget', KEYS[1], 'catalogue', 'programme')
for i, name in ipairs({'catalogue', 'programme'}) do
  if tonumber(ARGV[i]) < tonumber(known[i] or '0') then return 0 end
end
redis.call('hset', KEYS[1], 'catalogue', ARGV[1], 'programme', ARGV[2], 'next', ARGV[3],
  'until', ARGV[4])
redis.call('expire', KEYS[1], 3600)
return 1
""")

_is_owed = False


class SharedVersion(Model):
    """How often something has changed."""

    name: str = fields.CharField(max_length=20, primary_key=True)
    version: int = fields.BigIntField()

    class Meta:
        table = "shared_versions"


async def make_known() -> bool:
    """Tell Redis of the versions as they are committed: whether it heard.

    What it did not hear it is told when it is back. Call it after commit.
    """
    global _is_owed
    assert not database.is_rehearsal(), "nothing has changed: see database.after_commit"
    _is_owed = not await _made_known()
    return not _is_owed


async def _made_known() -> bool:
    # Redis's time comes first: what is read after it holds for no longer than it seems to.
    now_us = await _TIME.run((), attempts=2)
    if now_us is None:
        return False
    try:
        found = await database.row("select * from pistis_shared()")
    except database.OUTAGES:
        return False
    assert found is not None
    until_us = "" if found["seconds"] is None else int(now_us) + int(found["seconds"] * 1_000_000)
    at = str(found["next_change"] or "")
    done = await _RAISE.run([KEY], found["catalogue"], found["programme"], at, until_us)
    return done is not None


async def _make_up() -> bool:
    return await make_known() if _is_owed else True


redis_connection.when_back(_make_up)
