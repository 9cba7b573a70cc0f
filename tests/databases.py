"""Databases for tests: one is migrated, the others are copies of it, emptied between tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.settings import Settings
from domain import database

TEMPLATE = "template_of_tests"

# Processes that serve keep the key that they sign with, so its row stays.
_TABLES = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
  and relname not in ('tortoise_migrations', 'signing_keys')
"""


@dataclass
class Databases:
    """The databases of one PostgreSQL; `settings` lead to it."""

    settings: Settings
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def migrate(self) -> None:
        """Make the one that the others are copied from."""
        await self._create(TEMPLATE, "template0")
        await database.migrate(self._at(TEMPLATE, 0).database_url)

    async def copy(self) -> Settings:
        """Settings with a database as the migrations leave it, and a part of Redis to itself."""
        number = next(self.numbers)
        await self._create(f"test_{number}", TEMPLATE)
        return self._at(f"test_{number}", number)

    async def empty(self) -> Settings:
        """Settings with a database in which nothing is, not even tables."""
        number = next(self.numbers)
        await self._create(f"test_{number}", "template0")
        return self._at(f"test_{number}", number)

    async def _create(self, name: str, template: str) -> None:
        connection = await asyncpg.connect(self.settings.database_url)
        await connection.execute(f'create database "{name}" template "{template}"')
        await connection.close()

    def _at(self, name: str, number: int) -> Settings:
        url = urlsplit(self.settings.database_url)._replace(path=f"/{name}")
        redis_url = f"{self.settings.redis_url}?db={number % 16}"
        return replace(self.settings, database_url=urlunsplit(url), redis_url=redis_url)


class Cleaner:
    """Brings a database back to what the migrations left, as its owner, past its guards."""

    def __init__(self, settings: Settings, connection: asyncpg.Connection, script: str) -> None:
        self.settings = settings
        self._connection = connection
        self._script = script

    @classmethod
    async def of(cls, settings: Settings) -> "Cleaner":
        """For the database of these settings, which is now as it shall be again."""
        connection = await asyncpg.connect(settings.database_url)
        # Neither foreign keys nor append-only triggers are asked: the order does not matter.
        await connection.execute("set session_replication_role = replica")
        script = []
        for table in [row["relname"] for row in await connection.fetch(_TABLES)]:
            script.append(f'delete from "{table}"')
            if await connection.fetchval(f'select exists (select from "{table}")'):
                await connection.execute(f'create temp table "seed_{table}" as table "{table}"')
                script.append(f'insert into "{table}" overriding system value table "seed_{table}"')
        return cls(settings, connection, "; ".join(script))

    async def clean(self) -> None:
        """Empty all tables, some 20 ms; TRUNCATE would take half a second."""
        await self._connection.execute(self._script)

    async def execute(self, script: str) -> None:
        """Do something that nobody else may: past all guards."""
        await self._connection.execute(script)

    async def close(self) -> None:
        """Done."""
        await self._connection.close()
