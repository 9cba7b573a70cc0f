"""`python -m api`: help at once, refusals in words, results alone on standard output."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands import COMMANDS
from api.running.children import ROOT
from api.settings import VARIABLES


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pistis-") as parent:
        yield Path(parent) / "data"


def test_help_of_all_answers_at_once() -> None:
    begun = time.monotonic()
    for name in ("", *COMMANDS):
        assert "usage:" in run(*name.split(), "--help").stdout

    each = (time.monotonic() - begun) / (len(COMMANDS) + 1)
    assert each < 0.4


def test_migrating_twice_changes_nothing_the_second_time(data: Path) -> None:
    first, second = run("migrate", "--data", data), run("migrate", "--data", data)

    assert first.stdout.startswith("0001_")
    assert second.stdout == "The schema is up to date.\n"


def test_a_key_is_alone_on_standard_output(data: Path) -> None:
    run("migrate", "--data", data)

    made = run("key", "--name", "Till 1", "--roles", "till", "--data", data)

    assert made.stdout.startswith("psk_")
    assert len(made.stdout.split()) == 1


def test_keys_are_listed_rotated_and_revoked(data: Path) -> None:
    run("migrate", "--data", data)
    run("key", "--name", "The Corner", "--roles", "shop", "--days", "30", "--data", data)
    kid = run("keys", "rotate", "--now", "--data", data).stdout.split()[0]
    listed = run("keys", "list", "--data", data).stdout.splitlines()
    (given,) = (line for line in listed if "The Corner" in line)

    assert f"{kid:<36}  CURRENT " in listed[0]
    assert "GIVEN     The Corner (shop), last used never, until " in given
    assert "psk_" not in given
    for name in (kid, given.split()[0]):
        assert name in run("keys", "revoke", name, "--data", data).stdout
    after = run("keys", "list", "--data", data).stdout.splitlines()
    assert [line.split()[1] for line in after if kid in line or "Corner" in line] == ["REVOKED"] * 2
    assert "There is no key 7" in run("keys", "revoke", "7", "--data", data).stderr


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ("owner", "There is no role owner: keys have some of admin, care, loyalty, shop, till."),
        ("", "A SERVICE key has roles of SHOP, TILL."),
    ],
)
def test_a_key_without_sense_is_refused(data: Path, roles: str, said: str) -> None:
    run("migrate", "--data", data)

    refused = run("key", "--name", "Till 1", "--roles", roles, "--data", data)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(said)


def test_no_token_without_a_server_of_the_explore_profile(data: Path) -> None:
    refused = run("token", "--as", "shop", "--data", data)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "scripts/serve" in refused.stderr


def test_settings_that_do_not_fit_end_it_with_words(data: Path) -> None:
    refused = run("up", "--port", "x", "--processes", "0", "--data", data)

    assert refused.returncode == 1
    assert "PISTIS_PORT" in refused.stderr
    assert "PISTIS_PROCESSES" in refused.stderr
    assert "Traceback" not in refused.stderr


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    bare = {name: text for name, text in os.environ.items() if name not in VARIABLES.values()}
    return subprocess.run(
        [sys.executable, "-m", "api", *map(str, arguments)],
        cwd=ROOT,
        env=bare | {"PISTIS_FSYNC": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
