"""What Redis says unasked, read off a connection a chunk at a time.

redis-py takes 24 us for a message that was published; a process that hears all of them cannot.
"""

from collections.abc import Iterator

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection

_CHUNK_BYTES = 256 * 1024

Push = list[bytes]


class Pushes:
    """A connection of its own. `read` gives what has come, each push as its words."""

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._connection: AbstractConnection | None = None
        self._rest = b""

    async def open(self) -> None:
        """Connect, as all connections of this client do."""
        self._connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Hang up: what is subscribed to must not be told to whoever has the connection next."""
        if self._connection is not None:
            await self._connection.disconnect(nowait=True)
            await self._pool.release(self._connection)

    async def say(self, *words: str) -> None:
        """Send a command; what it answers comes among the pushes."""
        assert self._connection is not None
        await self._connection.send_command(*words)

    async def read(self) -> Iterator[Push]:
        """Wait until something has come. ConnectionError when nothing more can."""
        reader = self._connection._reader if self._connection else None
        chunk = await reader.read(_CHUNK_BYTES) if reader else b""
        if not chunk:
            raise ConnectionError("Redis has hung up")
        return self._pushes(self._rest + chunk)

    def _pushes(self, text: bytes) -> Iterator[Push]:
        at = 0
        while found := words_at(text, at):
            words, at = found
            yield words
        self._rest = text[at:]


def words_at(text: bytes, at: int) -> tuple[Push, int] | None:
    """The words of the reply that begins here, and where it ends; None if it is not all there."""
    end = text.find(b"\r\n", at)
    if end < 0:
        return None
    if text[at : at + 1] not in (b">", b"*"):
        word = _word_at(text, at)
        return ([word[0]], word[1]) if word else None
    words: Push = []
    count, at = int(text[at + 1 : end]), end + 2
    for _ in range(count):
        word = _word_at(text, at)
        if word is None:
            return None
        words.append(word[0])
        at = word[1]
    return words, at


def _word_at(text: bytes, at: int) -> tuple[bytes, int] | None:
    end = text.find(b"\r\n", at)
    if end < 0:
        return None
    if text[at : at + 1] == b"-":
        raise ConnectionError(f"Redis refuses: {text[at + 1 : end].split()[0].decode()}")
    if text[at : at + 1] != b"$":  # a status, a number, null
        return text[at + 1 : end], end + 2
    start = end + 2
    stop = start + int(text[at + 1 : end])
    return (text[start:stop], stop + 2) if len(text) >= stop + 2 else None
