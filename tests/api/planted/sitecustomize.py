"""Faults planted into server processes by their PYTHONPATH: a statement that fails, or is printed.

What fails tells its values, as PostgreSQL does of a constraint that is violated.
"""

import sys
from typing import Any

CRASH, LEAK = "canarycrash", "canaryleak"


def _plant() -> None:
    from itertools import cycle

    import asyncpg
    from asyncpg.connection import Connection

    kinds = cycle([asyncpg.UniqueViolationError, ValueError, asyncpg.DataError, RuntimeError])
    execute = Connection._execute

    async def planted(self: Any, query: str, args: Any, *more: Any, **others: Any) -> Any:
        values = str(args)
        if CRASH in values:
            raise next(kinds)(f"Key (phone)=({values}) already exists.")
        if LEAK in values:
            print(f"the values are {values}", file=sys.stderr)
        return await execute(self, query, args, *more, **others)

    Connection._execute = planted


if "--fd" in sys.orig_argv:
    _plant()
