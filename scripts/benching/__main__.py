"""scripts/bench: cases beside ceilings, all in one run."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from api.engines import Engines, ending_on_signals
from api.engines.postgres import Postgres
from api.settings import Settings
from scripts.benching import gauges, table
from scripts.benching.cases import CASES
from scripts.benching.loading import Unfit
from scripts.benching.plan import Plan
from scripts.benching.rig import rig
from scripts.benching.table import Goal, Row

BROKEN = Goal(0, "of it could be measured", 1, at_least=True)
SECRET = "a secret for the bench's own servers only"


def main() -> int:
    """Measure what is asked for and print the table; 0 when all goals are reached."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures cases beside ceilings that are made in the same run: bare routes,"
        " one SQL statement, graphql-core alone, pgbench, a bare fan-out. CPU is that of the API"
        " process, which has a core of its own, and of all of PostgreSQL, for each answer. All"
        " answers are checked.",
    )
    parser.add_argument("--only", action="append", choices=CASES, help="one case; may come again")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure (3)")
    parser.add_argument("--members", type=int, default=10_000, help="in the database (10000)")
    parser.add_argument("--history", type=int, default=10, help="transactions a wallet (10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    wanted = parser.parse_args()
    plan = Plan(wanted.members, wanted.history)
    try:
        plan.check()
    except ValueError as error:
        parser.error(str(error))
    machine = table.machine()
    rows = _measured(wanted.only or list(CASES), plan, wanted.seconds)
    about = f"{machine}; {plan.members:,} members x 2 wallets x {plan.history} transactions"
    print(f"{about}\n\n{table.markdown(rows)}")
    if wanted.json:
        found = {"about": about, "rows": table.plain(rows)}
        wanted.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(goal.verdict == "short" for row in rows for goal in row.goals) else 0


def _measured(names: list[str], plan: Plan, seconds: float) -> list[Row]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gauges.pin_here(gauges.cores()[1])
    with ending_on_signals(), tempfile.TemporaryDirectory(prefix="pistis-bench-") as folder:
        given = Settings(
            data=Path(folder) / "data",
            profile="explore",
            secret=SECRET,
            port=0,
            requests_per_second=0,  # the load comes from a handful of callers
            service_requests_per_second=0,
        )
        with Engines(given) as engines:
            postmaster = _postmaster(engines)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(_all(engines.settings, postmaster, names, plan, seconds))


def _postmaster(engines: Engines) -> int:
    (process,) = [each.process for each in engines.embedded if isinstance(each, Postgres)]
    assert process
    return process.pid


async def _all(
    engines: Settings, postmaster: int, names: list[str], plan: Plan, seconds: float
) -> list[Row]:
    rows: list[Row] = []
    began = time.monotonic()
    _tell("filling the database", began)
    async with rig(engines, postmaster, plan, seconds) as made:
        gc.freeze()
        for name in names:
            try:
                async for row in CASES[name](made):
                    rows.append(row)
                    _tell(" | ".join(filter(None, row.cells())), began)
            except Unfit as error:
                rows.append(Row(f"{name}: {error}"[:300].replace("\n", " "), goals=(BROKEN,)))
                _tell(str(error), began)
    _tell("done", began)
    return rows


def _tell(text: str, began: float) -> None:
    print(f"{time.monotonic() - began:6.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
