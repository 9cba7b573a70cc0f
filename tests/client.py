"""A GraphQL client as an app has one: over real HTTP and over a real WebSocket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import orjson
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")


class Refused(AssertionError):
    """Top-level errors where data was asked for."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        self.codes = [error.get("extensions", {}).get("code") for error in errors]
        super().__init__("; ".join(f"{error['message']} {error}" for error in errors))


class Client:
    """Talks to one server. `token` is who asks, nobody in particular without one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ws_url = f"{url.replace('http', 'ws', 1)}/graphql"
        self.http = httpx.AsyncClient(base_url=url, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def ask(
        self,
        document: str,
        token: str | None = None,
        language: str | None = None,
        **variables: Any,
    ) -> dict[str, Any]:
        """The data of the answer; Refused if it has top-level errors."""
        headers = {"Accept-Language": language} if language else {}
        body = {"query": document, "variables": variables}
        answer = (await self.raw(token, headers=headers, json=body)).json()
        if answer.get("errors"):
            raise Refused(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    async def raw(
        self, token: str | None = None, method: str = "POST", headers: Any = None, **request: Any
    ) -> httpx.Response:
        """The HTTP response to anything; `request` as httpx takes it."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(
            method, "/graphql", headers={**sent, **(headers or {})}, **request
        )

    @asynccontextmanager
    async def subscribe(
        self,
        document: str,
        token: str | None = None,
        language: str | None = None,
        **variables: Any,
    ) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The data of each event. The subscription stands when the block is entered.

        As a subscription says nothing until something happens, a ping behind it tells that.
        """
        async with self.socket() as socket:
            payload = {"authorization": f"Bearer {token}"} if token else {}
            await say(socket, "connection_init", payload={**payload, "language": language})
            assert (await heard(socket))["type"] == "connection_ack"
            await say(socket, "subscribe", "1", {"query": document, "variables": variables})
            await say(socket, "ping")
            early = []
            while (message := await heard(socket))["type"] != "pong":
                early.append(message)
            yield _events(socket, early)

    @asynccontextmanager
    async def socket(self, *protocols: str, **options: Any) -> AsyncIterator[ClientConnection]:
        """A bare WebSocket to /graphql."""
        offered = [Subprotocol(name) for name in protocols] or [PROTOCOL]
        async with websockets.connect(
            self.ws_url, subprotocols=offered, close_timeout=2, max_size=None, **options
        ) as socket:
            yield socket


async def say(
    socket: ClientConnection, kind: str, id: str | None = None, payload: Any = None
) -> None:
    """Send a message of the protocol."""
    message = {"type": kind, "id": id, "payload": payload}
    given = {name: value for name, value in message.items() if value is not None}
    await socket.send(orjson.dumps(given).decode())


async def heard(socket: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = orjson.loads(await socket.recv())
    return message


async def _events(
    socket: ClientConnection, early: list[dict[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    while True:
        message = early.pop(0) if early else await heard(socket)
        if message["type"] == "complete":
            return
        if message["type"] == "error":
            raise Refused(message["payload"])
        if message["payload"].get("errors"):
            raise Refused(message["payload"]["errors"])
        yield message["payload"]["data"]
