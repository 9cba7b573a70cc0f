"""Who opens the repository sees a handful of names, each of which says what it is."""

import subprocess

from tests.processes import ROOT

NAMES = {
    "api", "schema", "domain", "tests", "scripts", "README.md", "CHANGELOG.md", "LICENSE",
    "pyproject.toml", "requirements.lock", "Dockerfile", "compose.yaml",
}  # fmt: skip


def test_nothing_else_lies_at_the_top() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    tops = {path.partition("/")[0] for path in listed}

    assert {name for name in tops if not name.startswith(".")} == NAMES
