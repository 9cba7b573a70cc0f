"""scripts/bench: what is asked for, and the table that comes of it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scripts.benching import running, table
from scripts.benching.cases import CASES
from scripts.benching.growing import PLANS
from scripts.benching.plan import Plan


def main(arguments: list[str]) -> int:
    """Measure, print the table; 0 when all goals are reached."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    plan = Plan(wanted.members, wanted.history)
    if problem := plan.problem():
        parser.error(problem)
    machine = table.machine()
    if wanted.growth:
        rows = running.growth(wanted.seconds)
        what = "; ".join(PLANS)
    else:
        rows = running.cases(wanted.only or list(CASES), plan, wanted.seconds)
        what = f"{plan.members:,} members, 2 wallets each, {plan.history} transactions a wallet"
    print(f"{machine}\n{what}\n\n{table.markdown(rows)}")
    if wanted.json:
        found = {"machine": machine, "data": what, "rows": table.plain(rows)}
        wanted.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(goal.verdict == "short" for row in rows for goal in row.goals) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures cases beside ceilings that are made in the same run: bare routes,"
        " one SQL statement, graphql-core alone, pgbench, a bare fan-out. CPU is that of the API"
        " process, which has a core of its own, and of all of PostgreSQL, for each answer. All"
        " answers are checked. Compare CPU within one run: what a machine does in a second goes"
        " by its neighbours.",
    )
    parser.add_argument("--only", action="append", choices=CASES, help="one case; may come again")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure (3)")
    parser.add_argument("--members", type=int, default=10_000, help="in the database (10000)")
    parser.add_argument(
        "--history", type=int, default=10, help="transactions a wallet, in fives (10)"
    )
    parser.add_argument(
        "--growth",
        action="store_true",
        help="instead: home and order with 100 x members, and with 100 x history; takes minutes",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
