"""Where a value of a caller's must never turn up: logs, metrics, traces, Redis, PostgreSQL."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from tests.client import Client
from tests.processes import Server

# What the explore profile is there for.
_PRINTED = re.compile(r"sign-in code for |(member|shop|staff) token ")
_QUERIES = "select query from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()"


@dataclass
class Sinks:
    """All of them for one server; `traced` is what its processes sent to a collector."""

    server: Server
    postgres_log: Path
    traced: list[bytes]
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, server: Server, postgres_log: Path, traced: list[bytes]) -> "Sinks":
        """As they are from now on."""
        sinks = cls(server, postgres_log, traced)
        sinks._begun = postgres_log.stat().st_size
        return sinks

    async def look(self, connection: asyncpg.Connection, database: str) -> None:
        """Take down what PostgreSQL shows of statements just now."""
        self.shown["pg_stat_activity"] += [r[0] for r in await connection.fetch(_QUERIES, database)]

    async def found(self, canaries: Iterable[str], secrets: Iterable[str]) -> dict[str, set[str]]:
        """Which of them turned up where; of secrets also in values that Redis keeps."""
        keys, values = await self._redis()
        async with Client(self.server.url) as client:
            metrics = (await client.http.get("/metrics")).text
        lines = [line for line in self.server.log.lines if not _PRINTED.match(line)]
        with self.postgres_log.open("rb") as log:
            log.seek(self._begun)
            said = log.read().decode(errors="replace")
        texts = {
            "log": "\n".join(lines),
            "metrics": metrics,
            "traces": b"\n".join(self.traced).decode("latin-1"),
            "Redis keys": "\n".join(keys),
            "PostgreSQL log": said,
            **{name: "\n".join(shown) for name, shown in self.shown.items()},
        }
        assert all(texts.values()), [name for name, text in texts.items() if not text]
        looked = {name: {c for c in canaries if c in text} for name, text in texts.items()}
        looked["Redis values"] = {secret for secret in secrets if secret in values}
        return {name: there for name, there in looked.items() if there}

    async def _redis(self) -> tuple[list[str], str]:
        redis: Redis = Redis.from_url(self.server.settings.redis_url)
        keys = [key async for key in redis.scan_iter(count=1000)]
        values = []
        for key in keys:
            kind = await redis.type(key)
            read: dict[bytes, Callable[..., Any]] = {b"hash": redis.hgetall, b"string": redis.get}
            values.append(str(await read[kind](key)) if kind in read else "")
        await redis.aclose()
        return [key.decode(errors="replace") for key in keys], "\n".join(values)

    _begun: int = 0


@contextmanager
def a_collector() -> Iterator[tuple[str, list[bytes]]]:
    """Takes what an OpenTelemetry exporter sends: its URL, and the bodies."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    listening = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}", bodies
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def told(answer: Any) -> Iterator[str]:
    """The messages in an answer: what errors, refusals and hints say."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in ("message", "hint") and isinstance(value, str):
                yield value
            elif name in ("path", "inputPath"):
                continue
            else:
                yield from told(value)
    elif isinstance(answer, list):
        for each in answer:
            yield from told(each)
