"""Global ids: one opaque name for everything that has an identity, and the way back."""

import base64
import re
from binascii import b2a_base64
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import strawberry

from domain.errors import NotFound
from schema.context import Batch, Context, Info

Fetch = Callable[[Context, Sequence[str]], Awaitable[Sequence[Any]]]

FETCHES: dict[str, Fetch] = {}
NODES_MAX = 100


def encode(kind: str, key: object) -> strawberry.ID:
    """The id of a thing: base64 of "Type:key"."""
    return strawberry.ID(b2a_base64(f"{kind}:{key}".encode(), newline=False).decode())


def decode(text: str) -> tuple[str, str]:
    """(type, key); ("", "") for what no `encode` made."""
    try:
        kind, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return kind, key


def uuid_of(text: str, kind: str, *path: str) -> UUID:
    """The UUID in an id of this type; NotFound for any other text."""
    found, key = decode(text)
    if found == kind:
        try:
            return UUID(key)
        except ValueError:
            pass
    thing = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    raise NotFound(f"There is no such {thing}.", path)


def fetched_by(kind: str) -> Callable[[Fetch], Fetch]:
    """Marks the function that finds nodes of a type by their keys: a row, or None, for each key.

    What the actor may not see is None, the same as what is not there.
    """

    def decorate(fetch: Fetch) -> Fetch:
        FETCHES[kind] = fetch
        return fetch

    return decorate


async def found(context: Context, ids: Sequence[str]) -> list[Any]:
    """The rows behind ids, in their order; None where there is nothing that the actor may see."""
    wanted: dict[str, list[str]] = {}
    for text in ids:
        kind, key = decode(text)
        wanted.setdefault(kind, []).append(key)
    rows: dict[tuple[str, str], Any] = {}
    for kind, keys in wanted.items():
        if fetch := FETCHES.get(kind):
            for key, row in zip(keys, await fetch(context, keys), strict=True):
                rows[kind, key] = row
    return [rows.get(decode(text)) for text in ids]


def uuids(keys: Sequence[str]) -> list[UUID | None]:
    """Keys as UUIDs; None for what is none."""
    return [_uuid(key) for key in keys]


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


async def rows_by_id(context: Context, batch: Batch[Any], keys: Sequence[str]) -> list[Any]:
    """What `batch(actor, ids)` answers for keys that are UUIDs; None for those that are none."""
    ids = uuids(keys)
    found = await batch(context.actor, [each for each in ids if each])
    answers = iter(found)
    return [next(answers) if each else None for each in ids]


@strawberry.interface(description="Anything with an identity that a client may cache.")
class Node:
    """Base of types with an id: their rows have an `id`."""

    @strawberry.field(description="Opaque and stable; good for `node` and for caches.")  # type: ignore[untyped-decorator]
    def id(root: strawberry.Parent[Any], info: Info) -> strawberry.ID:
        return encode(info._raw_info.parent_type.name, root.id)
