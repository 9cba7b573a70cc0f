"""What a log line says: fields of the list, and of libraries nothing that could be a value."""

import asyncio
import io
import json
import logging
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from api.watching import observation
from api.watching.access_lines import AccessLines
from api.watching.logs import FIELDS, formatter
from api.watching.observation import Observation

CANARY = "anna@canary.example"


@contextmanager
def logged(name: str, is_json: bool = True) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger, and what becomes of what it says."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter(is_json=is_json))
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield logger, written
    finally:
        logger.removeHandler(handler)


def said(written: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(written.getvalue())
    assert line.keys() <= set(FIELDS)
    return line


def test_a_line_has_what_was_said_in_listed_fields() -> None:
    with logged("pistis.x") as (logger, written):
        logger.warning("the relay waits", extra={"count": 3, "kind": "reader"})

    line = said(written)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("time"))
    assert line == {
        "level": "warning",
        "event": "the relay waits",
        "logger": "pistis.x",
        "kind": "reader",
        "count": 3,
    }


def test_a_field_that_is_not_listed_is_dropped() -> None:
    with logged("pistis.x") as (logger, written):
        logger.warning("a member came", extra={"email": CANARY, "phone": CANARY})

    assert said(written).keys() == {"time", "level", "event", "logger"}


@pytest.mark.parametrize("arg", [CANARY, "+306912345678", "Anna Papadopoulou", {"name": CANARY}])
def test_of_arguments_only_numbers_and_names_are_told(arg: object) -> None:
    with logged("pistis.x") as (logger, written):
        logger.warning("%s after %d tries of %s", "ConnectError", 3, arg)

    assert said(written)["event"] == "ConnectError after 3 tries of ***"


@pytest.mark.parametrize(
    ("message", "args", "event"),
    [
        (f"select {CANARY}", (), "..."),
        ("%s with %s", (CANARY, CANARY), "%s with %s"),
        (f"Exception in callback f('{CANARY}')", (), "Exception in callback"),
        (f"Task was destroyed but it is pending!\n{CANARY}", (), None),
    ],
)
def test_of_a_library_no_value_is_told(message: str, args: tuple[str, ...], event: str) -> None:
    with logged("elsewhere") as (logger, written):
        logger.error(message, *args)

    line = said(written)
    assert line["event"] == (event or "Task was destroyed but it is pending!")
    assert line["where"].startswith("test_logs:")
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize("is_json", [True, False])
def test_an_exception_is_told_by_class_and_place(is_json: bool) -> None:
    with logged("elsewhere", is_json) as (logger, written):
        try:
            try:
                raise KeyError(CANARY)
            except KeyError:
                raise ValueError(f"Key (phone)=({CANARY}) already exists.") from None
        except ValueError:
            logger.exception("Exception in ASGI application\n")

    line = written.getvalue()
    assert "builtins.ValueError after builtins.KeyError" in line
    assert "test_an_exception_is_told_by_class_and_place" in line
    assert CANARY not in line
    assert "phone" not in line


def test_lines_of_a_request_have_its_id() -> None:
    token = observation.current.set(Observation("abc-1"))
    try:
        with logged("pistis.x") as (logger, written):
            logger.info("done")
    finally:
        observation.current.reset(token)

    assert said(written)["request_id"] == "abc-1"


@pytest.mark.parametrize("given", [str(uuid.uuid4()), uuid.uuid4().hex])
def test_an_id_that_a_caller_gives_is_taken_over_if_it_is_a_uuid(given: str) -> None:
    assert observation.request_id([(b"x-request-id", given.encode())]) == given


@pytest.mark.parametrize(
    "given", [b"+306912345678", b"306912345678", b"anna", b"\xff" * 32, b"a" * 33, b"0" * 31, b""]
)
def test_any_other_id_is_replaced(given: bytes) -> None:
    first, second = (observation.request_id([(b"x-request-id", given)]) for _ in range(2))

    assert first != second
    assert given == b"" or given.decode("latin-1") not in first


@pytest.mark.parametrize("is_json", [True, False])
async def test_access_lines_come_together_and_soon(is_json: bool) -> None:
    reader, writer = os.pipe()
    lines = AccessLines(writer, is_json)
    observed = Observation("abc-1")
    observed.operation, observed.cache = "Home", "hit"

    lines.add("request", observed, 200, 0.000_321)
    lines.add("request", observed, 200, 0.000_321)
    written = (await asyncio.to_thread(os.read, reader, 10_000)).decode().splitlines()

    os.close(reader), os.close(writer)
    assert len(written) == 2
    if is_json:
        line = json.loads(written[0])
        assert line.keys() <= set(FIELDS)
        assert (line["operation"], line["cache"], line["duration_us"]) == ("Home", "hit", 321)
    else:
        assert written[0].endswith("200 Home hit 321 us")


async def test_nobody_who_reads_access_lines_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    lines = AccessLines(writer, True)

    lines.add("request", Observation("abc-1"), 200, 0.1)
    lines.flush()

    os.close(writer)
