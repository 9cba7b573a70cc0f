"""`python -m api import orders FILE.csv`: what another system knows, with progress and errors."""

import argparse
import asyncio
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from datetime import time as clock_time
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from api import member_imports
from api.running.opening import opened
from api.settings import Settings
from domain.money import EXPONENTS
from domain.orders import importing
from domain.orders.commands import Line, OrderCommand
from domain.orders.importing import Imported, Tally
from domain.programme import queries as programmes

FIELDS = ("member", "reference", "at", "amount", "quantity", "sku", "category", "brand", "store")
NEEDED = ("member", "reference", "at", "amount")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m api import orders",
        description="Import orders from a CSV file with a header. Rows of one reference that lie"
        " together are one order. Customers that are not known become members by their id. Run it"
        " again after a stop: what is there is passed over.",
    )
    made.add_argument("file", type=Path, help="the CSV file (UTF-8, with a header)")
    made.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help=f"which column holds a field, if it is not named so; fields: {', '.join(FIELDS)}."
        " `member`: the shop's customer id; `at`: 2026-01-31, or a time with its zone;"
        " `amount`: as in 12.40, of the whole row",
    )
    made.add_argument("--source", default="import", help="the orders' source (import)")
    made.add_argument("--currency", help="ISO 4217; the programme's, unless said")
    made.add_argument("--dry-run", action="store_true", help="judge all, write nothing")
    made.add_argument("--errors", type=Path, help="where rows that failed go (FILE.errors.csv)")
    return made


def run(settings: Settings, arguments: Sequence[str]) -> int:
    """Import; 0 when every row is in, 1 when some failed."""
    what, *rest = arguments or ["--help"]
    if what == "members":
        return member_imports.run(settings, rest)
    wanted = parser().parse_args(rest if what == "orders" else ["--help"])
    columns = dict(pair.split("=", 1) for pair in wanted.map)
    unknown = set(columns) - set(FIELDS)
    if unknown:
        parser().error(f"--map knows no {', '.join(sorted(unknown))}; it has {', '.join(FIELDS)}")
    return asyncio.run(_import(settings, wanted, {name: name for name in FIELDS} | columns))


async def _import(settings: Settings, wanted: argparse.Namespace, columns: dict[str, str]) -> int:
    async with opened(settings):
        programme = (await programmes.in_force()).programme
        reader = Reader(
            columns,
            wanted.source,
            wanted.currency or programme.currency,
            ZoneInfo(programme.time_zone),
        )
        total = sum(1 for _ in wanted.file.open(encoding="utf-8")) - 1
        bar = Progress(total, sys.stderr)
        tally = Tally()
        with wanted.file.open(encoding="utf-8", newline="") as lines:
            async for tally in importing.run(reader.orders(lines), dry_run=wanted.dry_run):
                bar.show(tally.done + len(reader.failed))
        failed = sorted([*reader.failed, *tally.failed])
        bar.end()
        _report(wanted, tally, failed, bar.rate)
        return 1 if failed else 0


def _report(
    wanted: argparse.Namespace, tally: Tally, failed: list[tuple[int, str]], rate: int
) -> None:
    done = "would be posted" if wanted.dry_run else "posted"
    print(
        f"{tally.posted:,} orders {done}, {tally.known:,} were there already,"
        f" {len(failed):,} failed; {rate:,} orders a second"
    )
    if wanted.dry_run:
        print(f"{tally.points:,} points would be earned (members that exist; all units together)")
    if failed:
        path = wanted.errors or wanted.file.with_suffix(".errors.csv")
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("line", "error"), *failed])
        print(f"the lines that failed, and why: {path}")


class Reader:
    """Rows of a CSV file as orders; `failed` says which lines are none, and why."""

    def __init__(self, columns: dict[str, str], source: str, currency: str, zone: ZoneInfo) -> None:
        self.columns = columns
        self.source = source
        self.currency = currency
        self.zone = zone
        self.failed: list[tuple[int, str]] = []

    def orders(self, lines: TextIO) -> Iterator[Imported]:
        """The orders, each with the line that it begins on."""
        table = csv.DictReader(lines)
        missing = [
            self.columns[f] for f in NEEDED if self.columns[f] not in (table.fieldnames or ())
        ]
        if missing:
            raise SystemExit(
                f"The file has no column {', '.join(missing)}; name yours by --map FIELD=COLUMN."
            )
        numbered = enumerate(table, start=2)
        for _, rows in groupby(numbered, key=lambda row: row[1][self.columns["reference"]]):
            group = list(rows)
            try:
                yield Imported(group[0][0], self._order([row for _, row in group]))
            except (ValueError, InvalidOperation, KeyError) as error:
                reason = str(error) or "an amount is wanted, as in 12.40"
                self.failed += [(line, reason) for line, _ in group]

    def _order(self, rows: list[dict[str, str]]) -> OrderCommand:
        first = rows[0]
        return OrderCommand(
            source=self.source,
            reference=self._of(first, "reference"),
            occurred_at=self._instant(self._of(first, "at")),
            currency=self.currency,
            lines=tuple(self._line(row) for row in rows),
            member=importing.reference_of(self._of(first, "member")),
            store=self._of(first, "store") or None,
        )

    def _line(self, row: dict[str, str]) -> Line:
        quantity = int(self._of(row, "quantity") or 1)
        amount = self._minor(self._of(row, "amount"))
        # The row's amount need not be a multiple of its quantity: the rest is a discount.
        unit_price = -(-amount // quantity) if quantity > 0 else amount
        return Line(
            sku=self._of(row, "sku") or "-",
            quantity=quantity,
            unit_price=unit_price,
            category=self._of(row, "category") or None,
            brand=self._of(row, "brand") or None,
            discount=unit_price * quantity - amount,
        )

    def _minor(self, text: str) -> int:
        amount = Decimal(text).scaleb(EXPONENTS[self.currency])
        if amount != int(amount):
            raise ValueError(f"more decimals than {self.currency} has")
        return int(amount)

    def _instant(self, text: str) -> datetime:
        at = datetime.fromisoformat(text)
        if len(text) == len("2026-01-31"):
            # A day without a time is taken for its noon, where the programme is.
            at = datetime.combine(at.date(), clock_time(12))
        if at.tzinfo is None:
            at = at.replace(tzinfo=self.zone)
        return at.astimezone(UTC)

    def _of(self, row: dict[str, str], name: str) -> str:
        return (row.get(self.columns[name]) or "").strip()


class Progress:
    """A bar on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int, out: TextIO) -> None:
        self.total = max(total, 1)
        self.out = out
        self.started = self.shown = time.monotonic()
        self.done = 0

    @property
    def rate(self) -> int:
        """Orders a second so far."""
        return int(self.done / max(time.monotonic() - self.started, 0.001))

    def show(self, done: int) -> None:
        """Draw how far it is."""
        self.done = done
        share = min(done / self.total, 1)
        text = f"{share:4.0%} {done:,} of {self.total:,}, {self.rate:,} a second"
        if self.out.isatty():
            bar = "#" * int(share * 30)
            print(f"\r[{bar:30}] {text}", end="", file=self.out, flush=True)
        elif time.monotonic() - self.shown > 5:
            self.shown = time.monotonic()
            print(text, file=self.out, flush=True)

    def end(self) -> None:
        """Leave the bar's line."""
        if self.out.isatty():
            print(file=self.out)
