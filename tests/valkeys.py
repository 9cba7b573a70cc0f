"""A Valkey of a test's own: to be killed, frozen, emptied, brought back."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.engines.valkey import Valkey
from domain import cache


class OwnValkey:
    """Runs in a folder of its own; `url` leads to it, whether it runs or not."""

    def __init__(self, folder: Path) -> None:
        (folder / "log").mkdir()
        self._engine = Valkey(folder)
        self.url = self._engine.url

    async def start(self) -> None:
        """Start it, empty."""
        await asyncio.to_thread(self._engine.start)

    async def kill(self) -> None:
        """End it as a crash would."""
        self._signal(signal.SIGKILL)
        assert self._engine.process
        await asyncio.to_thread(self._engine.process.wait)

    async def flush(self) -> None:
        """It loses its memory."""
        await cache.client().flushall()

    async def forget(self) -> None:
        """It forgets all that it knows."""
        await cache.client().flushall()

    def freeze(self) -> None:
        """It neither answers nor hangs up from now on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it for good."""
        if self._engine.process and self._engine.process.poll() is None:
            self.thaw()
        self._engine.stop()

    def _signal(self, number: int) -> None:
        assert self._engine.process
        os.kill(self._engine.process.pid, number)


@asynccontextmanager
async def own_valkey() -> AsyncIterator[OwnValkey]:
    """One that runs, and that this process uses instead of the common one until the block ends."""
    common = cache.client().connection_pool.connection_kwargs
    with tempfile.TemporaryDirectory(prefix="pistis-") as folder:
        valkey = OwnValkey(Path(folder))
        await valkey.start()
        await cache.close()
        await cache.connect(valkey.url)
        try:
            yield valkey
        finally:
            await cache.close()
            await cache.connect(f"unix://{common['path']}?db={common['db']}")
            valkey.stop()
