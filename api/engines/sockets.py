"""Unix sockets: a path short enough for the kernel, and who listens there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import struct
import sys
from pathlib import Path

from api.engines.processes import EngineError

PATH_BYTES = 90  # the kernels take 107 and 103; libraries append to it


def short_path(data: Path, name: str) -> Path:
    """The path of a socket in the data folder; through a link in /tmp if it is long."""
    path = data / name
    if len(os.fsencode(path)) <= PATH_BYTES:
        return path
    link = Path("/tmp") / f"pistis-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    with contextlib.suppress(FileExistsError):
        link.symlink_to(data)
    if not link.is_symlink() or link.readlink() != data or link.lstat().st_uid != os.geteuid():
        raise EngineError(
            f"{link} should be your link to {data}: remove it, or choose a shorter --data."
        )
    return link / name


def listener(path: Path) -> int | None:
    """The pid that listens on the socket, from the kernel: pid files outlive processes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
            if sys.platform == "darwin":
                pid = probe.getsockopt(0, 2)  # SOL_LOCAL, LOCAL_PEERPID
            else:
                credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
                pid = int(struct.unpack("3i", credentials)[0])
        except OSError:
            return None
    return pid or None  # 0: it runs in a container of its own
