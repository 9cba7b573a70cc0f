"""Runs cases on engines of their own, durable as in earnest, and tells how far it is."""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import uvloop

from api.engines import Engines, ending_on_signals
from api.engines.postgres import Postgres
from api.settings import Settings
from scripts.benching import gauges, growing
from scripts.benching.cases import CASES
from scripts.benching.loading import Unfit
from scripts.benching.plan import Plan
from scripts.benching.rig import Figures, rig
from scripts.benching.table import Goal, Row

SECRET = "a secret for the bench's own servers only"
BROKEN = Goal(0, "of it could be measured", 1, at_least=True)

Rows = Callable[[Settings, int], Coroutine[Any, Any, list[Row]]]

_began = time.monotonic()


def cases(names: Sequence[str], plan: Plan, seconds: float) -> list[Row]:
    """The rows of these cases; one that cannot be measured has a row that says why."""

    async def all_of_them(engines: Settings, postmaster: int) -> list[Row]:
        rows: list[Row] = []
        _tell("filling the database")
        async with rig(engines, postmaster, plan, seconds) as made:
            gc.freeze()
            for name in names:
                try:
                    async for row in CASES[name](made):
                        rows.append(_told(row))
                except (Unfit, TimeoutError) as error:
                    rows.append(_told(Row(f"{name}: {error!r:.300}", goals=(BROKEN,))))
        return rows

    return _on_engines(all_of_them)


def growth(seconds: float) -> list[Row]:
    """Home and order with little, with many members, with a long history."""

    async def one_after_another(engines: Settings, postmaster: int) -> list[Row]:
        rows: list[Row] = []
        base: dict[str, Figures] | None = None
        for name, plan in growing.PLANS.items():
            _tell(f"filling the database: {name}")
            async with rig(engines, postmaster, plan, seconds) as made:
                found = await growing.both(made)
            rows += map(_told, growing.rows(name, found, base))
            base = base or found
        return rows

    return _on_engines(one_after_another)


def _on_engines(rows: Rows) -> list[Row]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gauges.pin_here(gauges.cores()[1])
    with ending_on_signals(), tempfile.TemporaryDirectory(prefix="pistis-bench-") as folder:
        given = Settings(
            data=Path(folder) / "data",
            profile="explore",
            secret=SECRET,
            port=0,
            requests_per_second=0,  # all load comes from a handful of callers
            service_requests_per_second=0,
        )
        with Engines(given) as engines:
            (postgres,) = [each for each in engines.embedded if isinstance(each, Postgres)]
            assert postgres.process
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(rows(engines.settings, postgres.process.pid))


def _told(row: Row) -> Row:
    _tell(" | ".join(filter(None, row.cells())))
    return row


def _tell(text: str) -> None:
    print(f"{time.monotonic() - _began:6.1f} s  {text}", file=sys.stderr, flush=True)
