"""`python -m api up`: one command runs everything, keeps it running and stops it all."""

import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from api.engines.processes import is_gone, wait_until
from api.running.children import ROOT
from api.running.watch import answers

START_SECONDS = 30.0
PROCESSES = {
    "worker": "api work",
    "API process 1": "api serve",
    "PostgreSQL": "bin/postgres",
    "Valkey": "valkey-server",
}


class Up:
    """A running supervisor: what it prints, line by line, and the processes it started."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api", "up", "--data", str(data), "--no-demo", *arguments],
            cwd=ROOT,
            env=os.environ | {"PISTIS_FSYNC": "off", "PISTIS_PROFILE": "explore"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._fresh: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def says(self, start: str, seconds: float = START_SECONDS) -> str:
        """The rest of the next line that begins so."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._fresh.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never said {start!r}, but {self.lines}") from None
            if line.startswith(start):
                return line.removeprefix(start).strip()

    def pid(self, words: str) -> int:
        """The child whose command line has the words."""
        # The kernel's own list of children skips some while others come and go.
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                command = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
                if int(parent) == self.process.pid and words in command:
                    return int(folder.name)
        raise AssertionError(f"no child {words!r}, but {self.lines}")

    def ended(self) -> int:
        """Its exit code, with all its output read."""
        code = self.process.wait(15)
        self._reader.join(15)
        return code

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line)
                self._fresh.put(line)


@contextmanager
def up(data: Path, *arguments: str) -> Iterator[Up]:
    running = Up(data, *arguments)
    try:
        yield running
    finally:
        running.process.terminate()
        running.ended()


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pistis-") as parent:
        yield Path(parent) / "data"


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[tuple[Up, str]]:
    with up(data, "--port", "0") as running:
        yield running, running.says("ready ")


@pytest.fixture(scope="module")
def heir(served: tuple[Up, str], data: Path) -> Iterator[tuple[Up, str]]:
    """A second one on the same folder, started while the first one runs."""
    with up(data, "--port", "0") as running:
        yield running, running.says("ready ")


def test_says_where_it_is_before_it_says_ready(served: tuple[Up, str]) -> None:
    running, url = served
    before = running.lines[: running.lines.index(f"ready {url}\n")]

    assert answers(f"{url}/readyz")
    for path in ("graphql", "graphiql", "programme"):
        assert any(line.split()[1:] == [f"{url}/{path}"] for line in before)


@pytest.mark.parametrize(
    ("name", "words"),
    PROCESSES.items(),
)
def test_what_dies_is_started_again(served: tuple[Up, str], name: str, words: str) -> None:
    running, url = served
    killed = running.pid(words)

    os.kill(killed, signal.SIGKILL)

    assert running.says(f"{name} was killed by SIGKILL") == "; it is started again in 0.2 s"
    running.says(f"{name} was started again")
    assert running.pid(words) != killed
    assert wait_until(lambda: answers(f"{url}/readyz"), START_SECONDS)


def test_what_dies_at_once_again_is_not_started_in_a_loop(served: tuple[Up, str]) -> None:
    running, _ = served
    os.kill(running.pid("api work"), signal.SIGKILL)
    running.says("worker was killed by SIGKILL")
    running.says("worker was started again")

    os.kill(running.pid("api work"), signal.SIGKILL)

    wait = running.says("worker was killed by SIGKILL; it is started again in ")
    assert 4.0 < float(wait.removesuffix(" s")) <= 5.0
    running.says("worker was started again")


def test_engines_are_shared_and_taken_over_when_their_owner_is_told_to_end(
    served: tuple[Up, str], heir: tuple[Up, str]
) -> None:
    (owner, _), (sharer, url) = served, heir
    children = [owner.pid(words) for words in PROCESSES.values()]
    assert "shared with another process" in sharer.lines[0]
    begun = time.monotonic()

    owner.process.terminate()

    assert owner.ended() == 0
    assert time.monotonic() - begun < 10
    assert all(map(is_gone, children))
    assert owner.lines[-1] == "stopped\n"
    sharer.says("the engines lost the process that ran them")
    assert wait_until(lambda: answers(f"{url}/readyz"), START_SECONDS)


def test_a_killed_supervisor_leaves_nothing_in_the_way(heir: tuple[Up, str], data: Path) -> None:
    killed, url = heir
    orphans = [killed.pid("api serve"), killed.pid("api work")]

    killed.process.kill()
    killed.process.wait()

    assert wait_until(lambda: all(map(is_gone, orphans)), 10)
    with up(data, "--port", url.rpartition(":")[2]) as successor:
        assert successor.says("ready ") == url


def test_a_taken_port_is_said_with_a_remedy(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with up(data, "--port", port) as refused:
            assert refused.ended() == 1
            assert "choose another --port" in refused.lines[-1]
