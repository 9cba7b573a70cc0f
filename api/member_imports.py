"""`python -m api import members FILE.csv`: what another system knows of its customers."""

import argparse
import asyncio
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from api.running.opening import opened
from api.settings import Settings
from domain.membership import importing
from domain.membership.importing import FIELDS, PREFIX, Known, Tally


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m api import members",
        description="Import profiles from a CSV file with a header: `member`, the shop's customer"
        f" id, and any of {', '.join(FIELDS)} (interests with ; between them) and {PREFIX}NAME for"
        " what the programme asks. An empty cell says nothing. Customers that are not known become"
        " members by their id. Nobody is thanked in points: thanks are for who tells it itself.",
    )
    made.add_argument("file", type=Path, help="the CSV file (UTF-8, with a header)")
    made.add_argument("--dry-run", action="store_true", help="look at all, write nothing")
    made.add_argument("--errors", type=Path, help="where rows that failed go (FILE.errors.csv)")
    return made


def run(settings: Settings, arguments: Sequence[str]) -> int:
    """Import; 0 when every row is in, 1 when some failed."""
    return asyncio.run(_import(settings, parser().parse_args(arguments)))


async def _import(settings: Settings, wanted: argparse.Namespace) -> int:
    async with opened(settings):
        with wanted.file.open(encoding="utf-8", newline="") as lines:
            tally = await importing.run(rows(lines), dry_run=wanted.dry_run)
    _report(wanted, tally)
    return 1 if tally.failed else 0


def rows(lines: TextIO) -> Iterator[Known]:
    """The rows, each with its line. Raises SystemExit for columns that mean nothing."""
    table = csv.DictReader(lines)
    named = table.fieldnames or ()
    if "member" not in named:
        raise SystemExit("The file has no column member: the shop's id of the customer.")
    known = {"member", *FIELDS}
    strange = [name for name in named if name not in known and not name.startswith(PREFIX)]
    if strange:
        raise SystemExit(
            f"Nothing is meant by {', '.join(strange)}; there are {', '.join(sorted(known))}"
            f" and {PREFIX}NAME."
        )
    for number, row in enumerate(table, start=2):
        cells = {name: text or "" for name, text in row.items() if name in named}
        yield Known(number, cells.pop("member").strip(), cells)


def _report(wanted: argparse.Namespace, tally: Tally) -> None:
    done = "would be written" if wanted.dry_run else "written"
    print(f"{tally.written:,} profiles {done}, {len(tally.failed):,} failed")
    if tally.failed:
        path = wanted.errors or wanted.file.with_suffix(".errors.csv")
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("line", "error"), *tally.failed])
        print(f"the lines that failed, and why: {path}")
