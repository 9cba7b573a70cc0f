"""Requests that no client should send, by chance: bytes, mutants, odd JSON, hostile documents."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.known.documents import known
from schema.root import schema
from tests.api.hostile import DOCUMENTS
from tests.factories.documents import Documents

JSON = "application/json"
IDS = ("TWVtYmVyOjE=", "UmV3YXJkOjE=", "x", "", "\x00", "Tm9kZTo=")
# Places in a JSON text where something else may stand.
ODD = (
    b"NaN", b"-Infinity", b"1e400", b"-1e400", b"9" * 4400, b"-" + b"9" * 25, b"0.1e-400",
    b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"\x00"', b'"\xff\xfe"', b'"\xed\xa0\x80"',
    b"[" * 5000, b"[" * 40 + b"]" * 40, b'{"a":' * 60 + b"1" + b"}" * 60,
    b'"' + b"x" * 30_000 + b'"',
    b"true", b"null", b'""', b"[]", b"{}", b"[null]", b"-0", b"1.5", b"01", b"+1", b"'x'", b"\\",
    b'"\xf4\x90\x80\x80"', b'"\xc0\x80"', b"/* x */ 1", b'"<script>alert(1)</script>"',
    b'"\' or true --"', b'"2026-13-45T99:99:99Z"', b'"00000000-0000-0000-0000-000000000000"',
)  # fmt: skip
TYPES = (
    JSON, JSON, JSON, "", "text/plain", "application/jsonp", "application/json; charset=utf-16",
    "application/graphql", "multipart/form-data", "multipart/form-data; boundary=x", "x" * 3000,
    "application/x-www-form-urlencoded", "application/json, text/plain", "application/json;;;=",
)  # fmt: skip
ACCEPTS = (
    "*/*", JSON, "application/graphql-response+json", "text/html", "", ";;;", "*/*;q=nan",
    "," * 999, "application/json;q=1e999", "multipart/mixed; deferSpec=20220824",
)  # fmt: skip
TOKENS = (
    "", "Bearer", "Bearer x", "Bearer a.b.c", "Basic eDp4", "Bearer " + "x" * 5000,
    "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLyJ9.e30.AAAA",
)  # fmt: skip


@dataclass
class Bad:
    """One request. `kind` names how it was made."""

    kind: str
    content: bytes = b""
    method: str = "POST"
    query: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


def requests(chance: random.Random) -> Iterator[Bad]:
    """One after the other, without an end."""
    makers: list[tuple[int, Callable[[random.Random], Bad]]] = [
        (1, _bytes), (3, _mutant), (3, _odd), (2, _hostile), (2, _strange), (1, _headed),
        (1, _by_get), (1, _other_parameters),
    ]  # fmt: skip
    weights = [weight for weight, _ in makers]
    while True:
        ((_, make),) = chance.choices(makers, weights)
        yield make(chance)


def _body(chance: random.Random) -> dict[str, Any]:
    document = chance.choice(known())
    values = {"input": _value(chance, 3), "first": _value(chance, 1), "id": _value(chance, 1)}
    return {"query": document.text, "variables": values}


def _value(chance: random.Random, depth: int) -> Any:
    if depth and chance.random() < 0.5:
        names = ("idempotencyKey", "rewardId", "order", "lines", "address", "email", "code", "by")
        return {name: _value(chance, depth - 1) for name in chance.sample(names, 4)}
    if depth and chance.random() < 0.2:
        return [_value(chance, depth - 1) for _ in range(chance.randint(0, 5))]
    values: tuple[Any, ...] = (
        0, -1, 2**31, 2**63, -(2**63), 1.5, 1e300, "", "a" * 300, "\ufeff", "ß", "🐟" * 99, None,
        True, *IDS, "2026-02-30", "+30 210 1234567", "a@b.c", "EUR",
    )  # fmt: skip
    return chance.choice(values)


def _bytes(chance: random.Random) -> Bad:
    return Bad("bytes", chance.randbytes(chance.choice([0, 1, 2, 16, 500, 5000])))


def _mutant(chance: random.Random) -> Bad:
    text = bytearray(orjson.dumps(_body(chance)))
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        place = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text[place] = chance.randrange(256)
            case 1:
                del text[place : place + chance.choice([1, 1, 4, 60])]
            case 2:
                text[place:place] = text[chance.randrange(len(text)) :][:40]
            case _:
                text[place:place] = chance.choice(ODD)
        text = text or bytearray(b"{")
    return Bad("mutant", bytes(text))


def _odd(chance: random.Random) -> Bad:
    # A document that is good, with something odd where its values stand.
    document, odd = orjson.dumps(chance.choice(known()).text), chance.choice(ODD)
    shapes = (
        b'{"query":%b,"variables":{"input":%b,"first":%b,"unit":%b}}' % (document, odd, odd, odd),
        b'{"query":%b,"variables":%b}' % (document, odd),
        b'{"query":%b,"operationName":%b}' % (document, odd),
        b'{"query":%b,"extensions":%b}' % (document, odd),
        b'{"documentId":%b}' % odd,
        b'{"extensions":{"persistedQuery":%b}}' % odd,
        b'{"extensions":{"persistedQuery":{"version":%b,"sha256Hash":%b}}}' % (odd, odd),
        b'{"query":%b}' % odd,
        b'{"query":"{ me { id } }","query":%b}' % document,
        b'{"query":%b,"query":%b}' % (document, odd),
        b'{%b:1,"query":%b}' % (odd, document),
        b'[{"query":%b}]' % document,
        b"\xef\xbb\xbf" + b'{"query":%b}' % document,
        (b'{"query":%b}' % document)
        .decode()
        .encode(chance.choice(["utf-16", "utf-32", "utf-16-be"])),
        b" " * 70_000 + b"{}",
        odd,
    )
    return Bad("odd", chance.choice(shapes))


def _hostile(chance: random.Random) -> Bad:
    document = chance.choice(list(DOCUMENTS.values()))
    return Bad("hostile", orjson.dumps({"query": document, "variables": {"a": 1}}))


def _strange(chance: random.Random) -> Bad:
    # Valid by the schema, with ids and values that lead nowhere; some of it cut or doubled.
    made = Documents(schema._schema, chance, IDS).make()
    text = made.text
    if chance.random() < 0.5:
        place = chance.randrange(len(text))
        text = (
            text[:place]
            + chance.choice(["", "{", "}", "...", "@", "$", '"', "\u0000", "é", "#"])
            + text[place + 1 :]
        )
    return Bad("strange", orjson.dumps({"query": text, "variables": made.variables}))


def _headed(chance: random.Random) -> Bad:
    headers = {
        "Content-Type": chance.choice(TYPES),
        "Accept": chance.choice(ACCEPTS),
        "Authorization": chance.choice(TOKENS),
        "Accept-Language": chance.choice(["el", "", "x" * 2000, ";q=,", "ru;q=nan", "*"]),
        "Content-Encoding": chance.choice(["", "gzip", "identity", "x"]),
        "Origin": chance.choice(["", "null", "https://evil.example.org"]),
    }
    kept = {name: text for name, text in headers.items() if chance.random() < 0.5}
    method = chance.choice(["POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
    return Bad("headed", orjson.dumps(_body(chance)), method, headers=kept)


def _by_get(chance: random.Random) -> Bad:
    parts = []
    for _ in range(chance.randint(0, 12)):
        name = chance.choice(
            ["query", "variables", "extensions", "operationName", "documentId", "%00"]
        )
        text = chance.choice(
            [
                "{me{id}}",
                "%7Bme%7Bid%7D%7D",
                "%FF",
                "%",
                "{}",
                "[]",
                "%00",
                "+",
                "%ED%A0%80",
                "1e400",
            ]
        )
        parts.append(f"{name}={text}")
    return Bad("by GET", b"", "GET", "&".join(parts), {})


def _other_parameters(chance: random.Random) -> Bad:
    names = ("query", "variables", "operationName", "extensions", "documentId", "id", "x", "")
    return Bad(
        "parameters", orjson.dumps({name: _value(chance, 2) for name in chance.sample(names, 4)})
    )
