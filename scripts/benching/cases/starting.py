"""From the command to the first answered home screen, in a warm venv."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator

from scripts.benching import documents
from scripts.benching.loading import Unfit
from scripts.benching.rig import Rig
from scripts.benching.serving import ROOT, Served
from scripts.benching.table import Goal, Row

READY = re.compile(r"^ready http://127\.0\.0\.1:(\d+)")
TOKEN = re.compile(r"^member token\s+(\S+)")
PATIENCE_SECONDS = 120


async def measured(_: Rig) -> AsyncIterator[Row]:
    """Engines, schema and the café with its year in an empty folder; then all of it again."""
    with tempfile.TemporaryDirectory(prefix="pistis-bench-") as data:
        for name in ("start, empty folder, with a year of demo", "start again"):
            seconds = await asyncio.wait_for(_started(data), PATIENCE_SECONDS)
            yield Row(name, goals=(Goal(seconds, "s to the first Home"),))


async def _started(data: str) -> float:
    began = time.monotonic()
    ours = {name: text for name, text in os.environ.items() if not name.startswith("PISTIS_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api", "up", "--port", "0", "--data", data),
        cwd=ROOT,
        env=ours | {"DATABASE_URL": "", "REDIS_URL": "", "PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        port, token = await _told(process)
        answer = documents.asked(Served(port, process.pid), documents.by_id("Home"), token)
        if b'"errors"' in answer:
            answer = documents.asked(
                Served(port, process.pid), {"query": documents.text("Home")}, token
            )
        if b'"redeemability"' not in answer:
            raise Unfit(answer.decode()[:500])
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _told(process: asyncio.subprocess.Process) -> tuple[int, str]:
    assert process.stdout
    token = ""
    async for line in process.stdout:
        text = line.decode()
        if found := TOKEN.match(text):
            token = found[1]
        elif ready := READY.match(text):
            return int(ready[1]), token
    raise Unfit("scripts/serve ended before it was ready")
