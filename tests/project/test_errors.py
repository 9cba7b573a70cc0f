"""Every refusal that the schema has is shown by a test."""

import ast

import pytest

from domain.errors import DomainError, ErrorCode
from tests.project.tree import modules, syntax

CLAIMS = {"raises", "parametrize"}


@pytest.mark.parametrize("code", ErrorCode)
def test_a_refusal_is_asserted_somewhere(code: ErrorCode) -> None:
    errors = {kind.__name__ for kind in DomainError.__subclasses__() if kind.code is code}
    assert ({code.value} | errors) & asserted(), f"no test expects {code}"


def asserted() -> set[str]:
    """Words in assertions, in `pytest.raises` and in parameters, outside of tests/project."""
    return {
        word
        for file in modules("tests")
        if file.parts[1] != "project"
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and claims(node))
        for part in ast.walk(node)
        for word in words(part)
    }


def claims(call: ast.Call) -> bool:
    return getattr(call.func, "attr", "") in CLAIMS


def words(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.attr] if isinstance(node, ast.Attribute) else []
