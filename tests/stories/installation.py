"""Everything in one command on a disk that keeps what it was given, to be killed piece by piece."""

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.processes import ROOT, Log

START_SECONDS = 60.0
CHILDREN = {
    "API": "api serve",
    "worker": "api work",
    "Valkey": "valkey-server",
    "PostgreSQL": "bin/postgres",
}


@dataclass
class Installation:
    """A supervisor with two API processes, a worker and both engines."""

    url: str
    data: Path
    log: Log
    process: "subprocess.Popen[str]"

    @property
    def database_url(self) -> str:
        """Its database, for whoever sits on the same machine."""
        return f"postgres://pistis@/pistis?host={self.data / 'postgres/run'}&port=5432"

    @property
    def redis_url(self) -> str:
        """Its Valkey."""
        return f"unix://{self.data / 'valkey/valkey.sock'}"

    def kill(self, what: str, choose: random.Random) -> bool:
        """Kill one of these without a warning, with all its children: whether there was one."""
        pids = [pid for pid, parent, words in _processes()
                if parent == self.process.pid and CHILDREN[what] in words]  # fmt: skip
        if not pids:
            return False
        parent = choose.choice(sorted(pids))
        victims = [parent, *(pid for pid, above, _ in _processes() if above == parent)]
        choose.shuffle(victims)
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return True


@contextmanager
def installed(secret: str, **environment: str) -> Iterator[Installation]:
    """Runs until the block ends, and stops as it should."""
    with tempfile.TemporaryDirectory(prefix="pistis-", dir="/tmp") as parent:
        data = Path(parent) / "data"
        given = {
            "PISTIS_FSYNC": "on",
            "PISTIS_PROFILE": "explore",
            "PISTIS_SECRET": secret,
            "PISTIS_REQUESTS_PER_SECOND": "0",
            "PISTIS_SERVICE_REQUESTS_PER_SECOND": "0",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        command = ("up", "--data", str(data), "--no-demo", "--port", "0", "--processes", "2")
        process = subprocess.Popen(
            [sys.executable, "-m", "api", *command],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.endswith("_URL")} | given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log = Log()
        assert process.stdout
        reader = log.follow(process.stdout)
        try:
            url = log.wait_for(r"^ready (\S+)", seconds=START_SECONDS)[1]
            yield Installation(url, data, log, process)
        finally:
            process.terminate()
            process.wait(30)
            reader.join(5)


def _processes() -> Iterator[tuple[int, int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            yield int(folder.name), int(parent), words
