"""The documents that apps are built with, each under the SHA-256 of its text.

A document is known in two forms: as graphql-core prints it, and with `__typename` in every
selection, as Apollo's clients send it.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

FOLDER = Path(__file__).parents[2] / "schema" / "documents"


@dataclass(frozen=True, slots=True)
class Document:
    """One form of a document. `id` is what a client sends as `documentId`."""

    name: str
    text: str

    @property
    def id(self) -> str:
        """sha256: and the hex digest of the text."""
        return f"sha256:{hashlib.sha256(self.text.encode()).hexdigest()}"


@lru_cache(maxsize=1)
def known() -> tuple[Document, ...]:
    """All documents, in both forms, by their paths."""
    return tuple(
        Document(path.stem, text)
        for path in sorted(FOLDER.rglob("*.graphql"))
        for text in forms(parse(path.read_text(encoding="utf-8")))
    )


def forms(document: DocumentNode) -> tuple[str, str]:
    """The document's text as it is printed, and as Apollo's clients print it."""
    return print_ast(document), print_ast(visit(document, _Typenames()))


def run() -> None:
    """Print every known document, one JSON object a line: name, id, text."""
    for document in known():
        print(line(document.name, document.id, document.text))


def line(name: str, id_: str, text: str) -> str:
    """A document as it is listed."""
    return json.dumps({"name": name, "id": id_, "text": text}, ensure_ascii=False)


class _Typenames(Visitor):
    """Adds `__typename` to every selection below an operation's own."""

    def leave_selection_set(
        self, node: SelectionSetNode, _key: object, parent: object, *_: object
    ) -> SelectionSetNode | None:
        if isinstance(parent, OperationDefinitionNode):
            return None
        typename = FieldNode(name=NameNode(value="__typename"))
        return SelectionSetNode(selections=(*node.selections, typename))
