"""Registers documents out of files, as apps' build tools write them, for all processes to know."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse

from api.execution import Execution
from api.known.documents import forms, line
from api.known.registry import ID_MAX, digest, plain
from api.problems import Problem
from api.running.opening import opened
from api.settings import Refused, Settings
from domain import documents
from domain.documents import DocumentRow
from schema.root import schema

APOLLO = "apollo-persisted-query-manifest"


@dataclass(frozen=True, slots=True)
class Given:
    """A document out of a file: where it stands, its text, and the id that the file gives it."""

    place: str
    text: str
    id: str | None = None


def add(settings: Settings, files: Sequence[str]) -> None:
    """Register all documents of these files, or none: Refused names each that is wrong."""
    given, wrong = _read(files)
    rows, refused = checked(given)
    if wrong + refused:
        raise Refused("\n".join(["Nothing was registered:", *wrong, *refused]))
    asyncio.run(_add(settings, rows))
    for row in rows:
        print(line(row.name, row.id, row.text))


def given_in(name: str, text: str) -> list[Given]:
    """The documents of a file of this name; ValueError says why it cannot be read.

    A .graphql file gives its text and both forms in which clients print it.
    """
    if name.endswith(".graphql"):
        parsed = parse(text)
        return [Given(name, each) for each in dict.fromkeys((text, *forms(parsed)))]
    found = orjson.loads(text)
    if isinstance(found, dict) and found.get("format") == APOLLO:
        return [
            Given(f"{name}: {each['name']}", each["body"], each["id"])
            for each in found["operations"]
        ]
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise ValueError("It is neither a .graphql file, nor Apollo's manifest, nor {hash: text}.")
    return [Given(f"{name}: {id_}", each, id_) for id_, each in found.items()]


def checked(given: Sequence[Given]) -> tuple[list[DocumentRow], list[str]]:
    """The rows to register, under hash and own id; and what is wrong with which document."""
    execution = Execution(schema, locked=False)
    rows: dict[str, DocumentRow] = {}
    wrong: list[str] = []
    for each in given:
        try:
            execution.check(each.text)
        except Problem as problem:
            wrong += [f"  {each.place}: {entry['message']}" for entry in problem.entries]
            continue
        name = _name(parse(each.text))
        own = [plain(each.id)] if each.id else []
        if any(not id_.isascii() or not 0 < len(id_) <= ID_MAX for id_ in own):
            wrong.append(f"  {each.place}: an id has 1 to {ID_MAX} ASCII characters.")
            continue
        for id_ in (digest(each.text), *own):
            if id_ in rows and rows[id_].text != each.text:
                wrong.append(f"  {each.place}: another document has its id too.")
            rows[id_] = DocumentRow(id_, name, each.text)
    return list(rows.values()), wrong


def _read(files: Sequence[str]) -> tuple[list[Given], list[str]]:
    given: list[Given] = []
    wrong: list[str] = []
    for file in files:
        try:
            given += given_in(file, Path(file).read_text(encoding="utf-8"))
        except GraphQLError as error:
            wrong.append(f"  {file}: {error.message}")
        except (OSError, ValueError) as error:
            wrong.append(f"  {file}: {error}")
        except (KeyError, TypeError):
            wrong.append(f"  {file}: each operation of a manifest has an id, a name and a body.")
    return given, wrong


async def _add(settings: Settings, rows: Sequence[DocumentRow]) -> None:
    async with opened(settings):
        known = await documents.rows([row.id for row in rows])
        taken = [
            f"  {row.id}"
            for row, other in zip(rows, known, strict=True)
            if other is not None and other.text != row.text
        ]
        if taken:
            raise Refused("\n".join(["These ids stand for other documents already:", *taken]))
        await documents.add(rows)


def _name(document: DocumentNode) -> str:
    return next(_names(document), "")


def _names(document: DocumentNode) -> Iterator[Any]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and node.name:
            yield node.name.value[:120]
