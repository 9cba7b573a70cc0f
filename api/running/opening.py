"""What a process opens before it does anything, and closes after: secret, PostgreSQL, Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.settings import Settings
from domain import cache, database, secrets
from domain.access import trial


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """This process connected as `settings` say, once a process; Redis may be away."""
    secrets.open_with(settings.secret)
    trial.allow(settings.profile == "explore")
    await database.connect(settings.database_url)
    try:
        await cache.connect(settings.redis_url)
        try:
            yield
        finally:
            await cache.close()
    finally:
        await database.close()
