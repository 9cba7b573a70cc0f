"""Keyset pages: a cursor holds the sort values of the row that it stands on, and is signed."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson

from domain.errors import InvalidInput

Row = TypeVar("Row")
Values = tuple[Any, ...]

FIRST_MAX = 100
_MAC_BYTES = 9


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a longer list; `cursor` makes a row's."""

    rows: list[Row]
    cursor: Callable[[Row], str]
    has_next: bool
    has_previous: bool = False

    @property
    def cursors(self) -> list[str]:
        """The rows' cursors: signed when they are asked for, which most callers never do."""
        return [self.cursor(row) for row in self.rows]


class Cursors:
    """Makes and reads the cursors of one installation. `key` signs them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, sort: str, values: Values) -> str:
        """A cursor for a row with these sort values; good under this sort alone."""
        body = orjson.dumps([sort, *values])
        return base64.urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def decode(self, sort: str, cursor: str, path: tuple[str, ...] = ("after",)) -> Values:
        """The sort values; InvalidInput for a cursor that is not ours or of another list."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            if hmac.compare_digest(mac, self._mac(body)):
                found, *values = orjson.loads(body)
                if found == sort:
                    return tuple(values)
        except ValueError:
            pass
        raise InvalidInput("This is no cursor of this list; take one from an edge of it.", path)

    def page(
        self,
        found: Sequence[Row],
        first: int,
        sort: str,
        values: Callable[[Row], Values],
        **more: Any,
    ) -> Page[Row]:
        """The page out of `found`, which was read with a limit of first + 1."""
        kept = list(found[:first])

        def cursor(row: Row) -> str:
            return self.encode(sort, values(row))

        return Page(kept, cursor, **{"has_next": len(found) > first, **more})

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]


def instant(value: str) -> datetime:
    """A time out of a cursor."""
    return datetime.fromisoformat(value)
