"""The tree as the house rules see it: sources, their syntax, and what they import."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("api", "schema", "domain")

CAPABILITIES = {
    "access",
    "activities",
    "feedback",
    "members",
    "membership",
    "notifications",
    "offers",
    "orders",
    "pools",
    "programme",
    "referrals",
    "rewards",
    "tiers",
    "wallets",
}


def modules(*folders: str) -> Iterator[Path]:
    """Python files below these folders, relative to the root."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in file.parts:
                yield file.relative_to(ROOT)


@cache
def syntax(file: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def imports(file: Path) -> set[str]:
    """Dotted names of what a file imports: `from domain import money` is domain.money."""
    found = set()
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{file}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def of_package(names: set[str], package: str) -> set[str]:
    """Those of the dotted names that lie in the package."""
    return {name for name in names if name.split(".")[0] == package}


def git(*command: str) -> str | None:
    """What git says; None where it says that it cannot."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


def tracked() -> list[Path]:
    """Files that are in git or would come in with the next commit, relative to the root."""
    said = git("ls-files", "--cached", "--others", "--exclude-standard")
    assert said is not None, "the house rules are checked in a git checkout"
    return [Path(name) for name in sorted(set(said.splitlines())) if (ROOT / name).is_file()]
