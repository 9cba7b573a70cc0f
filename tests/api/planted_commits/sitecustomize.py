"""A fault planted into server processes by their PYTHONPATH: what is to be undone is kept."""

import sys
from typing import Any


def _plant() -> None:
    from asyncpg.connection import Connection

    execute = Connection.execute

    async def planted(self: Any, query: str, *args: Any, **others: Any) -> Any:
        return await execute(self, "COMMIT;" if query == "ROLLBACK;" else query, *args, **others)

    Connection.execute = planted


if "--fd" in sys.orig_argv:
    _plant()
