"""From bytes to a Request, strictly: what is not understood is refused, never guessed."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HTTPRequest

from api.execution import Request
from api.problems import Code, Problem

MAX_JSON_DEPTH = 32
BODY_SECONDS = 30

_KEYS = ("query", "variables", "operationName", "extensions", "documentId")


async def body(request: HTTPRequest, most: int) -> bytes:
    """The whole body; Problem 413 beyond `most` bytes, whatever its length was said to be."""
    received = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                received += chunk
                if len(received) > most:
                    message = f"The body is larger than the {most} bytes that this caller may send."
                    raise Problem(Code.BAD_REQUEST, message, status=413)
    except (TimeoutError, ClientDisconnect):
        raise Problem(Code.BAD_REQUEST, "The body did not arrive in time.", status=408) from None
    return bytes(received)


def json_object(text: bytes | str) -> dict[str, Any]:
    """A JSON object of bounded depth. Nothing here recurses, so no depth can hurt."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Problem(Code.BAD_REQUEST, "This is no JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise Problem(Code.BAD_REQUEST, "The JSON must be one object; batches are not served.")
    level: list[Any] = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = _below(level)
        if not level:
            return value
    raise Problem(Code.BAD_REQUEST, f"The JSON is nested deeper than {MAX_JSON_DEPTH} levels.")


def query_string(raw: bytes) -> dict[str, Any]:
    """The parameters of a GET, as a POST would have them."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), True, True, encoding="utf-8", errors="strict", max_num_fields=10
        )
    except ValueError:
        message = "The URL needs a query=... in percent-encoded UTF-8."
        raise Problem(Code.BAD_REQUEST, message) from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) < len(pairs):
        raise Problem(Code.BAD_REQUEST, "A parameter of the URL comes twice.")
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = json_object(parameters[name])
        else:
            parameters.pop(name, None)
    return parameters


def graphql_request(parameters: dict[str, Any]) -> Request:
    """The request that these parameters describe; Problem names the parameter at fault."""
    if any(name not in _KEYS for name in parameters):
        raise Problem(Code.BAD_REQUEST, f"Only these parameters are known: {', '.join(_KEYS)}.")
    document = _typed(parameters, "query", str)
    variables = _typed(parameters, "variables", dict)
    operation_name = _typed(parameters, "operationName", str)
    extensions = _typed(parameters, "extensions", dict)
    document_id = _typed(parameters, "documentId", str)
    if document_id is None and extensions and extensions.get("persistedQuery") is not None:
        hashed = _typed(extensions, "persistedQuery", dict)
        document_id = _typed(hashed, "sha256Hash", str)
    if not document and not document_id:
        raise Problem(Code.BAD_REQUEST, "`query` is missing: the text of the document.")
    return Request(document or "", variables or {}, operation_name or None, document_id or None)


def _typed(parameters: dict[str, Any], name: str, kind: type) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        wanted = "text" if kind is str else "an object"
        raise Problem(Code.BAD_REQUEST, f"`{name}` must be {wanted}.")
    return value


def _below(level: list[Any]) -> list[Any]:
    found = []
    for container in level:
        for part in container.values() if type(container) is dict else container:
            kind = type(part)
            if kind is dict or kind is list:
                found.append(part)
            elif kind is str and "\0" in part:  # PostgreSQL has no place for it
                raise Problem(Code.BAD_REQUEST, "A text holds the character NUL.")
    return found
