"""What must not be used, and what must not be committed."""

import ast
import re
from pathlib import Path

from tests.project.tree import ROOT, SOURCES, imports, modules, syntax, tracked

TRANSACTIONS_OF_TORTOISE = ("tortoise.transactions", "tortoise.transactions.in_transaction")
LOCKS = re.compile(r"(^|/)(package-lock\.json|requirements[\w-]*\.lock|uv\.lock)$")
REGISTRY = re.compile(r"\"resolved\"|registry\.|pypi\.|pythonhosted|index-url|find-links|\.tgz")


def test_tortoises_own_transactions_are_not_used() -> None:
    wrong = [
        f"{file}: {name}"
        for file in modules(*SOURCES, "tests")
        for name in imports(file)
        if name.startswith(TRANSACTIONS_OF_TORTOISE)
        or name in {"tortoise.in_transaction", "tortoise.atomic"}
    ]
    assert wrong == []


def test_tests_wait_for_events_and_do_not_sleep() -> None:
    naps = [
        f"{file}:{call.lineno}"
        for file, call in calls("sleep", "tests")
        if not (call.args and getattr(call.args[0], "value", None) == 0)
    ]
    assert naps == []


def test_nothing_of_ours_is_mocked() -> None:
    wrong = [
        f"{file}: {name}"
        for file in modules("tests")
        for name in imports(file)
        if name.startswith(("unittest.mock", "pytest_mock", "mock."))
    ]
    assert wrong == []


def test_lock_files_name_no_registry() -> None:
    locks = [file for file in tracked() if LOCKS.search(file.as_posix())]
    assert len(locks) >= 2
    wrong = [
        f"{file}:{number} {line.strip()}"
        for file in locks
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1)
        if REGISTRY.search(line)
    ]
    assert wrong == []


def calls(name: str, *folders: str) -> list[tuple[Path, ast.Call]]:
    return [
        (file, node)
        for file in modules(*folders)
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == name
    ]
