"""One API process: uvicorn around the application, on a socket that may be shared with others."""

from __future__ import annotations

import socket

import uvicorn

from api.app import create
from api.settings import Settings
from api.sockets import Socket

FRAME_BYTES = 65_536
GRACE_SECONDS = 5  # requests in progress get this long to end once the process is told to stop


def serve(settings: Settings, fd: int | None = None) -> None:
    """Answer requests until SIGTERM or SIGINT, on the socket `fd` or on one of its own."""
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
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    shared = None if fd is None else [socket.socket(fileno=fd)]
    uvicorn.Server(config).run(sockets=shared)
