"""Traces by OpenTelemetry, an extra: requests, statements, Redis, postings, relays; no values.

On where OTEL_EXPORTER_OTLP_ENDPOINT leads somewhere; its other variables mean what they always do.
There are instrumentations to install, but they record what exceptions say: a phone number.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.watching import observation
from domain import tracing

VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT"
PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
STATEMENT_LENGTH = 500
_log = logging.getLogger("pistis.traces")


def begin() -> None:
    """Send traces from now on, where the environment asks for them; once a process."""
    if not os.environ.get(VARIABLE):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _log.warning(f"{VARIABLE} is set, but no traces are sent: pip install {PACKAGES}")
    else:
        install(BatchSpanProcessor(OTLPSpanExporter()))


def install(processor: Any) -> None:
    """Give every span of this process to `processor` (of opentelemetry.sdk.trace.export)."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import SpanKind, Status, StatusCode

    name = os.environ.get("OTEL_SERVICE_NAME", "pistis")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("pistis")

    @contextmanager
    def begun(name: str, numbers: dict[str, int | str]) -> Iterator[None]:
        # What an exception says may hold values.
        with tracer.start_as_current_span(
            name, attributes=numbers, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise
            finally:
                if name == "request" and (observed := observation.current.get()):
                    span.update_name(observed.operation)
                    span.set_attribute("request_id", observed.request_id)

    def seen(logged: Any) -> None:
        end = time.time_ns()
        told = " ".join(logged.query.split())
        span = tracer.start_span(
            told.split(" ", 1)[0].lower() or "statement",
            kind=SpanKind.CLIENT,
            attributes={"db.system": "postgresql", "db.statement": told[:STATEMENT_LENGTH]},
            start_time=end - int(logged.elapsed * 1e9),
        )
        if logged.exception is not None:
            span.set_status(Status(StatusCode.ERROR, type(logged.exception).__name__))
        span.end(end)

    tracing.install(begun, seen)
