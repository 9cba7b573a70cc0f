"""DATA/run/PID: where the children of a supervisor leave their counts, and say that they serve."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.engines.processes import is_gone

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # by which prometheus-client finds it


@contextmanager
def made(data: Path) -> Iterator[Path]:
    """The folder of this supervisor, until it ends; those of dead ones go."""
    parent = data / "run"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        parent.mkdir(mode=0o700, exist_ok=True)
    except OSError:  # an image may leave nothing to write to but this
        parent = Path(tempfile.mkdtemp(prefix="pistis-run-"))
    for old in parent.iterdir():
        if old.name.isdigit() and is_gone(int(old.name)):
            shutil.rmtree(old, ignore_errors=True)
    folder = parent / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)  # of one that had the same number
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mark_ready() -> None:
    """This process serves now."""
    if folder := os.environ.get(VARIABLE):
        with suppress(OSError):
            (Path(folder) / f"{os.getpid()}.ready").touch()


def is_ready(folder: Path, pid: int) -> bool:
    """Whether the child with this number serves."""
    return (folder / f"{pid}.ready").exists()
