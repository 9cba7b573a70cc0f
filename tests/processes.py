"""Servers as they run in earnest: processes of their own, to be asked, listened to and killed."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from api.settings import Settings
from tests.client import Client

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0


class Log:
    """What processes print, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()

    def follow(self, stream: IO[str]) -> threading.Thread:
        """Take in everything that comes out of the stream, to its end."""

        def read() -> None:
            with stream:
                for line in stream:
                    with self._news:
                        self.lines.append(line.rstrip("\n"))
                        self._news.notify_all()

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def wait_for(self, pattern: str, after: int = 0, seconds: float = 10.0) -> re.Match[str]:
        """The newest line (from number `after` on) in which the pattern is found."""

        def newest() -> re.Match[str] | None:
            found = (re.search(pattern, line) for line in reversed(self.lines[after:]))
            return next(filter(None, found), None)

        with self._news:
            match = self._news.wait_for(newest, seconds)
        assert match, f"never printed {pattern!r}, but {self.lines[-20:]}"
        return match

    async def line(self, pattern: str, after: int = 0, seconds: float = 10.0) -> re.Match[str]:
        """The same, for a test that has something else going on."""
        return await asyncio.to_thread(self.wait_for, pattern, after, seconds)


@dataclass
class Server:
    """API processes on one port, and a worker."""

    url: str
    settings: Settings
    log: Log
    api: "subprocess.Popen[str]"
    worker: "subprocess.Popen[str] | None"
    tokens: dict[tuple[str, str | None], str] = field(default_factory=dict)

    @property
    def ws_url(self) -> str:
        """Where sockets connect."""
        return f"{self.url.replace('http', 'ws', 1)}/graphql"

    def client(self) -> Client:
        """A new client of this server."""
        return Client(self.url)

    def token(self, role: str, member: str | None = None) -> str:
        """A token as `python -m api token --as ROLE` prints it."""
        if (role, member) not in self.tokens:
            command = ["token", "--as", role, *(["--member", member] if member else [])]
            done = subprocess.run(
                [sys.executable, "-m", "api", *command],
                cwd=ROOT,
                env=environment(self.settings),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            self.tokens[role, member] = done.stdout.strip()
        return self.tokens[role, member]

    def processes(self) -> list[int]:
        """The ids of the API processes that answer."""
        # The kernel's own list of children leaves out living ones while others come and go.
        return [pid for pid, parent in _parents() if parent == self.api.pid]


def seed_demo(settings: Settings) -> None:
    """Fill the database of `settings` as scripts/serve does, in a process of its own."""
    seeding = (
        "import asyncio; from api import demo, settings as s; "
        "asyncio.run(demo.seed(s.Settings.from_environment()))"
    )
    subprocess.run([sys.executable, "-c", seeding], cwd=ROOT, env=environment(settings), check=True)


@contextmanager
def running_server(settings: Settings, processes: int = 2, worker: bool = True) -> Iterator[Server]:
    """Serve the database of `settings` on a free port until the block ends."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pistis-")))
        settings = replace(settings, data=data, port=0, processes=processes, public_url="")
        log = Log()
        api = _run(stack, settings, log, "serve")
        background = _run(stack, settings, log, "work") if worker else None
        url = log.wait_for(r"^ready (\S+)", seconds=START_SECONDS)[1]
        yield Server(url, settings, log, api, background)


def _run(stack: ExitStack, settings: Settings, log: Log, command: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "api", command],
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    reader = log.follow(process.stdout)

    def end() -> None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)

    stack.callback(end)
    return process


def _parents() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, rest = stat.parent.name, stat.read_text().rpartition(")")[2]
            yield int(pid), int(rest.split()[1])


def environment(settings: Settings) -> dict[str, str]:
    """What makes a process of its own read these settings."""
    return os.environ | settings.environment() | {"PYTHONUNBUFFERED": "1"}
