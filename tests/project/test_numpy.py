"""numpy is for bulk alone: what serves and works starts without it."""

import subprocess
import sys

from tests.project.tree import ROOT, SOURCES, imports, modules, of_package

BULK = "domain/programme/bulk/"


def test_no_process_imports_numpy_at_its_start() -> None:
    names = ["schema.root", "api.app", "api.running.server", "api.running.worker"]
    said = f"import sys, {', '.join(names)}; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_only_the_bulk_reading_knows_numpy() -> None:
    wrong = [
        str(file)
        for file in modules(*SOURCES)
        if of_package(imports(file), "numpy")
        and not str(file).startswith(BULK)
        and str(file) != "domain/programme/arithmetic.py"  # names a type, for mypy alone
    ]
    assert wrong == []
