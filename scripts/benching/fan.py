"""The ceiling of live delivery: what is published for a member goes out to its socket as it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

import orjson
from redis.asyncio import Redis
from starlette.websockets import WebSocket, WebSocketDisconnect

from domain import cache
from scripts.benching import plan

PROTOCOL = "graphql-transport-ws"
EVERY_CHANNEL = [cache.channel(UUID(int=shard)) for shard in range(cache.SHARDS)]


class Fan:
    """Sockets by member, and one ear on Redis for as long as there are any."""

    def __init__(self) -> None:
        self._sockets: dict[str, WebSocket] = {}
        self._ear: asyncio.Task[None] | None = None
        self._redis: Redis | None = None

    def use(self, redis: Redis) -> None:
        """Listen there."""
        self._redis = redis

    async def socket(self, socket: WebSocket) -> None:
        """One member's socket: it says nothing."""
        member_id = str(plan.member_id(int(socket.path_params["n"])))
        self._sockets[member_id] = socket
        if self._ear is None:
            self._ear = asyncio.create_task(self._listen())
        await socket.accept(PROTOCOL)
        with suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
        del self._sockets[member_id]
        if not self._sockets:
            self._ear.cancel()
            self._ear = None

    async def _listen(self) -> None:
        assert self._redis
        async with self._redis.pubsub() as pubsub:
            await pubsub.ssubscribe(*EVERY_CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=None)
                if message and message["type"] == "smessage":
                    told = orjson.loads(message["data"])
                    socket = self._sockets.get(told["member_id"])
                    if socket is not None:
                        await socket.send_text(told["frame"])
