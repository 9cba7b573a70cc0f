"""Requests that ask for what may be remembered, known again by their bytes."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from starlette.datastructures import Headers

from api.execution import Execution, Request
from api.known.registry import Registry, digest, plain
from api.problems import Problem
from api.wire import negotiation, reading

# What is kept here is a few kilobytes each.
BYTES_MAX = 8 * 1024
_MOST = 2_000


class Wanted(NamedTuple):
    """A known query. `field` stands for it with its variables, `name` is of the registry."""

    name: str
    field: str


class Manner(NamedTuple):
    """How the answer is to come; `language` None: the caller's own."""

    media: bytes
    language: str | None


class Recognising:
    """Remembers what requests ask for and how, so that most are not even parsed."""

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution
        self._posted: dict[bytes, Wanted] = {}
        self._named: dict[bytes, Wanted] = {}
        self._manners: dict[tuple[bytes | None, ...], Manner | None] = {}
        self._kept: dict[tuple[str, str | None], bool] = {}

    def posted(self, body: bytes) -> Wanted | None:
        """What the body of a POST asks for; None: nothing that may be remembered."""
        return self._posted.get(body) or self._anew(self._posted, body, reading.json_object)

    def named(self, query_string: bytes) -> Wanted | None:
        """What the URL of a GET asks for."""
        wanted = self._named.get(query_string)
        return wanted or self._anew(self._named, query_string, reading.query_string)

    def manner(self, headers: Mapping[bytes, bytes], method: str) -> Manner | None:
        """How to answer; None: as these headers stand, they are to be judged with care."""
        posted = method == "POST"
        given = (
            headers.get(b"accept"),
            headers.get(b"accept-language"),
            headers.get(b"content-type") if posted else b"GET",
            headers.get(b"content-encoding"),
        )
        try:
            return self._manners[given]
        except KeyError:
            pass
        if len(self._manners) > _MOST:
            self._manners.clear()
        manner = self._manners[given] = _manner(headers, posted)
        return manner

    def _anew(self, kept: dict[bytes, Wanted], raw: bytes, parameters: Any) -> Wanted | None:
        if len(raw) > BYTES_MAX:
            return None
        try:
            request = reading.graphql_request(parameters(raw))
            found = self._found(request)
        except Problem:
            return None  # whoever answers it says why
        if found is not None:
            if len(kept) > _MOST:
                kept.clear()
            kept[raw] = found
        return found

    def _found(self, request: Request) -> Wanted | None:
        id_ = request.document_id
        known = self._registry.at_once(plain(id_) if id_ else digest(request.document))
        if known is None or (request.document and request.document != known.text):
            return None
        name = request.operation_name
        place = known.digest, name
        if place not in self._kept:
            self._kept[place] = self._execution.may_be_kept(known.text, name)
        if not self._kept[place]:
            return None
        return Wanted(known.name, _field(known.digest, request))


def _field(document: str, request: Request) -> str:
    variables = orjson.dumps(request.variables, option=orjson.OPT_SORT_KEYS)
    said = b"\0".join((document.encode(), (request.operation_name or "").encode(), variables))
    return hashlib.blake2b(said, digest_size=12).hexdigest()


def _manner(headers: Mapping[bytes, bytes], posted: bool) -> Manner | None:
    given = Headers(raw=list(headers.items()))
    try:
        if posted:
            negotiation.must_be_json(given)
        media = negotiation.media_type(given)
    except Problem:
        return None
    return Manner(
        f"{media}; charset=utf-8".encode(), negotiation.language(given.get("accept-language"))
    )
