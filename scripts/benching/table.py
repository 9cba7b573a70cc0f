"""Rows of the result, and the table that they make."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.benching.rig import Figures

HEAD = "case | per s | p50 ms | p99 ms | server µs | PostgreSQL µs | beside | goal |  "


@dataclass(frozen=True)
class Goal:
    """A number beside a ceiling (or alone) and what it has to come to, at the most or the least."""

    value: float
    of: str
    bound: float | None = None
    aim: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """`ok`, `ok, aim` where even the aim is reached, `short`; nothing without a bound."""
        if self.bound is None:
            return ""
        if not self._reaches(self.bound):
            return "short"
        return "ok, aim" if self.aim is not None and self._reaches(self.aim) else "ok"

    @property
    def wanted(self) -> str:
        """The bound in words."""
        if self.bound is None:
            return ""
        sign = "≥" if self.at_least else "≤"
        aim = f" (aim {_short(self.aim)})" if self.aim is not None else ""
        return f"{sign} {_short(self.bound)}{aim}"

    def _reaches(self, bound: float) -> bool:
        return self.value >= bound if self.at_least else self.value <= bound


@dataclass(frozen=True)
class Row:
    """One case, or one ceiling."""

    case: str
    figures: Figures | None = None
    goals: tuple[Goal, ...] = ()

    def cells(self) -> list[str]:
        """As the table shows it."""
        f = self.figures
        numbers = (
            ["", "", "", "", ""]
            if f is None
            else [
                f"{f.per_second:,.0f}",
                *(f"{ms:.1f}" if ms else "" for ms in (f.p50_ms, f.p99_ms)),
                *(f"{us:,.0f}" if us else "" for us in (f.server_us, f.postgres_us)),
            ]
        )
        beside = "; ".join(f"{_short(goal.value)} {goal.of}".strip() for goal in self.goals)
        wanted = "; ".join(goal.wanted for goal in self.goals if goal.bound is not None)
        verdict = "; ".join(goal.verdict for goal in self.goals if goal.bound is not None)
        return [self.case, *numbers, beside, wanted, verdict]


def markdown(rows: Sequence[Row]) -> str:
    """All rows as a table."""
    columns = HEAD.count("|") + 1
    lines = [HEAD.split("|"), ["---"] * columns, *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cell.strip() for cell in line)} |" for line in lines)


def plain(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """All rows as JSON has them."""
    return [asdict(row) | {"verdicts": [goal.verdict for goal in row.goals]} for row in rows]


def machine() -> str:
    """When and where this was measured."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{day}; {model}, {cores} cores, load {load:.1f} before the run;"
        f" Python {platform.python_version()}"
    )


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2f}".rstrip("0").rstrip(".")
