"""Which documents are known: those that come with the product, and those that were registered."""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from api.known import documents
from api.problems import Code, Problem
from domain import documents as registered
from domain.actor import Actor, ActorKind
from domain.documents import DocumentRow
from domain.together import Together

PREFIX = "sha256:"
ID_MAX = 128
# An id that nobody knows is asked for again after this time: it may be registered meanwhile.
_UNKNOWN_SECONDS = 1.0
_MOST = 5_000
_AT_ONCE = 200
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Known:
    """A document that is known. `name` is of a closed list, `digest` the SHA-256 of its text."""

    name: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text to run, its name if it is known. `is_new`: to be taken in once it is found good."""

    text: str
    name: str
    is_new: bool = False


class Registry:
    """`locked`: members, services and who has no token run known documents only."""

    def __init__(self, *, locked: bool) -> None:
        self._locked = locked
        self._known: dict[str, Known] = {}
        self._unknown: dict[str, float] = {}
        self._finding = Together(registered.rows, _AT_ONCE)

    def at_once(self, id_: str) -> Known | None:
        """The document of this id, if this process knows it already."""
        if not self._known:
            self._known = _of_the_product()
        return self._known.get(id_)

    async def find(self, id_: str) -> Known | None:
        """The document of this id; one that was registered a moment ago is found too."""
        known = self.at_once(id_)
        if known is not None or len(id_) > ID_MAX or "\0" in id_:
            return known
        if self._unknown.get(id_, 0) > time.monotonic():
            return None
        row = await self._finding.ask(id_)
        if row is None:
            _bounded(self._unknown)[id_] = time.monotonic() + _UNKNOWN_SECONDS
            return None
        known = Known(row.name, row.text, digest(row.text))
        if len(self._known) > _MOST:
            self._known = _of_the_product()
        self._known[id_] = self._known[known.digest] = known
        return known

    async def resolved(self, text: str | None, id_: str | None, actor: Actor) -> Resolved:
        """What to run.

        Problem for an id without text that nobody knows, for a text that is not the id's, and
        for one that this caller may not run because nobody registered it.
        """
        if id_ is not None:
            known = await self.find(plain(id_))
            if known is not None:
                if text is not None and text != known.text:
                    raise Problem(Code.BAD_REQUEST, "`query` is not the document of this id.")
                return Resolved(known.text, known.name)
            if text is None:
                # Apollo's clients look for this very text, then send the document along.
                raise Problem(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
            if digest(text) != plain(id_):
                raise Problem(Code.BAD_REQUEST, "The id is not the SHA-256 of `query`.")
        assert text is not None, "reading asks for one of both"
        if not self._locked:
            known = self.at_once(digest(text))
            return Resolved(text, known.name if known else "", is_new=id_ is not None)
        known = await self.find(digest(text))
        if known is None and actor.kind is not ActorKind.STAFF:
            raise Problem(
                Code.FORBIDDEN,
                "Only registered documents are run here: `python -m api documents --add FILE`.",
            )
        return Resolved(text, known.name if known else "")

    async def take_in(self, text: str) -> None:
        """Register a document that came with its hash, for all processes."""
        known = digest(text)
        await registered.add([DocumentRow(known, "", text)])
        self._unknown.pop(known, None)


def digest(text: str) -> str:
    """The hex SHA-256 of a document's text. Problem for what is no Unicode."""
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise Problem(Code.BAD_REQUEST, "`query` is no Unicode text.") from None


def plain(id_: str) -> str:
    """An id as it is kept: without the name of the hash before it."""
    bare = id_.removeprefix(PREFIX)
    lower = bare.lower()
    return lower if _HASH.fullmatch(lower) else id_


def _of_the_product() -> dict[str, Known]:
    found: Sequence[documents.Document] = documents.known()
    return {plain(each.id): Known(each.name, each.text, plain(each.id)) for each in found}


def _bounded(kept: dict[str, float]) -> dict[str, float]:
    if len(kept) > _MOST:
        kept.clear()
    return kept
