"""uvicorn's WebSocket, made to let go of clients that have stopped reading."""

import socket
from asyncio.transports import BaseTransport

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# The kernel would hold megabytes for each socket whose client is stuck.
UNREAD_BYTES = 64 * 1024
LINGER_SECONDS = 10


class Socket(WebSocketsSansIOProtocol):
    """One connection; dropped when the application is done with it and the client takes no more."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Bound what can wait in the kernel."""
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES
        )
        super().connection_made(transport)

    async def run_asgi(self) -> None:
        """Serve; a plain close would wait for ever until everything written is read."""
        await super().run_asgi()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
