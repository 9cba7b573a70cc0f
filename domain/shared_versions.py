"""Versions of what all members share: the catalogue (rewards, offers, surveys) and the programme.

Triggers raise them in the transaction of the change, whoever makes it, and append the fact
(migrations/sql/0009_documents.sql). Redis is told after commit, and once more by the relay of
facts. Of a stock only that it is used up, or is there again, makes another catalogue.
"""

from tortoise import fields
from tortoise.models import Model

from domain import database, redis_connection
from domain.redis_connection import Script

KEY = "shared"
NAMES = ("catalogue", "programme")

_RAISE = Script("""
for i = 1, #ARGV, 2 do
  local known = redis.call('hget', KEYS[1], ARGV[i])
  if not known or tonumber(ARGV[i + 1]) > tonumber(known) then
    redis.call('hset', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
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
    _is_owed = not await _made_known()
    return not _is_owed


async def _made_known() -> bool:
    try:
        found = await database.rows("select name, version from shared_versions")
    except database.OUTAGES:
        return False
    pairs = [part for row in found for part in (row["name"], row["version"])]
    return await _RAISE.run([KEY], *pairs, attempts=2) is not None


async def _make_up() -> bool:
    return await make_known() if _is_owed else True


redis_connection.when_back(_make_up)
