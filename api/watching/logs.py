"""Logs: one line an event on standard error, of the fields that are listed here and no others.

A record of this project says what it was given in `extra`, by names of the list. A record of a
library may hold anything: its logger, level and place are told, and its text only where that is
known to be a constant.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import orjson
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from api.settings import Settings
from api.watching import observation

FIELDS = (
    "time",
    "level",
    "event",
    "logger",
    "request_id",
    "operation",
    "cache",
    "status",
    "code",
    "duration_us",
    "incident",
    "where",
    "error",
    "frames",
    "engine",
    "kind",
    "count",
    "member_id",
    "document_id",
)
OURS = "pistis"

# Texts of libraries that hold no values, by how they begin.
_CONSTANT = (
    "Exception in ASGI application",
    "Exception in callback",
    "Future exception was never retrieved",
    "Invalid HTTP request received.",
    "Task exception was never retrieved",
    "Task was destroyed but it is pending!",
    "Unclosed",
)
_NUMBER_OR_NAME = re.compile(r"-?\d{1,9}|[A-Za-z_][\w.]{0,60}")
_FRAMES = 10  # of a traceback; further out it is always the same
_LONGEST = 200


def begin(settings: Settings, stream: TextIO | None = None) -> None:
    """Let everything that this process logs go to standard error in the settings' form."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(is_json=settings.log == "json"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # It would write a line for each connection, at a level of its own.
    logging.getLogger("uvicorn").setLevel(max(level, logging.WARNING))
    # Every statement with its values: nothing that it has to say can be told.
    logging.getLogger("tortoise").setLevel(logging.WARNING)
    logging.captureWarnings(True)


def formatter(is_json: bool) -> ProcessorFormatter:
    """What makes a line of a record, whoever wrote it."""
    told: list[Processor] = [_told, ExtraAdder(allow=FIELDS), _described, _explained]
    return ProcessorFormatter(
        foreign_pre_chain=told,
        processors=[ProcessorFormatter.remove_processors_meta, allowed, line if is_json else text],
        use_get_message=False,
        pass_foreign_args=True,
    )


def allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The listed fields, in their order; whatever else was said is dropped."""
    return {name: event[name] for name in FIELDS if event.get(name) not in (None, "")}


def line(_: WrappedLogger, __: str, event: EventDict) -> str:
    """JSON."""
    return orjson.dumps(event, option=orjson.OPT_UTC_Z, default=lambda _: "***").decode()


def text(_: WrappedLogger, __: str, event: EventDict) -> str:
    """For whoever watches a terminal."""
    head = f"{str(event.pop('time'))[11:19]} {event.pop('level'):<7} {event.pop('event')}"
    frames = event.pop("frames", [])
    event.pop("logger", None)
    fields = [f"{name}={value}" for name, value in event.items()]
    return "\n    ".join([" ".join([head, *fields]), *frames])


def outline(error: BaseException) -> dict[str, Any]:
    """An exception as fields: classes and places, for texts of exceptions hold values.

    A unique violation's text, for one, has the phone number in it.
    """
    kinds, frames = [f"{type(error).__module__}.{type(error).__qualname__}"], _frames(error)
    cause = error.__cause__ or error.__context__
    while cause is not None and len(kinds) < _FRAMES:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        frames += _frames(cause)
        cause = cause.__cause__ or cause.__context__
    return {"error": " after ".join(kinds), "frames": frames[: 2 * _FRAMES]}


def _frames(error: BaseException) -> list[str]:
    found = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{_file(frame.filename)}:{frame.lineno} {frame.name}" for frame in found]


def _file(path: str) -> str:
    return "/".join(path.rsplit("/", 3)[1:])


def _told(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    said, args = str(record.msg), event.pop("positional_args", ())
    if record.name.split(".")[0] == OURS:
        event["event"] = _filled(said, args)
    else:
        begins = next((known for known in _CONSTANT if said.startswith(known)), "")
        event["event"] = begins or (said.partition("\n")[0][:_LONGEST] if args else "...")
        event["where"] = f"{record.module}:{record.lineno}"
    return event


def _filled(said: str, args: Any) -> str:
    # Numbers, and names of classes and the like; anything else should have been a field.
    given = args if isinstance(args, tuple) else ()
    parts = tuple(
        part if isinstance(part, int | float) or _NUMBER_OR_NAME.fullmatch(str(part)) else "***"
        for part in given
    )
    try:
        return (said % parts if parts else said).partition("\n")[0][:_LONGEST]
    except (TypeError, ValueError):
        return said


def _described(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["time"] = observation.instant(record.created)
    event["level"] = record.levelname.lower()
    event["logger"] = record.name
    event.setdefault("request_id", observation.current_id())
    return event


def _explained(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    raised: tuple[type[BaseException], BaseException, TracebackType | None] | None
    raised = event.pop("exc_info", None)
    if raised and raised[1] is not None:
        event.update(outline(raised[1]))
    event.pop("stack_info", None)
    return event
