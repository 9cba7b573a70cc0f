"""Who may import whom."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.project.tree import SOURCES, imports, modules, of_package, syntax

# Left to right, only from the left: what would go the other way is done by an event.
LAYERS = [
    {
        "money",
        "calendar",
        "language",
        "errors",
        "events",
        "ids",
        "rows",
        "canonical",
        "actor",
        "paging",
        "secrets",
        "segment_events",
    }
    | {"failpoints", "metrics", "tracing"},
    {
        "answers",
        "balances",
        "database",
        "stages",
        "cache",
        "documents",
        "redis_connection",
        "shared_versions",
        "outbox",
        "idempotency",
        "clock",
        "together",
        "apart",
        "throttle",
    },
    {"access", "programme"},
    {"members"},
    {"wallets"},
    {"pools"},
    {"tiers", "offers", "rewards"},
    {"orders"},
    {"activities", "referrals", "feedback"},
    {"notifications"},
    {"membership"},
    {"reactions", "schedule", "standing"},
]
OF_GRAPHQL_AND_HTTP = {"strawberry", "graphql", "starlette", "uvicorn", "httpx", "websockets"}

# What a rule may lean on; the standard library comes on top, less what is not pure.
PURE = {"money", "rows", "calendar", "language", "programme"}
IMPURE = {"asyncio", "os", "random", "secrets", "socket", "subprocess", "time", "uuid"}
OF_PROGRAMME = {
    "accruals",
    "activity_rules",
    "arithmetic",
    "attributes",
    "caps",
    "compiling",
    "conditions",
    "facts",
    "leaves",
    "live",
    "periods",
    "problems",
    "rules",
    "terms",
    "words",
}
CLOCK_AND_CHANCE = {"now", "today", "utcnow", "random", "uuid4", "uuid7"}


def test_imports_go_from_api_to_schema_to_domain() -> None:
    wrong = [
        f"{file}: {name}"
        for place, folder in enumerate(SOURCES)
        for file in modules(folder)
        for left in SOURCES[:place]
        for name in of_package(imports(file), left)
    ]
    assert wrong == []


def test_nothing_that_serves_imports_tests() -> None:
    assert [f for f in modules(*SOURCES) if of_package(imports(f), "tests")] == []


def test_domain_knows_neither_graphql_nor_http() -> None:
    wrong = [
        f"{file}: {name}"
        for file in modules("domain")
        for name in imports(file)
        if name.split(".")[0] in OF_GRAPHQL_AND_HTTP
    ]
    assert wrong == []


def test_schema_knows_no_tables() -> None:
    wrong = [
        f"{file}: {name}"
        for file in modules("schema")
        for name in imports(file)
        if name.split(".")[0] in {"tortoise", "asyncpg"} or ".models." in f"{name}."
    ]
    assert wrong == []


def test_domain_imports_only_from_the_left() -> None:
    place = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    units = domain_imports()
    assert units.keys() - place.keys() == set(), "say in which layer it is"
    wrong = [
        f"{unit} imports {other}"
        for unit, others in units.items()
        for other in others
        if place[other] > place[unit]
    ]
    assert wrong == []


def test_nothing_in_domain_imports_in_a_circle() -> None:
    TopologicalSorter(domain_imports()).prepare()


@pytest.mark.parametrize("file", [f for f in modules("domain") if f.name == "rules.py"], ids=str)
def test_rules_are_pure(file: Path) -> None:
    for name in imports(file):
        package, *below = name.split(".")
        if package == "domain":
            assert below[0] in PURE, name
            assert below[0] != "programme" or below[1] in OF_PROGRAMME, name
        else:
            assert package in sys.stdlib_module_names - IMPURE, name
    for node in ast.walk(syntax(file)):
        assert not isinstance(node, ast.Await | ast.AsyncFunctionDef)
        if isinstance(node, ast.Call):
            called = node.func
            name = getattr(called, "attr", getattr(called, "id", ""))
            assert name not in CLOCK_AND_CHANCE, f"line {node.lineno}: {name}()"


def domain_imports() -> dict[str, set[str]]:
    """For each file or folder in domain/, which others it imports."""
    found: dict[str, set[str]] = {}
    for file in modules("domain"):
        unit = file.parts[1].removesuffix(".py")
        if unit not in {"migrations", "__init__"}:
            others = {name.split(".")[1] for name in of_package(imports(file), "domain")}
            found.setdefault(unit, set()).update(others - {unit})
    return found
