"""The ceiling of live delivery: what is published for a member goes out to its socket as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from starlette.websockets import WebSocket, WebSocketDisconnect

from domain import cache
from scripts.benching import plan

PROTOCOL = "graphql-transport-ws"
EVERY_CHANNEL = [cache.channel(UUID(int=shard)) for shard in range(cache.SHARDS)]


class Fan:
    """Sockets by member, and one ear on Redis."""

    def __init__(self) -> None:
        self._sockets: dict[str, WebSocket] = {}

    @asynccontextmanager
    async def listening(self, redis: Redis) -> AsyncIterator[None]:
        """Pass on what is published until the block ends."""
        async with redis.pubsub() as pubsub:
            await pubsub.ssubscribe(*EVERY_CHANNEL)
            task = asyncio.create_task(self._listen(pubsub))
            yield
            task.cancel()

    async def socket(self, socket: WebSocket) -> None:
        """One member's socket: it says nothing."""
        await socket.accept(PROTOCOL)
        member_id = str(plan.member_id(int(socket.path_params["n"])))
        self._sockets[member_id] = socket
        with suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
        del self._sockets[member_id]

    async def _listen(self, pubsub: Any) -> None:
        while True:
            message = await pubsub.get_message(timeout=None)
            if message and message["type"] == "smessage":
                told = orjson.loads(message["data"])
                socket = self._sockets.get(told["member_id"])
                if socket is not None:
                    await socket.send_text(told["frame"])
