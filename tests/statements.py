"""What is sent to PostgreSQL, seen from this process's own connections."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from domain import database


@asynccontextmanager
async def statements() -> AsyncIterator[list[str]]:
    """The statements that are sent while the block runs."""
    seen: list[str] = []

    def note(record: Any) -> None:
        # What asyncpg asks about types, once for each connection, is not ours.
        if not any(mark in record.query for mark in ("typeinfo_tree", "'jit'")):
            seen.append(record.query)

    pool: Any = database._client()._pool
    for change in ("add_query_logger", "remove_query_logger"):
        async with AsyncExitStack() as stack:
            # All that the pool may open, so that none escapes.
            for _ in range(pool.get_max_size()):
                connection = await stack.enter_async_context(pool.acquire())
                getattr(connection, change)(note)
        if change == "add_query_logger":
            yield seen
