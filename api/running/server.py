"""One API process: uvicorn around the application, on a socket that may be shared with others."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import time
from types import FrameType

import uvicorn

from api.app import create
from api.live.sockets import Socket
from api.running import draining, run_folder
from api.settings import Settings
from api.watching import logs, traces

FRAME_BYTES = 65_536


def serve(settings: Settings, fd: int | None = None) -> None:
    """Answer requests until SIGTERM or SIGINT, on the socket `fd` or on one of its own."""
    logs.begin(settings)
    traces.begin()
    config = uvicorn.Config(
        create(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws=Socket,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=20,
        ws_per_message_deflate=False,  # events are small, its buffers are not
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=draining.REQUEST_SECONDS,
    )
    shared = None if fd is None else [socket.socket(fileno=fd)]
    Server(config).run(sockets=shared)


class Server(uvicorn.Server):
    """uvicorn's, made to end without a request that finds its connection closed.

    A client that keeps its connection is told to close it by the answer to its next request;
    uvicorn would close it while that request is on its way.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so to whoever started this process."""
        await super().startup(sockets)
        _leave_to_itself_what_stays()
        run_folder.mark_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to end: not ready from this moment on."""
        draining.begin()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing new, finish what is under way, close."""
        for server in self.servers:
            server.close()
        for shared in sockets or []:
            shared.close()
        draining.tell_sockets()
        # The same list for every connection that lives.
        self.server_state.default_headers.append((b"connection", b"close"))
        is_hurried = signal.SIGINT in self._captured_signals
        deadline = time.monotonic() + (0 if is_hurried else draining.LINGER_SECONDS)
        while self.server_state.connections and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def _leave_to_itself_what_stays() -> None:
    # The schema is a hundred thousand objects that live as long as the process. To look through
    # them again and again for garbage takes two fifths of a request's time.
    # What validation leaves behind is garbage in circles, thousands of objects a document: a look
    # through few of them at a time stays short.
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 3, 5)
