"""README.md says what is true: commands, paths, variables."""

import os
import re
from functools import cache

import pytest

from api.commands import COMMANDS
from api.settings import VARIABLES
from tests.project.tree import CAPABILITIES, ROOT

LINES_MAX = 200
FIRST_COMMAND_BEFORE_LINE = 25
DOCUMENTS = ("README.md", "domain/README.md", "schema/README.md")


@cache
def text(name: str = "README.md") -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_it_is_short_and_begins_with_a_command() -> None:
    lines = text().splitlines()
    assert len(lines) <= LINES_MAX
    assert lines.index("```sh") < FIRST_COMMAND_BEFORE_LINE


def test_its_table_has_every_variable_and_no_other() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", text(), re.MULTILINE) == list(VARIABLES.values())


def test_compose_sets_only_variables_that_are_read() -> None:
    compose = text("compose.yaml")
    set_by_it = set(re.findall(r"^    ([A-Z_]+):", compose, re.MULTILINE))
    assert set_by_it <= set(VARIABLES.values())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_exist(name: str) -> None:
    assert set(re.findall(r"python -m api ([a-z-]+)", text(name))) <= COMMANDS.keys()
    for script in re.findall(r"scripts/[a-z-]+", text(name)):
        assert os.access(ROOT / script, os.X_OK), script


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_exist(name: str) -> None:
    below = r"(?:api|schema|domain|tests|scripts|docs)/[\w./-]*\w"
    named = re.findall(rf"[`(]({below})[`)]", text(name))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_schema_fields_that_it_names_exist() -> None:
    section = text().split("## What it does")[1].split("![")[0]
    sdl = text("schema/schema.graphql")
    for named in re.findall(r"`([\w.]+)(?:\([^`]*)?`", section):
        for field in named.split("."):
            assert re.search(rf"^  {field}[(:]", sdl, re.MULTILINE), field


def test_every_mutation_begins_with_a_thing_of_one_capability() -> None:
    (_, *table) = re.findall(r"^\| (\w+) \| ([a-z, ]+) \|$", text("schema/README.md"), re.MULTILINE)
    things = [thing for _, row in table for thing in row.split(", ")]
    assert {capability for capability, _ in table} == CAPABILITIES
    mutations = text("schema/schema.graphql").split("type Mutation {")[1].split("\n}")[0]
    assert len(things) == len(set(things))
    for word in re.findall(r"^  ([a-z]+)\w*\(", mutations, re.MULTILINE):
        assert {word, word.removesuffix("s")} & set(things), word
