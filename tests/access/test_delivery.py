"""Codes on their way: printed while trying things out, else given to the company's gateway."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.identity import codes
from api.settings import Settings
from domain.access.addresses import Address
from domain.access.operations import VerifyCode
from domain.access.sessions import RefreshSession
from domain.ids import uuid7
from tests.factories.members import joining

CODE = ("email", "anna@example.org", "123456", "el")
PRINTED = "sign-in code for anna@example.org: 123456\n"


@asynccontextmanager
async def a_gateway(answer: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that keeps what it is sent; its URL."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        heard.append(head + await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/codes", heard


def locked(url: str) -> codes.GatewayCodes:
    made = codes.sender(Settings(data=Path(), profile="locked", code_gateway_url=url))
    assert isinstance(made, codes.GatewayCodes)
    return made


async def test_explore_prints_the_code_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    sender = codes.sender(Settings(data=Path(), profile="explore", code_gateway_url="http://x"))
    await sender.send(*CODE)
    await sender.finish()

    assert capsys.readouterr() == (PRINTED, "")


async def test_locked_gives_the_code_to_the_gateway(capsys: pytest.CaptureFixture[str]) -> None:
    async with a_gateway("204 No Content") as (url, heard):
        sender = locked(url)
        await sender.send(*CODE)
        await sender.finish()

    (request,) = heard
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /codes HTTP/1.1")
    assert b"application/json" in head
    assert orjson.loads(body) == {
        "channel": "email",
        "address": "anna@example.org",
        "code": "123456",
        "language": "el",
    }
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("answer", ["500 No", "404 Nowhere", "302 Elsewhere", "nonsense"])
async def test_a_gateway_that_fails_is_logged_without_address_or_code(
    caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_gateway(answer) as (url, heard):
        sender = locked(url)
        await sender.send(*CODE)
        await sender.finish()

    assert len(heard) == 1
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.name for record in errors] == ["pistis.codes"]
    said = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "anna" not in said
    assert "123456" not in said


async def test_sending_does_not_wait_for_the_gateway() -> None:
    gone = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        sender = locked(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        async with asyncio.timeout(1):
            await sender.send(*CODE)
        gone.set()
        await sender.finish()


async def test_a_gateway_that_is_away_fails_nobody(caplog: pytest.LogCaptureFixture) -> None:
    sender = locked("http://127.0.0.1:9/")
    await sender.send(*CODE)
    await sender.finish()

    assert [record.__dict__["error"] for record in caplog.records] == ["ConnectError"]


def test_what_is_secret_or_personal_does_not_show_by_accident() -> None:
    said: list[Any] = [
        Address("email", "canary"),
        VerifyCode(uuid7(), "canary"),
        RefreshSession("canary"),
        joining(first_name="canary"),
    ]
    assert "canary" not in repr(said)
