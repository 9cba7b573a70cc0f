"""An installation that has not signed anything yet."""

from collections.abc import AsyncIterator

import pytest

from domain.access import keys
from domain.database import rows as database_rows


@pytest.fixture
async def no_keys(database: None) -> AsyncIterator[None]:
    """As on the first day; processes that serve get the keys back that they know."""
    kept = await _rows()
    await _forget()
    yield
    await _forget()
    for row in kept:
        numbers = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await database_rows(f"insert into signing_keys values ({numbers})", *row)


async def _rows() -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database_rows("select * from signing_keys")]


async def _forget() -> None:
    await database_rows("delete from signing_keys")
    keys.forget()
