"""Requests for the contract's documents: by id where the server knows them, else by their text."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
from graphql import parse, print_ast

from scripts.benching.loading import post
from scripts.benching.serving import Served

FOLDER = Path(__file__).parents[2] / "schema" / "documents"


@cache
def text(name: str) -> str:
    """The document as graphql-core prints it, which is how it is registered."""
    (path,) = FOLDER.rglob(f"{name}.graphql")
    return print_ast(parse(path.read_text(encoding="utf-8")))


def by_id(name: str) -> dict[str, object]:
    """What a client sends whose documents were registered when it was built."""
    return {"documentId": f"sha256:{hashlib.sha256(text(name).encode()).hexdigest()}"}


def by_text(name: str, suffix: str = "Again") -> dict[str, object]:
    """The same document under a name that nobody has registered."""
    return {"query": text(name).replace(name, f"{name}{suffix}", 1)}


def decoded(node_id: str) -> bytes:
    """What a global id names."""
    return base64.b64decode(node_id)


def request(body: dict[str, object], token: str, variables: object = None) -> bytes:
    """The request as it goes over the wire."""
    given = {} if variables is None else {"variables": variables}
    return post(orjson.dumps(body | given), token)


def asked(served: Served, body: dict[str, object], token: str, variables: object = None) -> bytes:
    """The answer to one request, whatever it is."""
    given = {} if variables is None else {"variables": variables}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{served.port}/graphql"
    try:
        with urlopen(Request(url, orjson.dumps(body | given), headers)) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()


def best(served: Served, name: str, token: str) -> tuple[dict[str, object], bool]:
    """How to send the document: by its id, or by its text where the server knows no ids yet."""
    is_known = b"PERSISTED_QUERY_NOT_FOUND" not in asked(served, by_id(name), token)
    return (by_id(name), True) if is_known else ({"query": text(name)}, False)
