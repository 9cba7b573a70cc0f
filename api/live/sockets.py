"""uvicorn's WebSocket, made for many small events and for clients that have stopped reading."""

import socket
from asyncio import TimerHandle, Transport
from asyncio.transports import BaseTransport
from collections.abc import Callable, Iterable
from struct import pack
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# The kernel would hold megabytes for each socket whose client is stuck.
UNREAD_BYTES = 64 * 1024
UNSENT_BYTES = 32 * 1024
STUCK_SECONDS = 10.0
LINGER_SECONDS = 15

EXTENSION = "pistis.socket"
"""Where the application finds the socket, among the extensions of its scope."""


def _nothing() -> None:
    return None


class Socket(WebSocketsSansIOProtocol):
    """One connection; dropped when the application is done with it and the client takes no more.

    `on_open` is called when a client that had stopped reads again, `on_stuck` when it has taken
    nothing for ten seconds.
    """

    on_open: Callable[[], None] = staticmethod(_nothing)
    on_stuck: Callable[[], None] = staticmethod(_nothing)
    _patience: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Bound what can wait in the kernel and here."""
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES
        )
        cast(Transport, transport).set_write_buffer_limits(high=UNSENT_BYTES)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._be_patient(False)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not keep up."""
        super().pause_writing()
        self._be_patient(True)

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        self._be_patient(False)
        self.on_open()

    def handle_ping(self) -> None:
        """Answer, unless the client does not take answers: they would pile up here."""
        if self.is_open:
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def send_receive_event_to_app(self) -> None:
        """Pass on what has come whole; text that is none ends the socket, and is no news."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(1007, "Text frames are UTF-8.")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """It answers no ping: let it come again, which 1011 would tell it not to."""
        self.pong_timer = None
        self.on_stuck()

    @property
    def is_open(self) -> bool:
        """What is written now is sent soon."""
        return self.writable.is_set()

    def write(self, texts: Iterable[bytes]) -> None:
        """Send texts as messages of their own, in one write, without waiting for the client."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        parts: list[bytes] = []
        for text in texts:
            parts.append(_head(len(text)))
            parts.append(text)
        self.transport.write(b"".join(parts))

    def let_go(self) -> None:
        """Wait for the client no longer: what is sent from now on is the end."""
        self.writable.set()

    async def run_asgi(self) -> None:
        """Serve; a plain close would wait for ever until everything written is read."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self
        await super().run_asgi()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _be_patient(self, waits: bool) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self.loop.call_later(STUCK_SECONDS, self._give_up) if waits else None

    def _give_up(self) -> None:
        self.on_stuck()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _head(length: int) -> bytes:
    # Of a whole text message that is not masked.
    if length < 126:
        return bytes((0x81, length))
    if length < 65_536:
        return pack("!BBH", 0x81, 126, length)
    return pack("!BBQ", 0x81, 127, length)
