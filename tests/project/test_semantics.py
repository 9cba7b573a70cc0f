"""Each answer of domain/README.md's table is held by tests that there are."""

import ast
import re

from tests.project.tree import ROOT, syntax

ANSWERS = 35
# What is not built yet comes with its tests.
NOT_YET = {33, 34}
_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.*?) \| (.*?) ?\|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[int, tuple[str, str]]:
    """By number: the answer, and what holds it."""
    text = (ROOT / "domain" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## What is easy to get wrong")[2].partition("\n## ")[0]
    return {int(number): (answer, held) for number, answer, held, _ in _ROW.findall(table)}


def test_every_answer_is_there_in_its_order() -> None:
    assert list(rows()) == list(range(1, ANSWERS + 1))


def test_every_answer_is_held_by_tests_unless_it_is_still_to_come() -> None:
    without = {number for number, (_, held) in rows().items() if not _TEST.search(held)}
    assert without == NOT_YET


def test_every_test_that_is_named_is_there() -> None:
    named = [found for _, held in rows().values() for found in _TEST.findall(held)]
    assert len(named) == len(set(named))
    missing = [f"{file}::{test}" for file, test in named if test not in functions_of(file)]
    assert not missing


def functions_of(file: str) -> set[str]:
    """What a file defines; nothing, if there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return set()
    return {
        node.name
        for node in syntax(path.relative_to(ROOT)).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
