"""Files and functions that can be read in one go."""

import ast
from statistics import median

from tests.project.tree import ROOT, SOURCES, modules, syntax

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 70
MEDIAN_LINES_OF_A_FILE = 90

# Written by `tortoise makemigrations` out of the models.
GENERATED = "domain/migrations/0001_tables.py"


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(file): lines(str(file)) for file in modules(*SOURCES, "tests")}
    lengths.pop(GENERATED)
    assert {name: length for name, length in lengths.items() if length > LINES_OF_A_FILE} == {}


def test_half_of_the_files_have_90_lines_or_fewer() -> None:
    written = [file for file in modules(*SOURCES) if str(file) != GENERATED]
    assert median(lines(str(file)) for file in written) <= MEDIAN_LINES_OF_A_FILE


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{file}:{node.lineno} {node.name}"
        for file in modules(*SOURCES, "tests")
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert long == []


def lines(name: str) -> int:
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())
