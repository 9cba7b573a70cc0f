"""CPU time of processes out of /proc, and which core they run on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
STATE, PARENT, USER, SYSTEM, OF_CHILDREN = 0, 1, 11, 12, slice(13, 15)


def cores() -> tuple[set[int], set[int]]:
    """One core for the server that is measured, the others for load and engines."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


def pin(pids: Iterable[int], to: set[int]) -> None:
    """Run these processes, with all their threads, on these cores only."""
    for pid in pids:
        for thread in _threads(pid):
            with suppress(ProcessLookupError):
                os.sched_setaffinity(thread, to)


def pin_here(to: set[int]) -> None:
    """Run this process on these cores only."""
    os.sched_setaffinity(0, to)


def tree(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *(child for child, stat in _stats() if int(stat[PARENT]) == pid)]


def spent_us(pid: int) -> float:
    """Microseconds of CPU that a process has used."""
    stat = _stat(pid)
    return (int(stat[USER]) + int(stat[SYSTEM])) * TICK_US if stat else 0.0


def spent_by_tree_us(pid: int) -> float:
    """The same of a process, its children and those of them that have ended."""
    stat = _stat(pid)
    ended = sum(map(int, stat[OF_CHILDREN])) * TICK_US if stat else 0.0
    return ended + sum(map(spent_us, tree(pid)))


def memory_kb(pid: int) -> int:
    """What a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _threads(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError):
        yield from (int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir())


def _stat(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").glob("[0-9]*"):
        if stat := _stat(int(folder.name)):
            yield int(folder.name), stat
