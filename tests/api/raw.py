"""A WebSocket without a library, which would neither break rules nor stop reading."""

import asyncio
import base64
import os
import struct

from tests.client import Client


async def handshake(wire: Client) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket without a library that would read on by itself."""
    host, port = wire.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /graphql HTTP/1.1",
        f"Host: {host}:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Protocol: graphql-transport-ws",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101")
    return reader, writer


def masked(text: bytes) -> bytes:
    """A client's text frame (with a mask of zeros)."""
    assert len(text) < 65_536
    length = bytes([0x80 | len(text)]) if len(text) < 126 else struct.pack(">BH", 0xFE, len(text))
    return b"\x81" + length + bytes(4) + text
