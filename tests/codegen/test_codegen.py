"""Clients are generated out of the SDL and the documents as they stand, and compile."""

import hashlib
import json
import venv
from pathlib import Path

import pytest

from api.graphiql.operations import ready_operations
from tests import node
from tests.node import HERE, NODE, run
from tests.processes import ROOT

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
    return node.packages()


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
