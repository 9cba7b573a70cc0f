"""Spans of requests, statements, Redis, postings and relays: names and numbers, no values."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Receive, Scope, Send

from api.watching import traces
from api.wire.observing import Observing
from domain import database, outbox, tracing
from domain.events import MemberChanged
from domain.ids import uuid7
from tests.databases import Cleaner
from tests.processes import ROOT

CANARY = "canary-7f3a"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def spans(connected: Cleaner) -> AsyncIterator[InMemorySpanExporter]:
    """What is traced while the test runs, over connections of its own."""
    kept = InMemorySpanExporter()
    traces.install(SimpleSpanProcessor(kept))
    await database.close()
    await database.connect(connected.settings.database_url)
    yield kept
    tracing.install(None)
    await database.close()
    await database.connect(connected.settings.database_url)


async def test_a_request_and_what_it_does(spans: InMemorySpanExporter) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await database.rows("select $1::text", CANARY)
        with pytest.raises(Exception, match="invalid input"):
            await database.rows("select ($1::text)::uuid", CANARY)

    async def nothing(*_: object) -> None:
        pass

    scope = {"type": "http", "path": f"/healthz/{CANARY}", "headers": []}
    await Observing(app, None)(scope, nothing, nothing)  # type: ignore[arg-type]
    async with database.transaction():
        await outbox.append(MemberChanged(uuid7()))
    await outbox.relay("traced", lambda _: False, _digest)

    found = {span.name: span for span in spans.get_finished_spans()}
    assert found.keys() >= {"/healthz", "select", "insert", "relay"}
    of_request = [s for s in spans.get_finished_spans() if is_below(s, found["/healthz"])]
    assert [span.name for span in of_request] == ["select", "select"]
    assert [span.status.is_ok for span in of_request] == [True, False]
    assert "select $1::text" in str(of_request[0].attributes)
    assert CANARY not in "".join(span.to_json() for span in spans.get_finished_spans())


async def _digest(_: object) -> None:
    """Nothing is done about it."""


def is_below(span: ReadableSpan, parent: ReadableSpan) -> bool:
    context = parent.get_span_context()
    return bool(span.parent and context and span.parent.span_id == context.span_id)


@pytest.mark.parametrize(
    ("packages_are_there", "endpoint", "said"),
    [
        (False, "http://127.0.0.1:9", "pip install opentelemetry-sdk"),
        (True, "http://127.0.0.1:9", ""),
        (False, "", ""),
    ],
)
def test_what_is_missing_is_said_at_the_start(
    packages_are_there: bool, endpoint: str, said: str
) -> None:
    hidden = "" if packages_are_there else "sys.modules['opentelemetry.sdk.trace.export'] = None;"
    code = f"import sys; {hidden} from api.watching import traces; traces.begin()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {traces.VARIABLE: endpoint},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said in done.stderr
    assert bool(done.stderr) == bool(said)


def test_nothing_is_traced_unless_asked_for() -> None:
    assert tracing.span("a") is tracing.span("b", count=1)
