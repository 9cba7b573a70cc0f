"""Each thing in its place, under one name."""

import ast
from pathlib import Path

from tests.project.tree import CAPABILITIES, ROOT, SOURCES, modules, syntax, tracked

FRAME = {
    "context",
    "dry_runs",
    "enums",
    "errors",
    "node",
    "paging",
    "references",
    "roles",
    "root",
    "scalars",
    "written",
}

# Further files in schema/ and whose part they are.
COMPANIONS = {
    "access_keys": "access",
    "activity_inputs": "activities",
    "activity_kinds": "activities",
    "activity_terms_inputs": "programme",
    "adjustments": "wallets",
    "amounts": "wallets",
    "benefits": "wallets",
    "cards": "members",
    "cases": "feedback",
    "condition_inputs": "programme",
    "condition_tests": "programme",
    "discount_inputs": "programme",
    "extensions": "wallets",
    "gift_inputs": "programme",
    "holds": "wallets",
    "member_changes": "members",
    "member_inputs": "members",
    "member_timeline": "membership",
    "merges": "membership",
    "notification_types": "notifications",
    "order_inputs": "orders",
    "order_quotes": "orders",
    "order_refunds": "orders",
    "order_stages": "orders",
    "payment_inputs": "programme",
    "periods": "wallets",
    "person_inputs": "programme",
    "pictures": "rewards",
    "pool_changes": "pools",
    "pool_inputs": "pools",
    "pool_kinds": "pools",
    "programme_changes": "programme",
    "programme_currencies": "programme",
    "programme_documents": "programme",
    "programme_drafts": "programme",
    "programme_inputs": "programme",
    "programme_kinds": "programme",
    "programme_life": "programme",
    "programme_publishing": "programme",
    "reward_inputs": "rewards",
    "rule_inputs": "programme",
    "rule_leaves": "programme",
    "segments": "offers",
    "statements": "wallets",
    "text_inputs": "programme",
    "tier_inputs": "programme",
    "tier_moves": "tiers",
    "transfer_terms": "programme",
    "transfers": "wallets",
    "unit_inputs": "programme",
}
NEEDED_BY_SEVERAL = {"api", "codegen", "contract", "factories", "pages", "project", "stories"}
SAYS_NOTHING = {"utils", "util", "helpers", "common", "core", "base", "manager", "service", "misc"}
NOTE_TO_SELF = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")


def test_a_capability_has_one_name_in_three_trees() -> None:
    assert folders("domain") - {"migrations"} == CAPABILITIES
    assert {f.stem for f in modules("schema")} - FRAME - {"__init__"} == (
        CAPABILITIES | COMPANIONS.keys()
    )
    assert folders("tests") - NEEDED_BY_SEVERAL == CAPABILITIES


def test_a_companion_is_part_of_a_capability() -> None:
    assert set(COMPANIONS.values()) <= CAPABILITIES
    assert COMPANIONS.keys() & CAPABILITIES == set()


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [file for file in tracked() if {file.stem, *file.parts} & SAYS_NOTHING] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        file
        for file in modules(*SOURCES, "tests")
        if syntax(file).body and not ast.get_docstring(syntax(file))
    ]
    assert silent == []


def test_nothing_is_put_off_in_a_comment() -> None:
    unfinished = [
        f"{file}: {note}"
        for file in tracked()
        if file.suffix in {".py", ".sql", ".graphql", ".md", ".jsx", ".js", ".css", ""}
        for note in NOTE_TO_SELF
        if note in text_of(file)
    ]
    assert unfinished == []


def text_of(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def folders(parent: str) -> set[str]:
    return {file.parts[1] for file in modules(parent) if len(file.parts) > 2}
